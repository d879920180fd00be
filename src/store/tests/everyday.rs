//! The store in normal operation.

use super::sample::{draft, open, paths, picture, publication, put};
use crate::store::{HealthState, OpenOptions, Store, StoreError, Swap, health};
use cloud_shelf_core::domain::{RenditionKind, Sha256};
use std::{fs, time::Duration};

#[test]
fn what_was_swapped_in_is_what_a_reader_sees() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    let mut store = open(&paths);
    let pictures: Vec<_> = (0..4).map(|seed| put(&mut store, seed, 5000)).collect();
    let mut wanted = draft(1, 50, &pictures);
    wanted.brand.logo = Some(pictures[0].object);
    assert_eq!(store.swap_catalog(&wanted).unwrap(), Swap { version: 1, changed: true });

    let reader = Store::open_read_only(&paths).unwrap();
    let seen = reader.snapshot().unwrap().unwrap();
    assert_eq!((seen.version, reader.catalog_version().unwrap()), (1, 1));
    assert_eq!(seen.taken_at, wanted.taken_at);
    assert!(wanted.is_in(&seen));
    let page = reader.rendition(&pictures[1].object, RenditionKind::Page).unwrap();
    assert_eq!(page.as_deref(), Some(b"Page of 1".as_slice()));
    let object = reader.object(&pictures[2].object).unwrap().unwrap();
    assert_eq!(Sha256::digest(&object), pictures[2].object);
    assert_eq!(reader.object(&Sha256::digest(b"?")).unwrap(), None);
    assert_eq!(reader.picture(&pictures[3].object).unwrap(), Some(pictures[3]));
}

#[test]
fn the_same_content_changes_nothing_and_another_counts_on() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    let mut store = open(&paths);
    let mut first = draft(1, 20, &[]);
    assert_eq!(store.swap_catalog(&first).unwrap(), Swap { version: 1, changed: true });
    first.taken_at += 1000;
    assert_eq!(store.swap_catalog(&first).unwrap(), Swap { version: 1, changed: false });
    assert_eq!(store.load().unwrap().unwrap().snapshot.taken_at, first.taken_at - 1000);
    drop(store);
    let mut store = open(&paths);
    assert_eq!(store.swap_catalog(&first).unwrap(), Swap { version: 1, changed: false });
    assert_eq!(store.swap_catalog(&draft(2, 20, &[])).unwrap(), Swap { version: 2, changed: true });
    assert_eq!(store.swap_catalog(&first).unwrap(), Swap { version: 3, changed: true });
}

#[test]
fn objects_go_when_no_item_refers_to_them() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&paths(dir.path()));
    let kept = put(&mut store, 1, 100);
    let dropped = put(&mut store, 2, 100);
    let logo = put(&mut store, 3, 100);
    let mut first = draft(1, 2, &[kept, dropped]);
    first.brand.logo = Some(logo.object);
    store.swap_catalog(&first).unwrap();
    let mut second = draft(2, 2, &[kept]);
    second.brand.logo = Some(logo.object);
    store.swap_catalog(&second).unwrap();
    for (picture, there) in [(kept, true), (dropped, false), (logo, true)] {
        assert_eq!(store.has_object(&picture.object).unwrap(), there);
        assert_eq!(store.picture(&picture.object).unwrap().is_some(), there);
    }
}

#[test]
fn a_store_with_nothing_in_it_is_missing_or_empty_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(&dir.path().join("deep/state"));
    assert!(matches!(Store::open_read_only(&paths), Err(StoreError::Missing)));
    assert!(matches!(health(&paths).state, HealthState::Failed(StoreError::Missing)));
    assert!(!paths.state_dir().exists(), "a reader creates nothing");
    drop(open(&paths));
    let reader = Store::open_read_only(&paths).unwrap();
    assert_eq!((reader.catalog_version().unwrap(), reader.snapshot().unwrap()), (0, None));
    assert!(matches!(health(&paths).state, HealthState::Ok { version: 0 }));
}

#[test]
fn a_second_writer_waits_then_gives_up_and_goes_on_when_the_first_is_done() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    let first = open(&paths);
    let brief = OpenOptions { wait: Duration::from_millis(60), ..OpenOptions::default() };
    assert!(matches!(Store::open_with(&paths, &brief), Err(StoreError::Busy { .. })));
    let waiting = std::thread::spawn({
        let paths = paths.clone();
        move || Store::open(&paths).map(|opened| opened.store.catalog_version())
    });
    std::thread::sleep(Duration::from_millis(60));
    drop(first);
    assert_eq!(waiting.join().unwrap().unwrap().unwrap(), 0);
}

#[test]
fn a_row_that_is_not_valid_is_dropped_and_counted_and_healed_by_the_same_import() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    let wanted = draft(1, 9, &[picture(1, 10)]);
    open(&paths).swap_catalog(&wanted).unwrap();
    let db = rusqlite::Connection::open(paths.database()).unwrap();
    db.execute_batch(
        "UPDATE item SET link = 'https://detail.tmall.com.evil.test/item.htm?id=500000001' WHERE position = 1;
         UPDATE item SET price = -5 WHERE position = 2;
         UPDATE item SET selling_points = '{' WHERE position = 3;
         UPDATE item SET category = 77 WHERE position = 4;
         UPDATE item_picture SET width = 0 WHERE item = 5;",
    )
    .unwrap();
    drop(db);
    let loaded = Store::open_read_only(&paths).unwrap().load().unwrap().unwrap();
    assert_eq!((loaded.dropped, loaded.snapshot.items.len()), (4, 5));
    assert_eq!(loaded.snapshot.items[0], wanted.items[0]);
    assert!(loaded.snapshot.items[1].pictures.is_empty());

    let swap = open(&paths).swap_catalog(&wanted).unwrap();
    assert_eq!(swap, Swap { version: 2, changed: true });
    assert!(wanted.is_in(&Store::open_read_only(&paths).unwrap().snapshot().unwrap().unwrap()));
}

#[test]
fn what_is_too_large_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&paths(dir.path()));
    let mut many = draft(1, 1, &[]);
    many.items = vec![many.items[0].clone(); crate::store::MAX_ITEMS + 1];
    assert!(matches!(store.swap_catalog(&many), Err(StoreError::TooLarge { .. })));
    let bytes = vec![0; crate::store::MAX_OBJECT_BYTES + 1];
    let big = crate::store::PictureDraft { bytes: &bytes, picture: picture(1, 1), renditions: Vec::new() };
    assert!(matches!(store.put_picture(&big), Err(StoreError::TooLarge { .. })));
}

#[test]
fn every_shipped_schema_is_read_and_written_for_ever() {
    for version in 1..=crate::store::KNOWN_SCHEMA {
        let dir = tempfile::tempdir().unwrap();
        let paths = paths(dir.path());
        let shipped = format!("{}/tests/data/db/v{version}.db", env!("CARGO_MANIFEST_DIR"));
        fs::copy(shipped, paths.database()).unwrap();
        let wanted = draft(1, 12, &[picture(1, 300), picture(2, 300)]);
        assert!(wanted.is_in(&open(&paths).load().unwrap().unwrap().snapshot), "{version}");
        let reader = Store::open_read_only(&paths).unwrap();
        assert!(wanted.is_in(&reader.snapshot().unwrap().unwrap()), "{version}");
        assert_eq!(reader.publication().unwrap(), (version > 1).then(publication), "{version}");
        let swap = open(&paths).swap_catalog(&draft(2, 3, &[])).unwrap();
        assert_eq!(swap, Swap { version: 2, changed: true }, "{version}");
        assert_eq!(reader.publication().unwrap(), None);
    }
}

/// Writes the file that the test above opens. Run once for each schema that ships, with `cargo test
/// --no-default-features --lib write_the_fixture -- --ignored`, and a new file name.
#[test]
#[ignore = "writes a fixture"]
fn write_the_fixture_of_this_schema() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    let mut store = open(&paths);
    let pictures = [put(&mut store, 1, 300), put(&mut store, 2, 300)];
    store.put_object(&publication().document, b"{}").unwrap();
    store.swap_published(&draft(1, 12, &pictures), &publication()).unwrap();
    drop(store);
    let target = format!("{}/tests/data/db/v{}.db", env!("CARGO_MANIFEST_DIR"), crate::store::KNOWN_SCHEMA);
    assert!(!fs::exists(&target).unwrap(), "the file of a shipped schema never changes");
    fs::copy(paths.database(), target).unwrap();
}
