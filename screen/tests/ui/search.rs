//! The search page: its keys, what they find, and where it leads.

use crate::{
    rig::{CATEGORIES, COMPACT, PORTRAIT, Rig, SHAPES, id, item, items, place, title, with_picture},
    ui::observed::Heard,
};
use cloud_shelf_core::domain::Item;
use cloud_shelf_screen::{Page, Place};
use std::{rc::Rc, sync::atomic::Ordering};

fn named(number: u16, title: &str) -> Item {
    Item { title: title.into(), ..item(number) }
}

/// A shelf of which only a few are found.
fn some() -> Vec<Item> {
    vec![
        named(0, "有机婴儿奶粉"),
        named(1, "奶粉勺"),
        named(2, "手作白瓷盖碗"),
        named(3, "羊奶 奶粉"),
        named(4, "重庆火锅底料"),
    ]
}

#[test]
fn results_change_with_every_key() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, some());
        rig.search("");
        assert_eq!((rig.screen.page(), rig.cards()), (Page::Search, vec![]), "{shape:?}");
        rig.type_keys("N");
        assert_eq!(rig.cards(), [id(1), id(3), id(0)], "{shape:?}: a beginning, a word, inside");
        rig.type_keys("F");
        assert_eq!(rig.cards(), [id(1), id(3), id(0)], "{shape:?}");
        rig.type_keys("S");
        assert_eq!(rig.cards(), [id(1)], "{shape:?}");
        rig.press("删除");
        assert_eq!(rig.cards().len(), 3, "{shape:?}");
        rig.press("清空");
        assert!(rig.cards().is_empty() && rig.has("想找点什么？"), "{shape:?}");
        rig.type_keys("CQHG");
        assert_eq!(rig.cards(), [id(4)], "{shape:?}");
    }
}

#[test]
fn digits_find_numbers() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, items(12));
        rig.search("600000000007");
        assert_eq!(rig.cards(), [id(7)], "{shape:?}");
        rig.press("清空");
        rig.type_keys("11");
        assert_eq!(rig.cards(), [id(11)], "{shape:?}: in the title");
    }
}

#[test]
fn an_item_that_was_found_leads_back_to_the_same_results() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, items(1000));
        rig.search("SZ");
        rig.scroll(&title(1), if shape == COMPACT { 0.0 } else { 1500.0 });
        let (cards, scrolled) = (rig.cards(), rig.screen.scrolled());
        let opened = &cards[cards.len() / 2];
        let number: u16 = (opened.parse::<u64>().unwrap() - 600_000_000_000) as u16;
        rig.press(&title(number));
        assert_eq!(rig.screen.item_id().as_ref(), Some(opened), "{shape:?}");
        rig.press("返回");
        assert_eq!(
            (rig.screen.page(), rig.cards(), rig.screen.scrolled()),
            (Page::Search, cards, scrolled),
            "{shape:?}"
        );
        rig.press("返回");
        assert_eq!(rig.screen.page(), Page::Shelf, "{shape:?}");
        rig.press("搜索");
        assert!(rig.cards().is_empty() && rig.has("想找点什么？"), "{shape:?}: a new search is a new one");
    }
}

#[test]
fn another_of_the_strip_leads_back_to_the_results_too() {
    let rig = Rig::shelf(PORTRAIT, some());
    rig.search("NF");
    rig.press("奶粉勺");
    rig.press("羊奶 奶粉");
    rig.press("返回");
    assert_eq!((rig.screen.page(), rig.cards().len()), (Page::Search, 3));
    rig.press("奶粉勺");
    rig.press("首页");
    assert_eq!(rig.screen.page(), Page::Shelf);
}

#[test]
fn nothing_found_is_no_dead_end() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, some());
        rig.search("QQ");
        assert!(rig.cards().is_empty() && rig.has("没有找到“QQ”"), "{shape:?}");
        rig.press(CATEGORIES[1]);
        assert_eq!((rig.screen.page(), rig.cards()), (Page::Shelf, vec![id(1), id(3)]), "{shape:?}");
        rig.search("QQ");
        rig.press("全部");
        assert_eq!((rig.screen.page(), rig.cards().len()), (Page::Shelf, 5), "{shape:?}");
    }
}

#[test]
fn a_thousand_results_scroll_to_the_last_one() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, items(1000));
        rig.search("SZYP");
        assert!(!rig.has(&title(999)), "{shape:?}: cards far out of sight are not made");
        let before = rig.screen.scrolled();
        if shape == COMPACT {
            rig.the(&title(0)).scroll(-10_000_000.0, 0.0);
            rig.pass_seconds(3);
        } else {
            rig.scroll(&title(0), 10_000_000.0);
        }
        assert!(rig.screen.scrolled() > before);
        assert_eq!(rig.cards().last(), Some(&id(999)), "{shape:?}");
        rig.press(&title(999));
        assert_eq!(rig.screen.item_id(), Some(id(999)), "{shape:?}");
    }
}

#[test]
fn idle_forgets_what_was_typed() {
    let rig = Rig::shelf(PORTRAIT, some());
    rig.search("NF");
    rig.pass_seconds(44);
    assert_eq!((rig.screen.page(), rig.screen.countdown()), (Page::Search, 0));
    rig.pass_seconds(1);
    assert!(rig.screen.countdown() > 0);
    rig.press("继续看");
    assert_eq!((rig.screen.countdown(), rig.cards().len()), (0, 3));
    // So long that the countdown has run out, too
    (0..120).for_each(|_| rig.pass_seconds(1));
    assert_eq!(rig.screen.page(), Page::Attract);
    rig.screen.show(&Place::Search).unwrap();
    rig.pass_seconds(0);
    assert!(rig.cards().is_empty() && rig.has("想找点什么？"));
}

#[test]
fn keys_before_the_index_count_and_nothing_is_said_to_be_missing() {
    let rig = Rig::shelf(PORTRAIT, some());
    rig.press("搜索");
    rig.type_keys("NF");
    assert!(rig.cards().is_empty() && !rig.has("没有找到“NF”"));
    assert_eq!(rig.indexes.0.borrow().len(), 1, "one index is made, however many keys are pressed");
    rig.deliver_indexes();
    assert_eq!(rig.cards().len(), 3);
}

#[test]
fn another_catalog_is_searched_anew() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, some());
        rig.search("NF");
        rig.swap(2, vec![named(8, "奶粉盒"), named(9, "茶")]);
        rig.press("奶粉勺");
        assert_eq!(rig.screen.page(), Page::Search, "{shape:?}: what is on its way out opens nothing");
        rig.deliver_indexes();
        assert_eq!(rig.cards(), [id(8)], "{shape:?}");
        rig.press("奶粉盒");
        // Found there, gone, and back to where it was found
        rig.swap(3, vec![named(9, "茶"), named(7, "奶粉桶")]);
        rig.deliver_indexes();
        assert_eq!((rig.screen.page(), rig.cards()), (Page::Search, vec![id(7)]), "{shape:?}");
    }
}

#[test]
fn what_is_not_listed_is_not_found() {
    let later = Item { listed_from: Some(100), ..named(1, "奶粉") };
    let rig = Rig::shelf(PORTRAIT, vec![named(0, "茶"), later]);
    rig.search("NF");
    assert!(rig.has("没有找到“NF”"));
    rig.clock.0.store(100, Ordering::Relaxed);
    rig.tap();
    rig.pass_seconds(30);
    rig.tap();
    rig.pass_seconds(40);
    rig.tap();
    rig.pass_seconds(30);
    assert_eq!(rig.cards(), [id(1)], "it appears at its time");
}

#[test]
fn a_query_left_without_a_result_is_told_once_and_not_what_it_was() {
    let rig = Rig::shelf(PORTRAIT, some());
    let heard = Rc::new(Heard::default());
    rig.screen.set_observer(heard.clone());
    let told = |what: &str| {
        let heard = heard.0.take();
        assert_eq!(heard.iter().filter(|event| *event == "nothing found").count(), 1, "{what}: {heard:?}");
        assert!(heard.iter().all(|event| !event.to_uppercase().contains("QX")), "{heard:?}");
    };
    rig.search("QXX");
    assert!(heard.0.borrow().is_empty(), "it may still be mended");
    rig.press("清空");
    told("cleared");
    rig.type_keys("QX");
    rig.press("返回");
    told("left");
    rig.search("QX");
    (0..120).for_each(|_| rig.pass_seconds(1));
    told("nobody is there");
    rig.screen.show(&Place::Shelf).unwrap();
    rig.pass_seconds(0);
    rig.search("NFX");
    rig.press("删除");
    rig.press("返回");
    rig.search("X");
    rig.press("返回");
    let heard = heard.0.take();
    assert!(!heard.contains(&"nothing found".to_owned()), "mended, or a single letter: {heard:?}");
}

#[test]
fn keys_are_wide_enough_for_thick_fingers() {
    // A 7-inch panel of 800 pixels has 5.25 of them in a millimetre, one of 21.5 inches 4.03
    for (shape, inches, least) in [(COMPACT, 7.0, 78.0), (PORTRAIT, 21.5, 84.0), ((1920, 1080), 21.5, 76.0)] {
        let rig = Rig::shelf(shape, some());
        rig.set(&format!("[screen]\ndiagonal_in = {inches}"));
        rig.search("");
        let words = ["返回", "首页", "清空", "删除"].map(str::to_owned);
        let letters = ('A'..='Z').map(String::from);
        for key in letters.chain(words) {
            let [left, top, right, bottom] = place(&rig.button(&key));
            assert!(
                right - left >= least && bottom - top >= least,
                "{shape:?}: {key} is {left}, {top}, {right}, {bottom}"
            );
            assert!(left >= 0.0 && top >= 0.0 && right <= shape.0 as f32 && bottom <= shape.1 as f32);
        }
    }
}

#[test]
fn the_pictures_of_what_is_found_are_asked_for_and_drawn() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, some().into_iter().map(with_picture).collect());
        rig.asked.0.take();
        rig.search("NF");
        let asked = rig.asked.0.borrow().len();
        // Those of the shelf page may have the same size
        assert!(asked >= 3, "{shape:?}: {asked}");
        rig.deliver([10, 200, 10], |_| false);
        assert_eq!(rig.screen.cards_waiting(), 0);
        let drawn = rig.screen.window().take_snapshot().unwrap();
        for (id, [left, top, width, height]) in rig.screen.cards_in_sight() {
            let at = (top + height / 2) as u32 * drawn.width() + (left + width / 2) as u32;
            let pixel = drawn.as_slice()[at as usize];
            assert_eq!([pixel.r, pixel.g, pixel.b], [10, 200, 10], "{shape:?}: {id}");
        }
    }
}

#[test]
fn a_query_has_an_end() {
    let rig = Rig::shelf(PORTRAIT, some());
    rig.search(&"N".repeat(40));
    assert!(rig.has(&"N".repeat(20)));
    assert!(rig.has(&format!("没有找到“{}”", "N".repeat(20))));
    for _ in 0..30 {
        rig.press("删除");
    }
    assert!(rig.has("想找点什么？"));
}
