//! What each press does.

use crate::rig::{self, COMPACT, PORTRAIT, Rig, SHAPES, id, items, title, with_picture};
use cloud_shelf_core::domain::Lang;
use cloud_shelf_screen::{Page, Place};
use cloud_shelf_ui::ItemDetail;
use slint::{ComponentHandle, LogicalPosition, platform::PointerEventButton, platform::WindowEvent};
use std::time::Duration;

#[test]
fn a_card_opens_its_item_and_back_leads_to_the_shelf() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, items(12));
        for number in [1, 0] {
            rig.press(&title(number));
            assert_eq!(
                (rig.screen.page(), rig.screen.item_id()),
                (Page::Item, Some(id(number))),
                "{shape:?}"
            );
            assert!(rig.has(&title(number)));
            rig.press("返回");
            assert_eq!((rig.screen.page(), rig.screen.item_id()), (Page::Shelf, None), "{shape:?}");
        }
    }
}

#[test]
fn back_keeps_the_place_on_the_shelf_and_home_goes_to_the_top() {
    let rig = Rig::shelf(COMPACT, items(60));
    rig.scroll(&title(0), 700.0);
    let scrolled = rig.screen.scrolled();
    assert!(scrolled > 0);
    let open = || rig.screen.show(&Place::Item(id(7))).unwrap();
    open();
    rig.press("返回");
    assert_eq!(rig.screen.scrolled(), scrolled);
    open();
    rig.press("首页");
    assert_eq!((rig.screen.page(), rig.screen.scrolled()), (Page::Shelf, 0));
}

#[test]
fn a_screen_reader_can_press_too() {
    let rig = Rig::shelf(PORTRAIT, items(6));
    rig.button(&title(4)).invoke_accessible_default_action();
    assert_eq!(rig.screen.item_id(), Some(id(4)));
    rig.button("返回").invoke_accessible_default_action();
    assert_eq!(rig.screen.page(), Page::Shelf);
}

#[test]
fn the_first_touch_only_wakes() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, items(30));
        // Where a card is on the shelf page
        let card = rig.screen.cards_in_sight()[1].1;
        let position = LogicalPosition::new((card[0] + card[2] / 2) as f32, (card[1] + card[3] / 2) as f32);
        rig.screen.show(&Place::Attract).unwrap();
        rig.pass(Duration::ZERO);
        let (button, window) = (PointerEventButton::Left, rig.screen.window());
        window.dispatch_event(WindowEvent::PointerPressed { position, button });
        assert_eq!(rig.screen.page(), Page::Shelf, "it wakes as soon as the finger is on the glass");
        rig.pass(Duration::from_millis(80));
        window.dispatch_event(WindowEvent::PointerReleased { position, button });
        rig.pass_seconds(1);
        assert_eq!((rig.screen.page(), rig.screen.item_id()), (Page::Shelf, None), "{shape:?}");
        // The second touch does press
        window.dispatch_event(WindowEvent::PointerPressed { position, button });
        window.dispatch_event(WindowEvent::PointerReleased { position, button });
        rig.pass_seconds(1);
        assert_eq!(rig.screen.item_id(), Some(id(1)), "{shape:?}");
    }
}

#[test]
fn the_language_button_changes_every_word() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, items(3));
        assert!(rig.has("全部") && !rig.has("All"));
        rig.press("English");
        assert_eq!(rig.screen.language(), Lang::En);
        assert!(rig.has("All") && !rig.has("全部"), "{shape:?}");
        rig.press(&title(2));
        for (english, chinese) in
            [("Back", "返回"), ("Home", "首页"), ("Scan in Taobao or Tmall", "用手机淘宝/天猫扫码购买")]
        {
            assert!(rig.has(english) && !rig.has(chinese), "{shape:?}: {english}");
        }
        rig.press("Back");
        rig.press("中文");
        assert_eq!(rig.screen.language(), Lang::Zh);
        assert!(rig.has("全部"));
    }
}

#[test]
fn a_category_shows_its_own_items_and_all_shows_all() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, items(5));
        rig.press(rig::CATEGORIES[1]);
        assert_eq!(rig.cards(), [id(1), id(3)], "{shape:?}");
        // A press opens what the card shows now, not what its slot had before
        rig.press(&title(3));
        assert_eq!(rig.screen.item_id(), Some(id(3)));
        rig.press("返回");
        assert_eq!(rig.cards(), [id(1), id(3)], "Back keeps the category");
        rig.press("全部");
        assert_eq!(rig.screen.cards_in_sight()[1].0, id(1));
        assert!(rig.cards().contains(&id(0)));
    }
}

#[test]
fn a_category_begins_at_its_top() {
    let rig = Rig::shelf(COMPACT, items(60));
    rig.scroll(&title(0), 1500.0);
    assert!(rig.screen.scrolled() > 0);
    rig.press(rig::CATEGORIES[0]);
    assert_eq!(rig.screen.scrolled(), 0);
    assert_eq!(rig.cards()[..2], [id(0), id(2)]);
}

#[test]
fn another_of_the_same_category_opens_from_the_strip() {
    let rig = Rig::shelf(PORTRAIT, items(8));
    rig.press(&title(2));
    assert!(!rig.has(&title(3)), "the strip has the same category only");
    rig.press(&title(4));
    assert_eq!(rig.screen.item_id(), Some(id(4)));
}

#[test]
fn a_page_opens_at_once_and_its_picture_follows() {
    let rig = Rig::shelf(PORTRAIT, items(4).into_iter().map(with_picture).collect());
    rig.deliver([90, 120, 90], |_| false);
    let has_picture = || rig.screen.component().global::<ItemDetail>().get_has_picture();
    rig.press(&title(1));
    // The press itself lets no time pass after the release
    assert_eq!((rig.screen.item_id(), has_picture()), (Some(id(1)), false));
    rig.deliver([90, 120, 90], |_| false);
    assert!(has_picture());
    rig.press("返回");

    rig.press(&title(2));
    assert_eq!((rig.screen.item_id(), has_picture()), (Some(id(2)), false), "not the last item's picture");
}

#[test]
fn everything_to_press_is_large_enough_and_on_the_screen() {
    // The smallest target of each shape, by the theme
    for (shape, least) in SHAPES.into_iter().zip([84.0, 76.0, 64.0]) {
        let rig = Rig::shelf(shape, items(6));
        let check = |label: &str| {
            let [left, top, right, bottom] = rig::place(&rig.button(label));
            assert!(right - left >= least && bottom - top >= least, "{shape:?}: {label} is too small");
            let (width, height) = (shape.0 as f32, shape.1 as f32);
            assert!(left >= 0.0 && top >= 0.0 && right <= width && bottom <= height, "{shape:?}: {label}");
        };
        for label in ["English", "全部", rig::CATEGORIES[0], rig::CATEGORIES[1], &title(0)] {
            check(label);
        }
        rig.press(&title(0));
        for label in ["返回", "首页"] {
            check(label);
        }
    }
}
