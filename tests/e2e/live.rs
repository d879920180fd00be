//! Imports while a shopper is looking.

use super::{
    kiosk::{COMPACT, Kiosk, PATIENT, PORTRAIT},
    shelf::{self, Shelf},
};
use cloud_shelf::control::PageName;

#[test]
fn an_open_item_stays_open_until_an_import_takes_it_away() {
    let mut rows = shelf::rows(8);
    let shelf = Shelf::of(&rows);
    let mut kiosk = Kiosk::start_awake(&shelf, PORTRAIT, PATIENT);
    let first = kiosk.status().unwrap().catalog_version;
    let looked_at = rows[3].clone();
    kiosk.open(&looked_at.item_id);

    rows[3].title = "改过名字的样品".into();
    rows.remove(5);
    shelf.import_rows(&rows);
    let second = kiosk.wait("the second catalog", |status| status.catalog_version > first);
    assert_eq!((second.page, second.item_id), (PageName::Item, Some(looked_at.item_id.clone())));
    assert_eq!(kiosk.code(), looked_at.url);

    rows.remove(3);
    shelf.import_rows(&rows);
    let third = kiosk.wait("the third catalog", |status| status.catalog_version > second.catalog_version);
    assert_eq!((third.page, third.item_id), (PageName::Shelf, None));
    let shown: Vec<_> = kiosk.rest().cards.into_iter().map(|card| card.item_id).collect();
    let expected: Vec<_> = rows.into_iter().map(|row| row.item_id).collect();
    assert_eq!(shown, expected);
}

#[test]
fn a_scrolled_shelf_stays_where_it_is() {
    let mut rows = shelf::rows(60);
    let shelf = Shelf::of(&rows);
    let mut kiosk = Kiosk::start_awake(&shelf, COMPACT, PATIENT);
    kiosk.scroll_to(&rows[30].item_id);
    let before = kiosk.rest();
    assert!(before.scroll_px > 0);

    rows.last_mut().unwrap().title = "改过名字的样品".into();
    shelf.import_rows(&rows);
    kiosk.wait("the second catalog", |status| status.catalog_version > before.catalog_version);
    let after = kiosk.rest();
    assert_eq!((after.page, after.scroll_px, after.cards), (before.page, before.scroll_px, before.cards));
}

#[test]
fn a_shelf_that_gets_shorter_leaves_nobody_on_an_empty_page() {
    let rows = shelf::rows(60);
    let shelf = Shelf::of(&rows);
    let mut kiosk = Kiosk::start_awake(&shelf, COMPACT, PATIENT);
    kiosk.scroll_to(&rows[59].item_id);
    let before = kiosk.rest();
    shelf.import_rows(&rows[..2]);
    kiosk.wait("the second catalog", |status| status.catalog_version > before.catalog_version);
    let shown: Vec<_> = kiosk.rest().cards.into_iter().map(|card| card.item_id).collect();
    assert_eq!(shown, [rows[0].item_id.clone(), rows[1].item_id.clone()]);
}

#[test]
fn the_same_table_again_changes_nothing() {
    let rows = shelf::rows(3);
    let shelf = Shelf::of(&rows);
    let version = |shelf: &Shelf| shelf.json(&["status"])["catalog"]["version"].as_u64().unwrap();
    let first = version(&shelf);
    shelf.import_rows(&rows);
    assert_eq!(version(&shelf), first);
    shelf.import_rows(&rows[..2]);
    assert!(version(&shelf) > first);
}
