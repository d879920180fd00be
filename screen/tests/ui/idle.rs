//! What silence does, and what it forgets.

use crate::rig::{self, COMPACT, PORTRAIT, Rig, id, items, title};
use cloud_shelf_core::domain::Lang;
use cloud_shelf_screen::{Page, Place};

#[test]
fn silence_on_the_shelf_is_asked_about_and_ends_on_the_attract_page() {
    let rig = Rig::shelf(PORTRAIT, items(9));
    rig.press("English");
    rig.press(rig::CATEGORIES[1]);
    rig.pass_seconds(44);
    assert_eq!(rig.screen.countdown(), 0);
    rig.pass_seconds(1);
    for left in (1..=10).rev() {
        assert_eq!((rig.screen.countdown(), rig.screen.page()), (left, Page::Shelf));
        assert!(rig.has("Still looking?") && rig.has(&left.to_string()));
        rig.pass_seconds(1);
    }
    assert_eq!((rig.screen.countdown(), rig.screen.page()), (0, Page::Attract));
    // The next shopper finds nothing of the last one's
    assert_eq!(rig.screen.language(), Lang::Zh);
    rig.press("轻触屏幕，开始选购");
    assert_eq!(rig.screen.page(), Page::Shelf);
    assert_eq!(rig.cards().len(), 9);
}

#[test]
fn an_answer_starts_the_silence_anew() {
    let rig = Rig::shelf(COMPACT, items(9));
    rig.pass_seconds(45);
    rig.pass_seconds(1);
    assert_eq!(rig.screen.countdown(), 9);
    rig.press("继续看");
    assert_eq!((rig.screen.countdown(), rig.screen.page()), (0, Page::Shelf));
    rig.pass_seconds(44);
    assert_eq!(rig.screen.countdown(), 0);
    rig.pass_seconds(1);
    assert_eq!(rig.screen.countdown(), 10);
}

#[test]
fn the_question_covers_what_is_behind_it() {
    let rig = Rig::shelf(COMPACT, items(9));
    let card = rig.the(&title(0));
    rig.pass_seconds(45);
    assert_eq!(rig.screen.countdown(), 10);
    card.mock_single_click(slint::platform::PointerEventButton::Left);
    rig.pass_seconds(0);
    assert_eq!((rig.screen.countdown(), rig.screen.page()), (0, Page::Shelf));
}

#[test]
fn an_item_page_waits_longer() {
    let rig = Rig::shelf(PORTRAIT, items(9));
    rig.press(&title(3));
    rig.pass_seconds(119);
    assert_eq!((rig.screen.countdown(), rig.screen.item_id()), (0, Some(id(3))));
    rig.pass_seconds(1);
    assert_eq!(rig.screen.countdown(), 10);
    for _ in 0..10 {
        rig.pass_seconds(1);
    }
    assert_eq!((rig.screen.page(), rig.screen.item_id()), (Page::Attract, None));
}

#[test]
fn every_touch_counts() {
    let rig = Rig::shelf(COMPACT, items(60));
    for _ in 0..4 {
        rig.pass_seconds(30);
        rig.press(rig::CATEGORIES[0]);
        assert_eq!(rig.screen.countdown(), 0);
    }
}

#[test]
fn the_attract_page_waits_for_nobody() {
    let rig = Rig::shelf(PORTRAIT, items(3));
    rig.screen.show(&Place::Attract).unwrap();
    for _ in 0..30 {
        rig.pass_seconds(10);
        assert_eq!((rig.screen.page(), rig.screen.countdown()), (Page::Attract, 0));
    }
}

#[test]
fn the_attract_page_shows_one_item_after_another() {
    let rig = Rig::shelf(PORTRAIT, items(3));
    rig.screen.show(&Place::Attract).unwrap();
    rig.pass_seconds(0);
    for number in [0, 1, 2, 0] {
        assert!(rig.has(&title(number)), "item {number} is on");
        rig.pass_seconds(6);
        rig.pass_seconds(1);
    }
}
