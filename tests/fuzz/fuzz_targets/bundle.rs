#![no_main]
//! See [`shoumi_fuzz::bundle`].

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use shoumi_fuzz::BUNDLE;

// Starts from a true bundle: the fuzzer would not find a seal by itself.
fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, _seed: u32| {
    let mut size = size;
    if size < 64 && BUNDLE.len() <= most.min(data.len()) {
        data[..BUNDLE.len()].copy_from_slice(&BUNDLE);
        size = BUNDLE.len();
    }
    fuzzer_mutate(data, size, most)
});

fuzz_target!(|bytes: &[u8]| shoumi_fuzz::bundle(bytes));
