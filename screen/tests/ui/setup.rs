//! Setting a unit up on the screen: from nothing to a bound unit with a PIN.

use crate::{
    rig::{COMPACT, PORTRAIT, Rig, SHAPES, binding, items},
    staff::{Orders, tell_facts, type_text, unit},
};
use cloud_shelf_screen::{Order, Page, PinOrder, Secret, SetupFacts, UnitOrder};
use std::rc::Rc;

#[test]
fn two_codes_and_a_yes_bind_a_new_unit() {
    for shape in SHAPES {
        let (rig, desk) = unit(shape, 0, false, false);
        tell_facts(&rig);
        assert_eq!(rig.screen.page(), Page::Setup);
        assert!(rig.has("还缺：门店绑定、商品、服务 PIN"), "{shape:?}");
        rig.press("输入");
        assert_eq!(rig.in_sight(), "EntryPage");
        rig.press("确定");
        assert!(rig.has("门店码（1/3）"), "nothing typed is not taken");
        type_text(&rig, "184454101");
        rig.press("确定");
        type_text(&rig, "8F6A77C73E");
        rig.press("确定");
        rig.press("确定");
        assert_eq!(rig.in_sight(), "AskPage");
        assert_eq!(desk.take(), [], "{shape:?}: a yes is needed");
        rig.press("绑定");
        let order = Order::Unit(UnitOrder::Bind {
            store: "184454101".into(),
            device: "8F6A77C73E".into(),
            feed: None,
        });
        assert_eq!(desk.take(), [order], "{shape:?}");
        rig.screen.set_identity(Some(&binding()));
        rig.screen.bound_by_hand();
        rig.pass_seconds(0);
        assert_eq!((rig.screen.page(), rig.in_sight()), (Page::Setup, "EntryPage"), "the PIN comes next");
        type_text(&rig, "8520");
        rig.press("确定");
        type_text(&rig, "8520");
        rig.press("确定");
        assert_eq!(desk.take(), [Order::Pin(PinOrder::Set(Secret("8520".into())))]);
        rig.screen.set_pin(true);
        rig.swap(2, items(3));
        assert_eq!(rig.screen.page(), Page::Setup, "{shape:?}: nobody is sent away");
        rig.press("完成");
        assert_eq!(rig.screen.page(), Page::Attract);
    }
}

#[test]
fn a_unit_that_is_set_up_by_the_command_needs_no_touch() {
    let (rig, _) = unit(PORTRAIT, 0, false, false);
    rig.screen.set_identity(Some(&binding()));
    rig.swap(2, items(3));
    assert_eq!(rig.screen.page(), Page::Attract);
}

#[test]
fn a_bound_unit_that_nobody_can_get_into_is_still_set_up() {
    let new = |pin| {
        let (rig, desk) = (Rig::new(PORTRAIT), Rc::new(Orders::default()));
        rig.screen.set_desk(desk.clone());
        rig.screen.set_pin(pin);
        rig.screen.set_identity(Some(&binding()));
        rig.screen.set_notice(None);
        rig.pass_seconds(0);
        (rig, desk)
    };
    let (rig, _) = new(true);
    assert_eq!(rig.screen.page(), Page::Fault, "with a PIN it opens to staff");
    let (rig, desk) = new(false);
    assert_eq!(rig.screen.page(), Page::Setup);
    assert!(rig.has("还缺：商品、服务 PIN"));
    rig.press("服务");
    assert_eq!(rig.in_sight(), "ServicePage", "there are the log and the network");
    rig.press("回到货架");
    assert_eq!(rig.screen.page(), Page::Setup);
    rig.press("设置 PIN");
    for _ in 0..2 {
        type_text(&rig, "8520");
        rig.press("确定");
    }
    assert_eq!(desk.take().last(), Some(&Order::Pin(PinOrder::Set(Secret("8520".into())))));
    rig.swap(1, items(3));
    rig.press("完成");
    rig.swap(2, items(0));
    assert_eq!(rig.screen.page(), Page::Fault, "one that has sold is nobody's to set up");
}

#[test]
fn who_walks_away_leaves_a_unit_that_sells() {
    let (rig, _) = unit(COMPACT, 0, false, false);
    rig.press("输入");
    type_text(&rig, "18");
    rig.swap(2, items(3));
    rig.screen.set_identity(Some(&binding()));
    assert_eq!(rig.screen.page(), Page::Setup);
    (0..315).for_each(|_| rig.pass_seconds(1));
    assert_eq!((rig.screen.page(), rig.in_sight()), (Page::Attract, "AttractPage"));
}

#[test]
fn a_code_with_other_letters_can_be_typed() {
    let (rig, desk) = unit(PORTRAIT, 0, false, false);
    rig.press("输入");
    type_text(&rig, "1");
    rig.press("更多按键");
    type_text(&rig, "z");
    rig.press("删除");
    rig.press("确定");
    rig.press("更多按键");
    type_text(&rig, "gh");
    rig.press("确定");
    type_text(&rig, "https");
    rig.press("#+=");
    rig.press(":");
    rig.press("确定");
    rig.press("绑定");
    let order =
        Order::Unit(UnitOrder::Bind { store: "1".into(), device: "gh".into(), feed: Some("https:".into()) });
    assert_eq!(desk.take(), [order]);
}

#[test]
fn what_is_known_need_not_be_typed_again() {
    let (rig, desk) = unit(PORTRAIT, 0, false, false);
    rig.screen.set_identity(Some(&binding()));
    rig.screen.set_setup_facts(SetupFacts {
        codes: Some(("123456789".into(), "0A1B2C3D4E".into())),
        feed: Some("https://cdn.example.com/s#k=x".into()),
        has_feed: true,
        ..SetupFacts::default()
    });
    rig.screen.show(&cloud_shelf_screen::Place::Service).unwrap_err();
    rig.screen.set_identity(None);
    rig.pass_seconds(0);
    assert_eq!(rig.screen.page(), Page::Setup);
    rig.press("输入");
    (0..3).for_each(|_| rig.press("确定"));
    rig.press("绑定");
    let feed = Some("https://cdn.example.com/s#k=x".into());
    let order = Order::Unit(UnitOrder::Bind { store: "123456789".into(), device: "0A1B2C3D4E".into(), feed });
    assert_eq!(desk.take(), [order]);
}

#[test]
fn a_unit_that_can_keep_nothing_offers_no_buttons() {
    let rig = crate::rig::Rig::shelf(PORTRAIT, vec![]);
    assert_eq!(rig.screen.page(), Page::Setup);
    assert!(!rig.has("输入") && !rig.has("设置 PIN"));
}
