//! The record of missing pictures, and the catalog that it belongs to.

use super::sample::{draft, open, paths, put};
use crate::store::{Missing, MissingPicture, Store, StoreError};
use cloud_shelf_core::domain::{ItemId, Message};
use std::{fs, os::unix::fs::MetadataExt};

fn missing(count: usize) -> Vec<MissingPicture> {
    let one = |n: usize| MissingPicture {
        item: Some(ItemId::parse(&format!("{}", 500_000_000 + n)).unwrap()),
        title: format!("商品 {n}"),
        picture: format!("{n}.jpg"),
        problem: "picture_missing".into(),
        remedy: Message::new("放好", "Put it there"),
    };
    (0..count).map(one).collect()
}

#[test]
fn a_note_is_of_the_catalog_it_was_made_for() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    let mut store = open(&paths);
    let seen = || Store::open_read_only(&paths).unwrap().missing().unwrap();
    let (first, second, third) = (draft(1, 5, &[]), draft(2, 5, &[]), draft(3, 5, &[]));
    store.note_missing(&first, &missing(2)).unwrap();
    assert_eq!(seen(), Missing::default(), "there is no catalog yet");
    store.swap_catalog(&first).unwrap();
    assert_eq!(seen(), Missing { count: 2, pictures: missing(2) });

    // The power fails between the record and the swap: the old catalog keeps its own
    store.note_missing(&second, &missing(3)).unwrap();
    assert_eq!(seen().count, 2);
    store.note_missing(&second, &missing(4)).unwrap();
    assert_eq!(seen().count, 2);
    store.swap_catalog(&second).unwrap();
    assert_eq!(seen().count, 4);

    // The same catalog; its pictures came back and went missing again
    store.note_missing(&second, &missing(1)).unwrap();
    assert_eq!(seen().count, 1);
    let file = || fs::metadata(paths.missing_pictures()).unwrap().ino();
    let before = file();
    store.note_missing(&second, &missing(1)).unwrap();
    assert_eq!(file(), before, "an unchanged record is not written");

    // A catalog without a record, as from a feed
    store.swap_catalog(&third).unwrap();
    assert_eq!(seen(), Missing::default());
    store.note_missing(&third, &[]).unwrap();
    assert!(!paths.missing_pictures().exists());
}

#[test]
fn the_first_are_named_and_all_are_counted() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    let mut store = open(&paths);
    let first = draft(1, 5, &[]);
    let long = MissingPicture { title: "长".repeat(10_000), ..missing(1).remove(0) };
    store.note_missing(&first, &[vec![long], missing(9_999)].concat()).unwrap();
    store.swap_catalog(&first).unwrap();
    let seen = Store::open_read_only(&paths).unwrap().missing().unwrap();
    assert_eq!((seen.count, seen.pictures.len()), (10_000, 2_000));
    assert_eq!(seen.pictures[0].title.chars().count(), 300);
}

#[test]
fn a_note_that_is_damaged_is_told_and_renewed() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    let mut store = open(&paths);
    let first = draft(1, 5, &[]);
    store.swap_catalog(&first).unwrap();
    for garbage in ["", "\0\0", "{\"schema\":1}", "[]"] {
        fs::write(paths.missing_pictures(), garbage).unwrap();
        let reader = Store::open_read_only(&paths).unwrap();
        assert!(matches!(reader.missing(), Err(StoreError::Unreadable(_))), "{garbage:?}");
        store.note_missing(&first, &missing(1)).unwrap();
        assert_eq!(reader.missing().unwrap().count, 1);
    }
    fs::write(paths.missing_pictures(), "\0").unwrap();
    store.note_missing(&first, &[]).unwrap();
    assert!(!paths.missing_pictures().exists());
}

#[test]
fn pictures_without_a_thumbnail_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    let mut store = open(&paths);
    let kept = put(&mut store, 1, 100);
    let absent = super::sample::picture(2, 100);
    store.swap_catalog(&draft(1, 4, &[kept, absent])).unwrap();
    let found = Store::open_read_only(&paths).unwrap().not_there().unwrap();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [absent.object]);
}
