//! Settings that change while a shopper looks.

use crate::rig::{COMPACT, PORTRAIT, Rig, id, items, place, title};
use cloud_shelf_core::domain::Lang;
use cloud_shelf_screen::{Page, Place};

#[test]
fn other_patience_holds_for_the_shopper_who_is_there() {
    let rig = Rig::shelf(PORTRAIT, items(9));
    rig.pass_seconds(30);
    rig.set("[idle]\nidle_s = 5\ncountdown_s = 2");
    rig.pass_seconds(4);
    assert_eq!(rig.screen.countdown(), 0);
    rig.pass_seconds(1);
    assert_eq!(rig.screen.countdown(), 2);
    rig.press("继续看");
    rig.press(&title(2));
    rig.set("[idle]\nitem_s = 7\ncountdown_s = 0");
    rig.pass_seconds(6);
    assert_eq!(rig.screen.item_id(), Some(id(2)));
    rig.pass_seconds(1);
    assert_eq!(rig.screen.page(), Page::Attract);
}

#[test]
fn attract_takes_another_pace() {
    let rig = Rig::shelf(PORTRAIT, items(3));
    rig.screen.show(&Place::Attract).unwrap();
    rig.pass_seconds(0);
    rig.set("[attract]\nslide_s = 30");
    rig.pass_seconds(29);
    assert!(rig.has(&title(0)));
    rig.pass_seconds(1);
    rig.pass_seconds(1);
    assert!(rig.has(&title(1)));
}

#[test]
fn a_language_that_is_taken_away_is_left() {
    let rig = Rig::shelf(COMPACT, items(3));
    rig.press("English");
    // The shopper's choice stays as long as it is offered
    rig.set("[screen]\nlanguages = ['zh', 'en']");
    assert_eq!(rig.screen.language(), Lang::En);
    assert!(rig.has("中文"));
    rig.set("[screen]\nlanguages = ['zh']");
    assert_eq!(rig.screen.language(), Lang::Zh);
    assert!(!rig.has("English") && !rig.has("中文"));
    rig.screen.show(&Place::Attract).unwrap();
    rig.set("[screen]\nlanguage = 'en'");
    assert_eq!(rig.screen.language(), Lang::En);
}

#[test]
fn the_brand_changes_and_the_page_stays() {
    let rig = Rig::shelf(PORTRAIT, items(9));
    rig.press(&title(4));
    rig.set("[brand]\nname = '别名'\nprimary = '#FFFFFF'");
    assert_eq!(rig.screen.item_id(), Some(id(4)));
    rig.press("返回");
    assert!(rig.has("别名"));
}

#[test]
fn the_code_has_the_size_that_is_set() {
    let rig = Rig::shelf(PORTRAIT, items(9));
    rig.press(&title(4));
    let width = |rig: &Rig| {
        let [left, _, right, _] = place(&rig.the("用手机淘宝/天猫扫码购买"));
        right - left
    };
    let usual = width(&rig);
    // Without the panel's size nobody knows what a millimetre is
    rig.set("[qr]\nsize_mm = 50");
    assert_eq!(width(&rig), usual);
    rig.set("[screen]\ndiagonal_in = 21.5\n[qr]\nsize_mm = 50");
    assert_eq!(rig.screen.item_id(), Some(id(4)));
    // 50 mm of 4.034 pixels each, 32 of the card around it
    assert!((width(&rig) - (202.0 + 32.0)).abs() <= 1.0, "{}", width(&rig));
    // What does not fit or can't be read is not done
    rig.set("[screen]\ndiagonal_in = 21.5\n[qr]\nsize_mm = 150");
    assert_eq!(width(&rig), usual);
    rig.set("[screen]\ndiagonal_in = 55.0\n[qr]\nsize_mm = 15");
    assert_eq!(width(&rig), 150.0 + 32.0);
}

#[test]
fn the_words_at_the_code_name_who_can_scan_it() {
    let rig = Rig::shelf(PORTRAIT, items(9));
    rig.press(&title(4));
    assert!(rig.has("用手机淘宝/天猫扫码购买"));
    rig.set("[qr]\nlink_mode = 'web'");
    assert!(rig.has("用手机扫码购买") && !rig.has("用手机淘宝/天猫扫码购买"));
}
