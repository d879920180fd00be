//! Arbitrary bytes as the catalog that a pointer names.
#![no_main]

use cloud_shelf_core::feed::{ObjectRef, read_catalog};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(catalog) = read_catalog(bytes, &ObjectRef::for_bytes(bytes)) {
        let written = catalog.to_bytes().unwrap();
        assert_eq!(read_catalog(&written, &ObjectRef::for_bytes(&written)), Ok(catalog));
    }
});
