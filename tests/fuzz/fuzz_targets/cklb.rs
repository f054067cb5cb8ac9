#![no_main]
//! See [`shoumi_fuzz::cklb`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shoumi_fuzz::cklb(bytes));
