//! Arbitrary bytes as a table. xls is left out: its library panics on damaged records, which the
//! reader catches, but the fuzzer would report.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if !bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        let _ = cloud_shelf_core::table::read("fuzz", bytes);
    }
});
