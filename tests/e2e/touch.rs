//! Gestures as a panel reports them, played into the running program.

use super::{
    kiosk::{Kiosk, PATIENCE, PATIENT, PORTRAIT},
    shelf::{self, Shelf},
};
use cloud_shelf::control::{CardPlace, PageName};
use std::time::{Duration, Instant};

/// How long nothing may happen.
const NOTHING: Duration = Duration::from_millis(700);

/// Returns the item of the card whose picture is at this place.
fn item_at(kiosk: &Kiosk, (x, y): (i32, i32)) -> String {
    let cards = kiosk.status().unwrap().cards;
    let is_there = |from: i32, length: i32, at: i32| (from..from + length).contains(&at);
    let card =
        cards.iter().find(|card| is_there(card.left, card.width, x) && is_there(card.top, card.height, y));
    card.unwrap_or_else(|| panic!("no card at {x}, {y}: {cards:?}")).item_id.clone()
}

/// Waits for the time in which something wrong would happen.
fn stays_on(kiosk: &Kiosk, page: PageName, what: &str) {
    std::thread::sleep(NOTHING);
    let status = kiosk.status().unwrap();
    assert_eq!((status.page, status.item_id.is_some()), (page, page == PageName::Item), "{what}");
}

#[test]
fn a_tap_opens_one_item_however_the_panel_trembles() {
    let shelf = Shelf::demo();
    let mut kiosk = Kiosk::start_awake(&shelf, PORTRAIT, PATIENT);
    kiosk.rest();
    let item = item_at(&kiosk, (540, 900));
    for name in ["tap-trembling", "tap-bouncing"] {
        kiosk.x.play(name);
        kiosk.wait(name, |status| status.item_id.as_ref() == Some(&item));
        // A bounce must not press anything on the new page
        stays_on(&kiosk, PageName::Item, name);
        assert_eq!(kiosk.status().unwrap().item_id.as_ref(), Some(&item));
        kiosk.back();
        assert_eq!(kiosk.status().unwrap().scroll_px, 0, "{name} has scrolled");
    }
}

#[test]
fn a_flick_scrolls_and_a_touch_stops_it_and_does_nothing_else() {
    let shelf = Shelf::demo();
    let mut kiosk = Kiosk::start_awake(&shelf, PORTRAIT, PATIENT);
    kiosk.rest();
    kiosk.x.play("fling");
    kiosk.wait("the flick", |status| status.scroll_px > 640);
    let whole = kiosk.rest().scroll_px;
    assert!(whole > 1200, "the flick must continue by itself: {whole}");
    assert!(kiosk.shelf.ctl(&["show", "shelf"]).status.success());
    kiosk.wait("the top", |status| status.scroll_px == 0);

    kiosk.x.play("fling-stopped");
    kiosk.wait("the flick", |status| status.scroll_px > 640);
    stays_on(&kiosk, PageName::Shelf, "the touch that stops it");
    let stopped = kiosk.rest().scroll_px;
    assert!(stopped < whole * 9 / 10, "stopped at {stopped}, else it goes to {whole}");
    // The page stands still, and the next touch counts
    let cards = kiosk.status().unwrap().cards;
    let card = cards.iter().find(|card| card.top > PORTRAIT.grid_top).expect("a whole card");
    kiosk.press(middle(card));
    kiosk.wait("the touch after it", |status| status.item_id.as_ref() == Some(&card.item_id));
}

#[test]
fn a_pull_beyond_the_edge_comes_back_and_leaves_a_still_screen() {
    let shelf = Shelf::demo();
    let mut kiosk = Kiosk::start_awake(&shelf, PORTRAIT, PATIENT);
    let (before, frames) = (kiosk.settled_picture(), kiosk.rest().frames);
    kiosk.x.play("pull");
    kiosk.wait("the pull", |status| status.frames > frames);
    stays_on(&kiosk, PageName::Shelf, "the pull");
    assert!(kiosk.settled_picture() == before, "the page must come back");
    let drawn = kiosk.status().unwrap().frames;
    assert!(drawn > frames + 10, "the page must have moved: {} frames", drawn - frames);
    stays_on(&kiosk, PageName::Shelf, "what comes after it");
    let status = kiosk.status().unwrap();
    assert_eq!((status.frames, status.scroll_px), (drawn, 0), "a still screen draws nothing");
}

fn middle(card: &CardPlace) -> (i32, i32) {
    (card.left + card.width / 2, card.top + card.height / 2)
}

#[test]
fn what_is_no_tap_opens_nothing() {
    let shelf = Shelf::demo();
    let mut kiosk = Kiosk::start_awake(&shelf, PORTRAIT, PATIENT);
    kiosk.rest();
    kiosk.x.play("hold-and-slide");
    stays_on(&kiosk, PageName::Shelf, "a finger that rested and slid");
    kiosk.x.play("drag-with-gap");
    kiosk.wait("the drag", |status| status.scroll_px >= 450);
    stays_on(&kiosk, PageName::Shelf, "a drag with a gap");
    let scrolled = kiosk.rest().scroll_px;
    assert!((450..1000).contains(&scrolled), "one drag of 500 pixels, not two of half: {scrolled}");
    kiosk.x.play("hold-and-drag");
    kiosk.wait("the drag after a rest", |status| status.scroll_px >= scrolled + 250);
    stays_on(&kiosk, PageName::Shelf, "a drag after a rest");
}

#[test]
fn a_palm_wakes_and_does_nothing_else() {
    let shelf = Shelf::demo();
    let mut kiosk = Kiosk::start(&shelf, PORTRAIT, PATIENT);
    kiosk.wait("the attract page", |status| status.page == PageName::Attract);
    kiosk.x.play("palm");
    kiosk.wait("waking", |status| status.page == PageName::Shelf);
    stays_on(&kiosk, PageName::Shelf, "the rest of the palm");
}

#[test]
fn a_swipe_turns_the_gallerys_page_and_a_nudge_does_not() {
    let shelf = Shelf::demo();
    let mut kiosk = Kiosk::start_awake(&shelf, PORTRAIT, PATIENT);
    let rows = shelf.rows(&shelf::demo_table());
    kiosk.open(&rows.iter().find(|row| row.pictures > 1).expect("an item of two pictures").item_id);
    let first = kiosk.settled_picture();
    kiosk.x.play("nudge-left");
    stays_on(&kiosk, PageName::Item, "a nudge");
    assert!(kiosk.settled_picture() == first, "a nudge must not turn the page");
    kiosk.x.play("swipe-right");
    stays_on(&kiosk, PageName::Item, "a swipe past the first");
    assert!(kiosk.settled_picture() == first, "nothing comes before the first picture");
    kiosk.x.play("swipe-left");
    stays_on(&kiosk, PageName::Item, "a swipe");
    assert!(kiosk.settled_picture() != first, "a swipe shows the next picture");
    kiosk.x.play("swipe-right");
    stays_on(&kiosk, PageName::Item, "a swipe back");
    assert!(kiosk.settled_picture() == first, "a swipe back shows the first again");
}

#[test]
fn a_press_shows_while_the_finger_is_still_down() {
    let shelf = Shelf::demo();
    let mut kiosk = Kiosk::start_awake(&shelf, PORTRAIT, PATIENT);
    let before = kiosk.settled_picture();
    kiosk.x.hold((540, 900));
    let end = Instant::now() + PATIENCE;
    while kiosk.x.picture().rgb == before.rgb {
        assert!(Instant::now() < end, "the press is not shown");
    }
    kiosk.x.release();
    kiosk.wait("the item", |status| status.page == PageName::Item);
}
