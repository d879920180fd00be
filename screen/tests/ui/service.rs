//! The service page: who gets in, what each button asks for, and that nobody stays in.

use crate::{
    rig::{COMPACT, LANDSCAPE, PORTRAIT, Rig, SHAPES, items},
    staff::{knock, reach, tell_facts, type_text, unit},
};
use cloud_shelf_core::domain::Message;
use cloud_shelf_screen::{
    Banner, NetworkOrder, Order, Page, PanelOrder, PinAnswer, PinOrder, Place, Secret, UnitOrder, Watched,
};
use cloud_shelf_ui::Search;
use slint::{
    ComponentHandle as _, LogicalPosition,
    platform::{PointerEventButton, WindowEvent},
};
use std::time::Duration;

const LONG: Duration = Duration::from_millis(3_100);

fn opened(shape: (u32, u32)) -> (Rig, std::rc::Rc<crate::staff::Orders>) {
    let (rig, desk) = unit(shape, 12, true, true);
    knock(&rig, LONG);
    type_text(&rig, "4711");
    rig.press("确定");
    rig.screen.pin_tried(PinAnswer::Right);
    tell_facts(&rig);
    assert_eq!((rig.screen.page(), rig.in_sight()), (Page::Service, "ServicePage"));
    desk.take();
    (rig, desk)
}

#[test]
fn a_finger_that_rests_on_the_mark_is_asked_for_the_pin() {
    for shape in SHAPES {
        let (rig, desk) = unit(shape, 12, true, true);
        knock(&rig, Duration::from_millis(2_800));
        assert_eq!(rig.screen.page(), Page::Shelf, "{shape:?}: a short rest is nothing");
        knock(&rig, LONG);
        assert_eq!((rig.screen.page(), rig.in_sight()), (Page::Service, "EntryPage"), "{shape:?}");
        assert!(!rig.screen.is_unlocked());
        assert!(!rig.has("立即同步"), "nothing is behind the pad");
        type_text(&rig, "4711");
        assert!(rig.has("••••") && !rig.has("4711"), "{shape:?}: what is typed is not shown");
        rig.press("确定");
        assert_eq!(desk.take(), [Order::Pin(PinOrder::Try(Secret("4711".into())))]);
        rig.screen.pin_tried(PinAnswer::Right);
        rig.pass_seconds(0);
        assert!(rig.screen.is_unlocked() && rig.has("立即同步"), "{shape:?}");
    }
}

#[test]
fn a_hand_that_wipes_the_glass_does_not_knock() {
    let (rig, _) = unit(PORTRAIT, 12, true, true);
    let button = PointerEventButton::Left;
    let window = rig.screen.window();
    let at = |x: f32| LogicalPosition::new(x, 50.0);
    window.dispatch_event(WindowEvent::PointerPressed { position: at(50.0), button });
    rig.pass_seconds(1);
    window.dispatch_event(WindowEvent::PointerMoved { position: at(110.0) });
    rig.pass_seconds(3);
    assert_eq!(rig.screen.page(), Page::Shelf);
}

#[test]
fn a_wrong_pin_has_to_wait_and_says_so() {
    let (rig, desk) = unit(PORTRAIT, 12, true, true);
    knock(&rig, LONG);
    type_text(&rig, "4712");
    rig.press("确定");
    desk.take();
    rig.press("确定");
    assert_eq!(desk.take(), [], "one try at a time");
    rig.screen.pin_tried(PinAnswer::Wrong(Duration::from_secs(4)));
    assert!(rig.has("请等 4 秒再试"));
    type_text(&rig, "4711");
    rig.press("确定");
    assert_eq!(desk.take(), []);
    rig.pass_seconds(1);
    assert!(rig.has("请等 3 秒再试"));
    (0..3).for_each(|_| rig.pass_seconds(1));
    rig.press("确定");
    assert_eq!(desk.take(), [Order::Pin(PinOrder::Try(Secret("4711".into())))]);
    rig.screen.pin_tried(PinAnswer::Failed(Message::fixed("读不到", "can't be read")));
    assert!(rig.has("读不到") && !rig.screen.is_unlocked());
}

#[test]
fn an_answer_that_comes_too_late_opens_nothing() {
    let (rig, _) = unit(PORTRAIT, 12, true, true);
    knock(&rig, LONG);
    type_text(&rig, "4711");
    rig.press("确定");
    rig.press("返回");
    assert_eq!(rig.screen.page(), Page::Attract);
    rig.screen.pin_tried(PinAnswer::Right);
    rig.pass_seconds(0);
    assert!(!rig.screen.is_unlocked());
    assert_eq!(rig.screen.page(), Page::Attract);
}

#[test]
fn without_a_pin_only_a_unit_that_is_not_bound_opens() {
    let (rig, _) = unit(PORTRAIT, 12, true, false);
    knock(&rig, LONG);
    assert_eq!(rig.screen.page(), Page::Shelf);
    assert!(rig.screen.banner().is_some_and(|banner| banner.title.zh.contains("cloud-shelfctl pin")));
    assert!(rig.screen.show(&Place::Service).is_err());
    let (rig, _) = unit(PORTRAIT, 12, false, false);
    assert!(rig.screen.show(&Place::Service).is_ok());
    assert!(rig.screen.is_unlocked());
}

#[test]
fn the_command_leads_as_far_as_the_pin() {
    for count in [0, 12] {
        let (rig, _) = unit(PORTRAIT, count, true, true);
        rig.screen.show(&Place::Service).unwrap();
        rig.pass_seconds(0);
        assert_eq!((rig.in_sight(), rig.screen.is_unlocked()), ("EntryPage", false));
    }
}

#[test]
fn the_pad_is_left_to_nobody() {
    let (rig, _) = unit(PORTRAIT, 12, true, true);
    knock(&rig, LONG);
    type_text(&rig, "47");
    (0..60).for_each(|_| rig.pass_seconds(1));
    assert_eq!(rig.screen.page(), Page::Attract);
    rig.tap();
    knock(&rig, LONG);
    assert!(!rig.has("••"), "what was typed is forgotten");
}

#[test]
fn who_leaves_the_page_has_to_give_the_pin_again() {
    for shape in SHAPES {
        let (rig, desk) = opened(shape);
        rig.press("回到货架");
        assert_eq!((rig.screen.page(), rig.screen.is_unlocked()), (Page::Attract, false), "{shape:?}");
        assert_eq!(desk.0.take(), [Order::Watch(Watched::Nothing)]);
        let (rig, _) = opened(shape);
        rig.pass_seconds(299);
        assert_eq!(rig.screen.page(), Page::Service);
        (0..15).for_each(|_| rig.pass_seconds(1));
        assert_eq!((rig.screen.page(), rig.screen.is_unlocked()), (Page::Attract, false), "{shape:?}");
        let (rig, _) = opened(shape);
        rig.screen.show(&Place::Shelf).unwrap();
        assert!(!rig.screen.is_unlocked(), "{shape:?}");
    }
}

#[test]
fn news_sends_nobody_away() {
    let (rig, _) = opened(PORTRAIT);
    rig.swap(2, vec![]);
    rig.screen.set_identity(None);
    rig.pass_seconds(0);
    assert_eq!(rig.screen.page(), Page::Service);
    rig.press("回到货架");
    assert_eq!(rig.screen.page(), Page::Setup, "now that there is nothing on the shelf");
}

#[test]
fn each_button_asks_for_its_own_thing() {
    for shape in SHAPES {
        let (rig, desk) = opened(shape);
        rig.press("立即同步");
        assert_eq!(desk.take(), [Order::Unit(UnitOrder::Sync)], "{shape:?}");
        reach(&rig, "日志").invoke_accessible_default_action();
        assert_eq!(desk.take(), [Order::Unit(UnitOrder::ReadLog)]);
        rig.screen.set_logs(vec!["09:00 WARN something".into()]);
        rig.pass_seconds(0);
        assert!(rig.has("09:00 WARN something"), "{shape:?}");
        rig.press("返回");
        reach(&rig, "生效的设置").invoke_accessible_default_action();
        rig.screen.set_config_problem(Some(Message::fixed("第 3 行不对", "line 3 is wrong")));
        rig.pass_seconds(0);
        assert!(rig.has("第 3 行不对"), "{shape:?}");
        rig.press("返回");
        for (button, order) in [
            ("重启程序", Order::Unit(UnitOrder::RestartProgram)),
            ("重启设备", Order::Unit(UnitOrder::RestartUnit)),
            ("解除绑定", Order::Unit(UnitOrder::Unbind)),
        ] {
            reach(&rig, button).invoke_accessible_default_action();
            rig.pass_seconds(0);
            assert_eq!(rig.in_sight(), "AskPage", "{button} asks first");
            rig.press("取消");
            assert_eq!(desk.take(), [], "{shape:?} {button}");
            reach(&rig, button).invoke_accessible_default_action();
            rig.pass_seconds(0);
            rig.press(if button == "解除绑定" { "解除绑定" } else { "重启" });
            assert_eq!(desk.take(), [order], "{shape:?} {button}");
        }
    }
}

#[test]
fn a_rotation_that_nobody_confirms_goes_back() {
    for shape in SHAPES {
        let (rig, desk) = opened(shape);
        rig.press("旋转与亮度");
        rig.press("180°");
        assert_eq!(desk.take(), [Order::Panel(PanelOrder::Rotate(180))], "{shape:?}");
        (0..20).for_each(|_| rig.pass_seconds(1));
        assert_eq!(desk.take(), [Order::Panel(PanelOrder::Rotate(90))], "{shape:?}");
        rig.press("270°");
        rig.press("保留");
        assert_eq!(
            desk.take(),
            [Order::Panel(PanelOrder::Rotate(270)), Order::Panel(PanelOrder::Rotate(270))]
        );
        rig.press("90°");
        assert_eq!(desk.take(), [], "it is so already");
        rig.press("调暗");
        rig.press("调亮");
        assert_eq!(
            desk.take(),
            [Order::Panel(PanelOrder::Brighten(60)), Order::Panel(PanelOrder::Brighten(80))]
        );
    }
}

#[test]
fn a_rotation_goes_back_also_if_everybody_leaves() {
    let (rig, desk) = opened(PORTRAIT);
    rig.press("旋转与亮度");
    rig.press("180°");
    rig.screen.show(&Place::Attract).unwrap();
    assert_eq!(desk.take(), [Order::Panel(PanelOrder::Rotate(180)), Order::Panel(PanelOrder::Rotate(90))]);
}

#[test]
fn another_pin_is_typed_twice() {
    let (rig, desk) = opened(LANDSCAPE);
    reach(&rig, "修改 PIN").invoke_accessible_default_action();
    rig.pass_seconds(0);
    type_text(&rig, "1234");
    rig.press("确定");
    assert_eq!((rig.in_sight(), desk.take()), ("EntryPage", vec![]), "a bad one is not taken");
    rig.press("清空");
    type_text(&rig, "8520");
    rig.press("确定");
    type_text(&rig, "8521");
    rig.press("确定");
    assert!(rig.has("两次输入不一样，请重新设置"));
    type_text(&rig, "8520");
    rig.press("确定");
    type_text(&rig, "8520");
    rig.press("确定");
    assert_eq!(desk.take(), [Order::Pin(PinOrder::Set(Secret("8520".into())))]);
    assert_eq!(rig.in_sight(), "ServicePage");
}

#[test]
fn touches_mark_the_targets_and_colours_follow_each_other() {
    for shape in SHAPES {
        let (rig, _) = opened(shape);
        reach(&rig, "触摸测试").invoke_accessible_default_action();
        rig.pass_seconds(0);
        let hit = || {
            use slint::{ComponentHandle, Model};
            let adapter = rig.screen.component().global::<cloud_shelf_ui::Service>();
            adapter.get_targets().iter().map(|target| target.hit).collect::<Vec<_>>()
        };
        assert_eq!(hit(), [false; 5]);
        let (width, height) = (shape.0 as f32, shape.1 as f32);
        let button = PointerEventButton::Left;
        for (x, y) in [(50.0, 50.0), (width - 50.0, height - 50.0)] {
            let position = LogicalPosition::new(x, y);
            rig.screen.window().dispatch_event(WindowEvent::PointerPressed { position, button });
            rig.screen.window().dispatch_event(WindowEvent::PointerReleased { position, button });
        }
        assert_eq!(hit(), [true, false, false, false, true], "{shape:?}");
        rig.press("完成");
        reach(&rig, "颜色测试").invoke_accessible_default_action();
        rig.pass_seconds(0);
        (0..7).for_each(|_| rig.button("下一种颜色").invoke_accessible_default_action());
        rig.pass_seconds(0);
        assert!(rig.has("立即同步"), "{shape:?}: after the last the page is back");
    }
}

#[test]
fn a_test_from_the_command_line_leads_nowhere_behind_the_pin() {
    for shape in SHAPES {
        let (rig, _) = unit(shape, 12, true, true);
        rig.screen.show(&Place::TouchTest).unwrap();
        rig.pass_seconds(0);
        assert!(rig.has("完成") && !rig.screen.is_unlocked(), "{shape:?}");
        knock(&rig, LONG);
        assert_eq!(rig.in_sight(), "ServicePage", "{shape:?}: a finger that rests draws a dot");
        rig.press("完成");
        assert_eq!(rig.screen.page(), Page::Attract, "{shape:?}");
        rig.screen.show(&Place::ColorTest).unwrap();
        rig.pass_seconds(0);
        (0..7).for_each(|_| rig.button("下一种颜色").invoke_accessible_default_action());
        rig.pass_seconds(0);
        assert_eq!(rig.screen.page(), Page::Attract, "{shape:?}");
        assert!(!rig.has("立即同步"), "{shape:?}");
    }
}

#[test]
fn a_network_is_joined_with_its_pass_phrase() {
    for shape in [PORTRAIT, COMPACT] {
        let (rig, desk) = opened(shape);
        rig.press("网络");
        rig.pass_seconds(0);
        assert_eq!(rig.in_sight(), "NetworkPage");
        rig.button("mall-free").invoke_accessible_default_action();
        assert_eq!(
            desk.take(),
            [Order::Network(NetworkOrder::Join { name: "mall-free".into(), pass: None, hidden: false })]
        );
        rig.button("Neighbour 5G").invoke_accessible_default_action();
        rig.pass_seconds(0);
        type_text(&rig, "sh");
        rig.press("大写");
        rig.press("O");
        rig.press("#+=");
        type_text(&rig, "$\"");
        rig.press("1");
        rig.press("ABC");
        type_text(&rig, "q12");
        rig.press("确定");
        assert_eq!(
            desk.take(),
            [Order::Network(NetworkOrder::Join {
                name: "Neighbour 5G".into(),
                pass: Some(Secret("shO$\"1q12".into())),
                hidden: false
            })],
            "{shape:?}"
        );
        rig.press("忘记");
        rig.pass_seconds(0);
        rig.press("忘记");
        assert_eq!(desk.take(), [Order::Network(NetworkOrder::Forget { name: "檐汀旗舰店".into() })]);
        rig.press("隐藏网络");
        type_text(&rig, "x");
        rig.press("确定");
        type_text(&rig, "12345678");
        rig.press("显示");
        assert!(rig.has("12345678"));
        rig.press("确定");
        assert_eq!(
            desk.take(),
            [Order::Network(NetworkOrder::Join {
                name: "x".into(),
                pass: Some(Secret("12345678".into())),
                hidden: true
            })]
        );
    }
}

#[test]
fn news_is_not_in_the_way_of_any_key() {
    let news = |done| Banner {
        title: Message::fixed("没有连上“Neighbour 5G”", "“Neighbour 5G” was not joined"),
        detail: Some(Message::fixed("密码不对。请核对大小写后再输一次", "The pass phrase is wrong.")),
        done,
    };
    for shape in SHAPES {
        let (rig, desk) = opened(shape);
        rig.press("网络");
        rig.pass_seconds(0);
        rig.screen.set_banner(Some(news(Some(0.5))), None);
        rig.button("Neighbour 5G").invoke_accessible_default_action();
        rig.pass_seconds(0);
        desk.take();
        let keys = "1234567890qwertyuiopasdfghjklzxcvbnm-_/.";
        type_text(&rig, keys);
        rig.press("确定");
        let pass = Some(Secret(keys.into()));
        assert_eq!(
            desk.take(),
            [Order::Network(NetworkOrder::Join { name: "Neighbour 5G".into(), pass, hidden: false })],
            "{shape:?}"
        );
        assert!(rig.screen.banner().is_some(), "{shape:?}: it goes on");

        rig.screen.set_banner(Some(news(None)), None);
        rig.button("Neighbour 5G").invoke_accessible_default_action();
        rig.pass_seconds(0);
        assert!(rig.screen.banner().is_some(), "{shape:?}");
        type_text(&rig, "x");
        assert_eq!(rig.screen.banner(), None, "{shape:?}: who types has read it");

        let rig = Rig::shelf(shape, items(12));
        rig.search("");
        rig.screen.set_banner(Some(news(Some(0.5))), None);
        rig.pass_seconds(0);
        for row in ["QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"] {
            rig.type_keys(row);
            assert_eq!(rig.screen.component().global::<Search>().get_query(), row, "{shape:?}");
            row.chars().for_each(|_| rig.press("删除"));
        }
        assert!(rig.screen.banner().is_some(), "{shape:?}");
    }
}
