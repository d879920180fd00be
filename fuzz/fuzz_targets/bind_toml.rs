//! Arbitrary bytes as a stick's `bind.toml`.
#![no_main]

use cloud_shelf::enrolment::{BindFile, MAX_BYTES};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match BindFile::parse(bytes) {
        Ok(file) => {
            assert!(bytes.len() as u64 <= MAX_BYTES);
            let binding = &file.found.binding;
            for code in [binding.store.as_str(), binding.device.as_str()] {
                assert!((1..=64).contains(&code.len()) && !code.contains(char::is_control));
            }
        }
        Err(problem) => assert!(!problem.0.zh.is_empty() && !problem.0.en.is_empty()),
    }
});
