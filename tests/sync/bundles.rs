//! Bundles on a stick: the same checks, the same result, and no harm from a bad one.

use crate::rig::{Heard, Rig, item, now, shelf};
use cloud_shelf::sync::{Round, SyncError, is_bundle, take_bundle};
use cloud_shelf_core::{domain::CatalogSource, publish};
use std::io::Cursor;

fn bundle(rig: &Rig, shelf_number: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let dir = rig.root.path().join("feed");
    publish::write_bundle(&dir, &shelf(shelf_number), now(), &mut bytes).unwrap();
    bytes
}

fn take(rig: &Rig, bytes: &[u8]) -> Result<Round, SyncError> {
    let mut heard = Heard { progress: Vec::new(), until: None };
    take_bundle(&rig.paths, &rig.feed, Cursor::new(bytes), rig.clock.clone(), &mut heard)
}

fn items() -> Vec<cloud_shelf_core::table::TableItem> {
    vec![item(1, "一段", &[1, 2]), item(2, "二段", &[3])]
}

#[test]
fn a_shelf_without_a_network_takes_it_from_a_stick() {
    let rig = Rig::new();
    rig.publish(items());
    let bytes = bundle(&rig, 1);
    assert!(is_bundle(&bytes[..262]) && !is_bundle(b"PK\x03\x04"));
    assert_eq!(take(&rig, &bytes).unwrap(), Round::Taken { changed: true, objects: 3 });
    assert_eq!(rig.snapshot().source, CatalogSource::Bundle);
    assert_eq!(rig.titles(), ["一段", "二段"]);
    assert_eq!(take(&rig, &bytes).unwrap(), Round::Unchanged);
    assert!(rig.asked().is_empty(), "nothing went over the network");
    // When the network is back, nothing is downloaded twice
    assert_eq!(rig.round().unwrap(), Round::Unchanged);
    assert_eq!(rig.asked().len(), 1);
}

#[test]
fn a_bundle_cut_anywhere_changes_nothing_and_the_whole_one_completes_it() {
    let rig = Rig::with(vec![item(1, "旧", &[9])]);
    rig.publish(items());
    let bytes = bundle(&rig, 1);
    for cut in (0..bytes.len() - 1024).step_by(bytes.len() / 40) {
        let error = take(&rig, &bytes[..cut]).unwrap_err();
        let code = error.code();
        assert!(
            ["bundle_cut", "bundle_of_others", "bundle_incomplete", "not_a_bundle"].contains(&code),
            "{cut}: {code}"
        );
        assert_eq!(rig.titles(), ["旧"], "{cut}");
    }
    assert!(matches!(take(&rig, &bytes).unwrap(), Round::Taken { changed: true, .. }));
    assert_eq!(rig.titles(), ["一段", "二段"]);
}

#[test]
fn a_bundle_is_refused_for_what_the_network_would_be_refused_for() {
    let rig = Rig::new();
    rig.publish(items());
    let old = bundle(&rig, 1);
    assert_eq!(take(&rig, &bundle(&rig, 2)).unwrap_err().code(), "bundle_of_others");
    assert_eq!(take(&rig, b"").unwrap_err().code(), "bundle_of_others");
    assert_eq!(take(&rig, &[7; 4096]).unwrap_err().code(), "not_a_bundle");
    for place in [600, 700, 900] {
        let mut changed = old.clone();
        changed[place] ^= 1;
        let code = take(&rig, &changed).unwrap_err().code();
        assert!(!["store_failed", "disk"].contains(&code), "{place}: {code}");
        assert!(
            cloud_shelf::store::Store::open_read_only(&rig.paths).is_err(),
            "{place}: nothing was accepted"
        );
    }
    // A picture that does not match its hash
    let mut changed = old.clone();
    let last = old.len() - 1024 - 600;
    changed[last] ^= 1;
    assert_eq!(take(&rig, &changed).unwrap_err().code(), "wrong_hash");
    rig.publish(vec![item(1, "新", &[])]);
    rig.round().unwrap();
    assert_eq!(take(&rig, &old).unwrap_err().code(), "rollback");
}

#[test]
fn members_that_no_feed_has_are_passed_over() {
    let rig = Rig::new();
    rig.publish(items());
    let mut hostile = tar::Builder::new(Vec::new());
    let mut add = |path: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o755);
        // As an attacker would write it, bypassing the library's own checks
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_cksum();
        hostile.append(&header, bytes).unwrap();
    };
    add("../../etc/passwd", b"x");
    add("/autorun.sh", b"#!/bin/sh\nrm -rf /");
    add("v1/objects/../../x", b"x");
    add("v1/objects/short", b"x");
    let mut bytes = hostile.into_inner().unwrap();
    bytes.truncate(bytes.len() - 1024);
    bytes.extend(bundle(&rig, 1));
    assert!(matches!(take(&rig, &bytes).unwrap(), Round::Taken { changed: true, .. }));
    let names: Vec<_> = std::fs::read_dir(rig.root.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name == "x" || name == "etc"), "{names:?}");
}
