//! Arbitrary bytes as a file on a stick: searched for a unit's pointer, and taken in.
#![no_main]

use cloud_shelf::sync::{Feed, Progress, Watch, bundle_holds, take_bundle};
use cloud_shelf_core::{
    clock::FixedClock,
    domain::{DeviceId, StoreId},
    feed::{FeedAddress, Signer, Subject},
    paths::Paths,
};
use libfuzzer_sys::fuzz_target;
use std::{io::Cursor, sync::Arc};

struct Nobody;

impl Watch for Nobody {
    fn progress(&mut self, _: Progress) {}

    fn is_wanted(&self) -> bool {
        true
    }
}

fuzz_target!(|bytes: &[u8]| {
    let subject = Subject::new(StoreId::parse("184454101").unwrap(), DeviceId::parse("8F6A77C73E").unwrap());
    let subject = subject.unwrap();
    bundle_holds(Cursor::new(bytes), &subject);
    let address =
        FeedAddress::new("https://feed.example.com", Signer::from_seed(&[1; 32]).public().into()).unwrap();
    let state = tempfile::tempdir().unwrap();
    let paths = Paths::new(Some(state.path().into()), None, None);
    let feed = Feed { address, subject };
    let clock = Arc::new(FixedClock(1_800_000_000));
    let _ = take_bundle(&paths, &feed, Cursor::new(bytes), clock, &mut Nobody);
});
