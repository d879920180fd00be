//! Arbitrary text as a binding line from a chat.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let found = cloud_shelf_core::binding::parse(text);
    assert!(!found.bindings.is_empty() || !found.problems.is_empty());
});
