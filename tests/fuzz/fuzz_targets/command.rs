#![no_main]
//! See [`shoumi_fuzz::command`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shoumi_fuzz::command(bytes));
