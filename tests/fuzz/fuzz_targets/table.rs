#![no_main]
//! See [`shoumi_fuzz::table`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shoumi_fuzz::table(bytes));
