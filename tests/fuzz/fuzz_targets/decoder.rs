#![no_main]
//! See [`shoumi_fuzz::decoder`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shoumi_fuzz::decoder(bytes));
