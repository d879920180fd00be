//! A rightly signed pointer made of members that are sound or broken: taken exactly if all are sound.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code, reason = "one target takes one of the two kinds")]
#[path = "../../tests/support/documents.rs"]
mod documents;

fuzz_target!(|choices: &[u8]| {
    documents::pointer(choices);
});
