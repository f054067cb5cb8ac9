#![no_main]
//! See [`shoumi_fuzz::query`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shoumi_fuzz::query(bytes));
