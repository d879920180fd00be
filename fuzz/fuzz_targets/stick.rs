//! Events in the inbox and on a stick while they are scanned.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/support/stick.rs"]
mod stick;

fuzz_target!(|script: &[u8]| {
    stick::play(script);
});
