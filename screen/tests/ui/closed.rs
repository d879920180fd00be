//! Outside opening hours.

use crate::rig::{COMPACT, PORTRAIT, Rig, SHAPES, item, items, place, title};
use cloud_shelf_core::domain::{Item, Lang, Message};
use cloud_shelf_screen::{Notice, Page, Place};
use std::sync::atomic::Ordering;

const HOURS: &str = "[hours.week]\nmon = ['09:00-12:00', '13:00-26:00']\ntue = ['10:00-18:00']";
/// Monday, 2027-02-15, 00:00 in China.
const MONDAY: i64 = 1_802_620_800;
const HOUR: i64 = 3600;

impl Rig {
    fn at(size: (u32, u32), now: i64, items: Vec<Item>) -> Self {
        let rig = Self::new(size);
        rig.clock.0.store(now, Ordering::Relaxed);
        rig.swap(1, items);
        rig.set(HOURS);
        rig
    }

    /// Both clocks go on: that of the day, and that of timers.
    fn live(&self, seconds: u64) {
        for _ in 0..seconds {
            self.clock.0.fetch_add(1, Ordering::Relaxed);
            self.pass_seconds(1);
        }
    }
}

#[test]
fn an_attract_page_closes_and_opens_by_itself() {
    let rig = Rig::at(PORTRAIT, MONDAY + 12 * HOUR - 30, items(3));
    rig.screen.show(&Place::Attract).unwrap();
    rig.live(29);
    assert_eq!(rig.screen.page(), Page::Attract);
    rig.live(2);
    assert_eq!(rig.screen.page(), Page::Closed);
    assert!(rig.has("休息中") && rig.has("今天 13:00 开始营业") && rig.has("Closed · Opens today at 13:00"));
    rig.live(3590);
    assert_eq!(rig.screen.page(), Page::Closed);
    rig.live(11);
    assert_eq!(rig.screen.page(), Page::Attract);
    assert!(rig.has(&title(0)));
}

#[test]
fn a_shopper_is_not_sent_away() {
    let rig = Rig::at(COMPACT, MONDAY + 12 * HOUR - 10, items(3));
    rig.screen.show(&Place::Shelf).unwrap();
    rig.live(20);
    rig.press(&title(1));
    rig.live(60);
    assert_eq!((rig.screen.page(), rig.screen.is_open()), (Page::Item, false));
    rig.press("返回");
    rig.live(45);
    rig.press("继续看");
    rig.live(45 + 10);
    assert_eq!(rig.screen.page(), Page::Closed);
}

#[test]
fn a_touch_shows_the_hours_for_a_while() {
    for shape in SHAPES {
        let rig = Rig::at(shape, MONDAY + 3 * HOUR, items(3));
        rig.screen.show(&Place::Attract).unwrap();
        assert!(rig.all("今天").is_empty());
        rig.press("轻触屏幕，查看营业时间");
        assert_eq!(rig.screen.page(), Page::Closed);
        let last = rig.the("周日");
        assert!(rig.has("09:00–12:00  13:00–次日 02:00") && rig.has("周三"));
        let [left, top, right, bottom] = place(&last);
        let [heading_left, heading_top, ..] = place(&rig.the("休息中"));
        let size = rig.screen.window().size();
        assert!(left >= 0.0 && right <= size.width as f32 && top > heading_top && heading_left >= 0.0);
        assert!(heading_top >= 0.0 && bottom <= size.height as f32, "{shape:?}: {heading_top} {bottom}");
        rig.live(7);
        assert!(rig.has("今天"));
        rig.live(2);
        assert!(!rig.has("今天"));
    }
}

#[test]
fn a_clock_that_is_set_is_noticed_within_a_minute() {
    let rig = Rig::at(PORTRAIT, 0, items(3));
    rig.screen.show(&Place::Attract).unwrap();
    // 1970 began on a Thursday
    assert_eq!(rig.screen.page(), Page::Closed);
    rig.clock.0.store(MONDAY + 10 * HOUR, Ordering::Relaxed);
    rig.live(60);
    assert_eq!(rig.screen.page(), Page::Attract);
    rig.clock.0.store(MONDAY + 3 * HOUR, Ordering::Relaxed);
    rig.live(60);
    assert_eq!(rig.screen.page(), Page::Closed);
}

#[test]
fn a_shop_whose_clock_nobody_has_set_is_open() {
    let rig = Rig::new(PORTRAIT);
    // As it is on a unit that was without power at night: it goes on from the evening
    rig.clock.0.store(MONDAY + 3 * HOUR, Ordering::Relaxed);
    rig.clock.1.store(false, Ordering::Relaxed);
    rig.set(HOURS);
    rig.swap(1, items(3));
    assert_eq!(rig.screen.page(), Page::Attract);
    rig.live(61);
    assert_eq!(rig.screen.page(), Page::Attract);
    rig.clock.1.store(true, Ordering::Relaxed);
    rig.live(60);
    assert_eq!(rig.screen.page(), Page::Closed, "the network has set it, and it is night");
}

#[test]
fn the_language_and_the_hours_change_while_it_is_closed() {
    let rig = Rig::at(PORTRAIT, MONDAY + 3 * HOUR, items(3));
    rig.screen.show(&Place::Attract).unwrap();
    rig.set(&format!("[screen]\nlanguage = 'en'\n{HOURS}"));
    assert_eq!(rig.screen.language(), Lang::En);
    assert!(rig.has("Closed") && rig.has("Opens today at 09:00") && rig.has("休息中 · 今天 09:00 开始营业"));
    rig.set(&format!("[screen]\nlanguages = ['en']\n{HOURS}"));
    assert!(!rig.has("休息中 · 今天 09:00 开始营业"));
    rig.set("[hours]\nweek = {}");
    assert!(rig.has("Closed") && !rig.has("Opens today at 09:00") && rig.has("休息中"));
    rig.set("");
    assert_eq!(rig.screen.page(), Page::Attract);
}

#[test]
fn a_fault_is_shown_whatever_the_hour() {
    let rig = Rig::at(PORTRAIT, MONDAY + 3 * HOUR, items(3));
    rig.screen.show(&Place::Attract).unwrap();
    let words = Message::fixed("坏了", "broken");
    let notice = Notice { title: words.clone(), detail: words.clone(), remedy: words };
    rig.screen.set_notice(Some(notice));
    // With a catalog the shelf goes on as it is
    assert_eq!(rig.screen.page(), Page::Closed);
    rig.swap(2, vec![]);
    assert_eq!(rig.screen.page(), Page::Fault);
    rig.screen.set_notice(None);
    rig.swap(3, items(2));
    assert_eq!(rig.screen.page(), Page::Closed);
}

#[test]
fn items_that_end_at_midnight_do_not_light_the_screen() {
    let tonight = || vec![Item { listed_until: Some(MONDAY + 3 * HOUR + 60), ..item(0) }];
    let rig = Rig::at(PORTRAIT, MONDAY + 3 * HOUR, tonight());
    rig.screen.show(&Place::Attract).unwrap();
    rig.live(120);
    assert_eq!(rig.screen.page(), Page::Closed);
    rig.live(6 * HOUR as u64);
    assert_eq!(rig.screen.page(), Page::Fault);
}

#[test]
fn an_installer_may_look_at_the_shelf() {
    let rig = Rig::at(PORTRAIT, MONDAY + 3 * HOUR, items(3));
    rig.screen.show(&Place::Shelf).unwrap();
    rig.live(30);
    assert_eq!(rig.screen.page(), Page::Shelf);
    rig.live(30);
    assert_eq!(rig.screen.page(), Page::Closed);
}
