#![no_main]
//! See [`shoumi_fuzz::draft`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shoumi_fuzz::draft(bytes));
