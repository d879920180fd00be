//! The milestones that a run reports: an update counts as good only after them.

use super::{
    kiosk::{COMPACT, Kiosk, PATIENT},
    shelf::{self, Shelf},
};
use cloud_shelf_core::clock::{Clock, SystemClock};
use std::fs;

#[test]
fn a_start_is_proven_by_a_frame_a_database_and_a_catalog() {
    let shelf = Shelf::of(&shelf::rows(3));
    let begun = SystemClock.now();
    let mut kiosk = Kiosk::start(&shelf, COMPACT, PATIENT);
    let status = kiosk.wait("the proof", |status| status.frames > 0 && status.catalog_read);
    assert!(status.database_opened);
    assert_eq!(status.version, env!("CARGO_PKG_VERSION"));
    let started: jiff::Timestamp = status.started_at.parse().unwrap();
    assert!((begun..=SystemClock.now()).contains(&started.as_second()));
}

#[test]
fn a_database_of_an_earlier_version_is_shown_at_once() {
    let shelf = Shelf::of(&shelf::rows(1));
    for name in ["shelf.db", "shelf.db-wal", "shelf.db-shm"] {
        let _ = fs::remove_file(shelf.state().join(name));
    }
    let old = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/db/v1.db");
    fs::copy(old, shelf.state().join("shelf.db")).unwrap();
    let mut kiosk = Kiosk::start(&shelf, COMPACT, PATIENT);
    kiosk.wait("the catalog", |status| status.catalog_read && status.catalog_version > 0);
    assert!(shelf.state().join("shelf.db.schema-1").exists());
}
