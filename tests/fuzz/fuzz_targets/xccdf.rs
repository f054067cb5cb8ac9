#![no_main]
//! See [`shoumi_fuzz::xccdf`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shoumi_fuzz::xccdf(bytes));
