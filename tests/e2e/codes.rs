//! For every demo item, on all three panels and in both languages: scrolls to the item, presses it, and
//! compares what an independent decoder reads off the screen with the table's link. On panels of other sizes,
//! for one item.

use super::{
    kiosk::{COMPACT, Kiosk, LANDSCAPE, PATIENT, PORTRAIT, Shape},
    shelf::{self, Shelf},
};
use cloud_shelf::control::PageName;

fn every_code_is_right(shape: Shape) {
    let shelf = Shelf::demo();
    let rows = shelf.rows(&shelf::demo_table());
    assert!(rows.len() >= 36, "the demo has {} items", rows.len());
    for language in ["zh", "en"] {
        // The press that wakes the screen opens the shelf, not the item under the finger
        let mut kiosk = Kiosk::start_awake(&shelf, shape, PATIENT);
        if language == "en" {
            kiosk.press(shape.language);
        }
        kiosk.wait(language, |status| status.language == language);
        for row in &rows {
            kiosk.open(&row.item_id);
            assert_eq!(kiosk.code(), row.url, "{shape:?}, {language}, {}", row.title);
            kiosk.back();
        }
        let status = kiosk.status().unwrap();
        assert_eq!((status.page, status.language.as_str()), (PageName::Shelf, language));
    }
}

#[test]
fn every_code_is_right_on_a_portrait_screen() {
    every_code_is_right(PORTRAIT);
}

#[test]
fn every_code_is_right_on_a_landscape_screen() {
    every_code_is_right(LANDSCAPE);
}

#[test]
fn every_code_is_right_on_the_small_panel() {
    every_code_is_right(COMPACT);
}

#[test]
fn a_code_is_right_on_panels_of_other_sizes() {
    let shelf = Shelf::demo();
    let rows = shelf.rows(&shelf::demo_table());
    for size in [(1024, 600), (1280, 800), (1366, 768), (3840, 2160), (600, 1024), (2160, 3840)] {
        let mut kiosk = Kiosk::start_awake(&shelf, Shape { size, ..PORTRAIT }, PATIENT);
        let cards = kiosk.rest().cards;
        assert!(cards.len() > 3, "{size:?}: {cards:?}");
        kiosk.press((cards[1].left + cards[1].width / 2, cards[1].top + cards[1].height / 2));
        let item = &cards[1].item_id;
        kiosk.wait("the item", |status| status.item_id.as_ref() == Some(item));
        let row = rows.iter().find(|row| row.item_id == *item).expect("an item of the table");
        assert_eq!(kiosk.code(), row.url, "{size:?}, {}", row.title);
    }
}
