//! A shopper walks away.

use super::{
    kiosk::{COMPACT, Kiosk},
    shelf::{self, Shelf},
};
use cloud_shelf::control::PageName;

const HASTY: &str = "[idle]\nidle_s = 2\nitem_s = 2\ncountdown_s = 3\n[attract]\nslide_s = 3600\n";

#[test]
fn silence_is_asked_about_and_then_leads_back_to_the_attract_page() {
    let shelf = Shelf::of(&shelf::rows(40));
    let mut kiosk = Kiosk::start_awake(&shelf, COMPACT, HASTY);
    kiosk.press(COMPACT.language);
    kiosk.wait("English", |status| status.language == "en");
    let at = kiosk.middle();
    kiosk.x.wheel(at, 3);
    kiosk.wait("scrolling", |status| status.scroll_px > 0);

    // A touch on the question answers it and presses nothing else
    kiosk.wait("the question", |status| status.countdown == 3);
    kiosk.press(at);
    let answered = kiosk.wait("the answer", |status| status.countdown == 0);
    assert_eq!(answered.page, PageName::Shelf);
    assert!(answered.scroll_px > 0);

    // Without an answer the page counts down, leaves, and forgets
    let mut before = 4;
    while before > 1 {
        let status = kiosk.wait("counting down", |status| (1..before).contains(&status.countdown));
        assert_eq!((status.page, status.language.as_str()), (PageName::Shelf, "en"));
        before = status.countdown;
    }
    let left = kiosk.wait("leaving", |status| status.page == PageName::Attract);
    assert_eq!((left.countdown, left.language.as_str()), (0, "zh"));
    kiosk.press(at);
    let woken = kiosk.wait("waking", |status| status.page == PageName::Shelf);
    assert_eq!(woken.scroll_px, 0);
}

#[test]
fn an_item_page_is_left_too() {
    let rows = shelf::rows(4);
    let shelf = Shelf::of(&rows);
    let mut kiosk = Kiosk::start_awake(&shelf, COMPACT, HASTY);
    kiosk.open(&rows[1].item_id);
    let asked = kiosk.wait("the question", |status| status.countdown > 0);
    assert_eq!(asked.page, PageName::Item);
    let left = kiosk.wait("leaving", |status| status.page == PageName::Attract);
    assert_eq!(left.item_id, None);
}
