//! A catalog made of valid and invalid members: accepted exactly if all members are valid.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code, reason = "each target uses one of the two kinds")]
#[path = "../../tests/support/documents.rs"]
mod documents;

fuzz_target!(|choices: &[u8]| {
    documents::catalog(choices);
});
