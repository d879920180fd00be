//! From the search button over the letter keys to the right code, and back to the same results; pressed
//! through the display server.

use super::{
    kiosk::{COMPACT, Kiosk, LANDSCAPE, PATIENT, PORTRAIT, Shape},
    shelf::{self, Row, Shelf},
};
use cloud_shelf::control::PageName;
use cloud_shelf_core::search::initials;

/// Returns the keys for the beginning of a title's second word; the first word is the brand.
fn keys(row: &Row) -> Option<String> {
    let word: String = row.title.split_whitespace().nth(1)?.chars().take(4).collect();
    initials(&word).filter(|keys| keys.len() > 1)
}

fn search_finds(shape: Shape) {
    let shelf = Shelf::demo();
    let rows = shelf.rows(&shelf::demo_table());
    let typed: Vec<_> = rows.iter().filter_map(|row| Some((row, keys(row)?))).step_by(7).collect();
    assert!(typed.len() > 2, "of the demo's titles {} can be typed", typed.len());
    let mut kiosk = Kiosk::start_awake(&shelf, shape, PATIENT);
    for (row, keys) in typed {
        kiosk.press(shape.search);
        kiosk.wait("the search page", |status| status.page == PageName::Search);
        kiosk.type_keys(&keys);
        let found = kiosk.rest();
        let card = found.cards.iter().find(|card| card.item_id == row.item_id);
        let card = card.unwrap_or_else(|| panic!("{keys} does not find {}: {found:?}", row.title));
        kiosk.press((card.left + card.width / 2, card.top + card.height / 2));
        let status = kiosk.wait("the item", |status| status.page == PageName::Item);
        assert_eq!(status.item_id.as_ref(), Some(&row.item_id), "{shape:?}");
        assert_eq!(kiosk.code(), row.url, "{shape:?}, {}", row.title);
        kiosk.press(shape.back);
        kiosk.wait("the results", |status| status.page == PageName::Search);
        assert_eq!(kiosk.rest().cards, found.cards, "{shape:?}: the same results");
        kiosk.press(shape.leave_search);
        kiosk.wait("the shelf", |status| status.page == PageName::Shelf);
    }
}

#[test]
fn search_finds_on_a_portrait_screen() {
    search_finds(PORTRAIT);
}

#[test]
fn search_finds_on_a_landscape_screen() {
    search_finds(LANDSCAPE);
}

#[test]
fn search_finds_on_the_small_panel() {
    search_finds(COMPACT);
}

#[test]
fn show_search_opens_the_page_and_it_draws_nothing_by_itself() {
    let shelf = Shelf::demo();
    let mut kiosk = Kiosk::start(&shelf, PORTRAIT, PATIENT);
    assert!(shelf.ctl(&["show", "search"]).status.success());
    kiosk.wait("the search page", |status| status.page == PageName::Search);
    assert_eq!(shelf.json(&["status"])["kiosk"]["page"], "search");
    kiosk.type_keys("s");
    kiosk.settled_picture();
    let before = kiosk.status().unwrap().frames;
    // The wait itself is what is measured
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!(kiosk.status().unwrap().frames, before, "an untouched page must draw no frames");
}
