#![no_main]
//! See [`shoumi_fuzz::template`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shoumi_fuzz::template(bytes));
