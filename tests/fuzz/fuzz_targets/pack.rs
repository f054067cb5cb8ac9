#![no_main]
//! See [`shoumi_fuzz::pack`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shoumi_fuzz::pack(bytes));
