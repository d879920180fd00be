//! What may happen to the inbox and to a stick while they are looked at.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/support/stick.rs"]
mod stick;

fuzz_target!(|script: &[u8]| {
    stick::play(script);
});
