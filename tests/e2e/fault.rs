//! Data that can't be shown: a readable fault card, a kiosk that stays up, and a shelf again once a good
//! table is imported.

use super::{
    kiosk::{COMPACT, Kiosk, LANDSCAPE, PATIENT, PORTRAIT, Shape},
    shelf::{self, Shelf},
};
use cloud_shelf::control::PageName;
use std::fs;

const PAGE: [u8; 3] = [0xF7, 0xF6, 0xF3];
const INK: [u8; 3] = [0x1D, 0x1C, 0x1A];

/// Starts the kiosk and asserts that it shows a readable fault card.
fn faulty(shelf: &Shelf, shape: Shape) -> Kiosk<'_> {
    says(shelf, shape, PageName::Fault)
}

/// Starts the kiosk and asserts that it shows a readable page.
fn says(shelf: &Shelf, shape: Shape, page: PageName) -> Kiosk<'_> {
    let mut kiosk = Kiosk::start(shelf, shape, PATIENT);
    kiosk.wait("the card", |status| status.page == page);
    let picture = kiosk.settled_picture();
    let share = |color: [u8; 3]| {
        picture.rgb.iter().filter(|pixel| **pixel == color).count() as f64 / picture.rgb.len() as f64
    };
    assert!(share(PAGE) > 0.1, "no page on the screen");
    assert!(share(INK) > 0.0005, "no words on the screen");
    kiosk
}

/// Imports a good table, and asserts that it ends the fault and that a press then opens the whole shelf.
fn recovers(mut kiosk: Kiosk<'_>) {
    let rows = shelf::rows(3);
    kiosk.shelf.import_rows(&rows);
    kiosk.wait("the attract page", |status| status.page == PageName::Attract);
    kiosk.press(kiosk.middle());
    let status = kiosk.wait("the shelf", |status| status.page == PageName::Shelf);
    assert_eq!(status.cards.len(), rows.len());
    assert!(kiosk.is_alive());
}

#[test]
fn an_empty_state_directory() {
    let shelf = Shelf::empty();
    recovers(says(&shelf, PORTRAIT, PageName::Setup));
}

#[test]
fn a_bound_unit_without_items() {
    let shelf = Shelf::empty();
    let bound = shelf.ctl(&["bind", "启赋品牌，门店id：184454101，设备id:8F6A77C73E"]);
    assert!(bound.status.success(), "{bound:?}");
    // Without a PIN the unit would still show the setup page
    assert!(shelf.ctl(&["pin", "--generate"]).status.success());
    recovers(faulty(&shelf, COMPACT));
}

#[test]
fn a_database_of_garbage() {
    let shelf = Shelf::empty();
    fs::write(shelf.database(), [0x5A; 100_000]).unwrap();
    let kiosk = faulty(&shelf, LANDSCAPE);
    let said = shelf.json(&["status"]);
    assert_eq!(said["kiosk"]["page"], "fault", "{said}");
    recovers(kiosk);
    let kept = fs::read_dir(shelf.state()).unwrap().filter(|entry| {
        let entry = entry.as_ref().unwrap();
        fs::read(entry.path()).is_ok_and(|bytes| bytes == [0x5A; 100_000])
    });
    assert_eq!(kept.count(), 1, "the damaged file must be set aside");
}

#[test]
fn a_database_cut_short() {
    let shelf = Shelf::of(&shelf::rows(5));
    let file = fs::File::options().write(true).open(shelf.database()).unwrap();
    assert!(file.metadata().unwrap().len() > 9_000);
    file.set_len(9_000).unwrap();
    recovers(faulty(&shelf, COMPACT));
}

#[test]
fn a_database_of_a_later_program() {
    let shelf = Shelf::of(&shelf::rows(5));
    let later = |shelf: &Shelf| rusqlite::Connection::open(shelf.database()).unwrap();
    later(&shelf).pragma_update(None, "user_version", 99).unwrap();
    let mut kiosk = faulty(&shelf, COMPACT);

    // Another version's database must not be overwritten
    let table = shelf.folder().join("table.csv");
    let refused = shelf.ctl(&["import", table.to_str().unwrap()]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("99"), "{refused:?}");
    let schema: i64 = later(&shelf).query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(schema, 99);
    kiosk.wait("the fault card still", |status| status.page == PageName::Fault);

    // Once its owner has removed it, a table fills the shelf
    for entry in fs::read_dir(shelf.state()).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().starts_with("shelf.db") {
            fs::remove_file(path).unwrap();
        }
    }
    recovers(kiosk);
}

#[test]
fn a_database_that_breaks_while_it_is_shown_is_survived() {
    let shelf = Shelf::of(&shelf::rows(5));
    let mut kiosk = Kiosk::start_awake(&shelf, COMPACT, PATIENT);
    let before = kiosk.status().unwrap();
    fs::write(shelf.database(), [0x5A; 100_000]).unwrap();
    // The last known good catalog stays on the shelf
    let rows = shelf::rows(6);
    shelf.import_rows(&rows);
    let after = kiosk.wait("the new catalog", |status| status.catalog_version > before.catalog_version);
    assert_eq!((after.page, after.cards.len()), (PageName::Shelf, rows.len()));
}
