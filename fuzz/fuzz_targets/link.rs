//! Arbitrary text in a link cell.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(link) = cloud_shelf_core::link::parse(text) {
        let canonical = link.to_string();
        assert_eq!(cloud_shelf_core::link::parse(&canonical), Ok(link));
    }
});
