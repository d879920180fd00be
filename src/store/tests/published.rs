//! Catalogs from a feed.

use super::sample::{draft, open, paths, picture, publication, put};
use crate::store::{Publication, RenditionDraft, Store, Swap};
use cloud_shelf_core::domain::{Picture, RenditionKind, Rgb, Sha256};
use std::{collections::HashSet, fs};

const GREY: Rgb = Rgb(9, 9, 9);

/// Stores an object as it arrives: without thumbnails, and so without a colour.
fn arrive(store: &mut Store, n: u8) -> Picture {
    let bytes = [n; 900];
    let object = Sha256::digest(&bytes);
    store.put_object(&object, &bytes).unwrap();
    Picture { object, width: 30, height: 20, color: GREY }
}

fn renditions(n: u8) -> Vec<RenditionDraft> {
    RenditionKind::ALL.map(|kind| RenditionDraft { kind, width: 3, height: 2, bytes: vec![n] }).into()
}

#[test]
fn a_publication_is_swapped_with_its_catalog_and_goes_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    let mut store = open(&paths);
    store.begin_staging().unwrap();
    let pictures = [arrive(&mut store, 1), arrive(&mut store, 2)];
    let document = Sha256::digest(b"{}");
    store.put_object(&document, b"{}").unwrap();
    let wanted = draft(1, 8, &pictures);
    let first = publication();
    assert_eq!(store.swap_published(&wanted, &first).unwrap(), Swap { version: 1, changed: true });
    store.end_staging().unwrap();

    let reader = Store::open_read_only(&paths).unwrap();
    assert_eq!(reader.publication().unwrap(), Some(first.clone()));
    assert!(wanted.is_in(&reader.snapshot().unwrap().unwrap()));
    assert!(store.has_object(&document).unwrap(), "the document is not garbage-collected");

    // The same content under a new pointer is the same catalog
    let second = Publication { version: 8, etag: None, unusable: Default::default(), ..first };
    assert_eq!(store.swap_published(&wanted, &second).unwrap(), Swap { version: 1, changed: false });
    assert_eq!(reader.publication().unwrap(), Some(second.clone()));
    let before = fs::metadata(dir.path().join("shelf.db-wal")).unwrap().len();
    assert_eq!(store.swap_published(&wanted, &second).unwrap(), Swap { version: 1, changed: false });
    assert_eq!(fs::metadata(dir.path().join("shelf.db-wal")).unwrap().len(), before, "nothing was written");

    // An imported table replaces it
    store.swap_catalog(&draft(2, 3, &[])).unwrap();
    assert_eq!(reader.publication().unwrap(), None);
    assert!(!store.has_object(&document).unwrap());
}

#[test]
fn thumbnails_come_later_and_change_nothing_but_the_colour() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    let mut store = open(&paths);
    let pictures = [arrive(&mut store, 1), arrive(&mut store, 2), put(&mut store, 3, 400)];
    let wanted = draft(1, 9, &pictures);
    store.swap_published(&wanted, &publication()).unwrap();
    let reader = Store::open_read_only(&paths).unwrap();
    assert_eq!(reader.unprepared().unwrap(), [pictures[0].object, pictures[1].object]);
    assert!(reader.not_there().unwrap().is_empty());

    let measured = Picture { color: Rgb(200, 10, 10), ..pictures[0] };
    store.put_renditions(measured, &renditions(1)).unwrap();
    assert_eq!(reader.unprepared().unwrap(), [pictures[1].object]);
    let seen = reader.snapshot().unwrap().unwrap();
    let colors: HashSet<Rgb> = seen
        .items
        .iter()
        .flat_map(|i| &i.pictures)
        .filter(|p| p.object == measured.object)
        .map(|p| p.color)
        .collect();
    assert_eq!(colors, HashSet::from([measured.color]));
    assert!(!store.swap_published(&wanted, &publication()).unwrap().changed);
    // Nothing is stored for an object that is gone
    let gone = picture(77, 100);
    store.put_renditions(gone, &renditions(7)).unwrap();
    assert_eq!(reader.rendition(&gone.object, RenditionKind::Card).unwrap(), None);
}

#[test]
fn what_is_unusable_has_no_thumbnail_to_make() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    let mut store = open(&paths);
    let broken = arrive(&mut store, 1);
    let mut kept = publication();
    let why = kept.unusable.values().next().unwrap().clone();
    kept.unusable.insert(broken.object, why);
    store.swap_published(&draft(1, 3, &[broken]), &kept).unwrap();
    assert_eq!(Store::open_read_only(&paths).unwrap().unprepared().unwrap(), []);
    assert_eq!(store.publication().unwrap(), Some(kept));
}

#[test]
fn what_was_staged_for_nothing_can_be_discarded() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&paths(dir.path()));
    let shown = arrive(&mut store, 1);
    store.swap_published(&draft(1, 3, &[shown]), &publication()).unwrap();
    let (staged, left) = (arrive(&mut store, 2), arrive(&mut store, 3));
    assert_eq!(store.objects().unwrap(), [shown, staged, left].map(|p| p.object).into());
    store.discard(&[staged.object].into()).unwrap();
    assert_eq!(store.objects().unwrap(), [shown, staged].map(|p| p.object).into());
}
