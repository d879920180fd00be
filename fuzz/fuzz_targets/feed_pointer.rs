//! Arbitrary bytes as a pointer, and as the payload of a validly signed pointer.
#![no_main]

use cloud_shelf_core::{
    domain::{DeviceId, StoreId},
    feed::{Signer, Subject, verify_pointer},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let subject = Subject::new(StoreId::parse("184454101").unwrap(), DeviceId::parse("8F6A77C73E").unwrap());
    let (subject, signer) = (subject.unwrap(), Signer::from_seed(&[1; 32]));
    let keys = signer.public().into();
    let _ = verify_pointer(bytes, &keys, &subject, 1_800_000_000, 0);
    let signed = signer.sign_payload(bytes);
    if let Ok(pointer) = verify_pointer(signed.as_bytes(), &keys, &subject, 1_800_000_000, 0) {
        let again = signer.sign(&pointer).unwrap();
        let again = verify_pointer(again.as_bytes(), &keys, &subject, 1_800_000_000, 0).unwrap();
        assert_eq!(*again, *pointer);
    }
});
