//! Events of shoppers are kept for the operator, those of installers are not.

use super::{
    kiosk::{Kiosk, PATIENT, PORTRAIT},
    shelf::{self, Row, Shelf},
};
use cloud_shelf::control::PageName;
use std::time::{Duration, Instant};

const LINE: &str = "启赋品牌，门店id：184454101，设备id:8F6A77C73E";

/// Waits until this many events are waiting to be reported.
fn waiting(shelf: &Shelf, events: u64) {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        let reports = &shelf.json(&["status"])["reports"];
        if reports["waiting"] == events {
            return;
        }
        assert!(Instant::now() < end, "{events} events are not there: {reports}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Returns a bound shelf and its items.
fn bound() -> (Vec<Row>, Shelf) {
    let rows = shelf::rows(8);
    let shelf = Shelf::of(&rows);
    assert!(shelf.ctl(&["bind", LINE]).status.success());
    (rows, shelf)
}

/// Starts a kiosk whose report server does not answer.
fn reporting(shelf: &Shelf) -> Kiosk<'_> {
    let settings = format!("{PATIENT}[report]\nurl = \"https://192.0.2.1/reports\"\n");
    Kiosk::start_awake(shelf, PORTRAIT, &settings)
}

#[test]
fn touches_are_kept_for_the_operator_and_commands_are_not() {
    let (rows, shelf) = bound();
    let mut kiosk = reporting(&shelf);
    kiosk.open(&rows[2].item_id);
    kiosk.back();
    kiosk.press(PORTRAIT.language);
    kiosk.wait("English", |status| status.language == "en");
    // Woken, opened, code shown, language
    waiting(&shelf, 4);
    assert!(shelf.ctl(&["show", "item", &rows[5].item_id]).status.success());
    kiosk.wait("the item", |status| status.page == PageName::Item);
    assert!(shelf.ctl(&["show", "attract"]).status.success());
    kiosk.wait("the attract page", |status| status.page == PageName::Attract);
    assert!(shelf.ctl(&["show", "shelf"]).status.success());
    kiosk.wait("the shelf", |status| status.page == PageName::Shelf);
    kiosk.open(&rows[3].item_id);
    // One more opened, and nothing else
    waiting(&shelf, 5);
}

#[test]
fn what_was_touched_just_now_is_written_at_the_end() {
    let (rows, shelf) = bound();
    let mut kiosk = reporting(&shelf);
    kiosk.open(&rows[2].item_id);
    assert_eq!(kiosk.end().code(), Some(0));
    // Woken, opened
    waiting(&shelf, 2);
}
