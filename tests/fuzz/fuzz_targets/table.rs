#![no_main]
//! See [`shoumi_fuzz::table`]. A library's fault in a foreign file is held and refuses it, so that a panic alone is none:
//! only one that comes out ends the run.

libfuzzer_sys::fuzz_target!(
    init: std::panic::set_hook(Box::new(|_| {})),
    |bytes: &[u8]| shoumi_fuzz::table(bytes)
);
