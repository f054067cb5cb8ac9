#![no_main]
//! See [`shoumi_fuzz::screens`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shoumi_fuzz::screens(bytes));
