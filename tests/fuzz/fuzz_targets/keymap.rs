#![no_main]
//! See [`shoumi_fuzz::keymap`].

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shoumi_fuzz::keymap(bytes));
