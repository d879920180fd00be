//! A desk that remembers what it was asked, and a finger that rests.
#![allow(dead_code, reason = "each test program uses a part")]

use crate::rig::{Rig, items};
use cloud_shelf_core::{binding, domain::Message};
use cloud_shelf_screen::{
    Desk, Fact, FactGroup, Field, NetworkFacts, NetworkOrder, Order, PanelFacts, PinAnswer, Place,
    SetupFacts, Verdict, Wifi,
};
use i_slint_backend_testing::ElementHandle;
use slint::{
    LogicalPosition,
    platform::{PointerEventButton, WindowEvent},
};
use std::{cell::RefCell, rc::Rc, time::Duration};

// The unit's own rules for a new PIN, with the messages that the pages show
#[path = "../../../src/pin/code.rs"]
mod code;

use code::Pin;

#[derive(Default)]
pub struct Orders(pub RefCell<Vec<Order>>);

impl Desk for Orders {
    fn judge(&self, field: Field, text: &str) -> Verdict {
        let bad = || {
            Verdict::bad(Message::fixed(
                "Wi-Fi 密码为 8 到 63 个英文字符",
                "A pass phrase has 8 to 63 characters of ASCII",
            ))
        };
        match field {
            Field::Store if binding::from_parts("", text, "8F6A77C73E").bindings.is_empty() => bad(),
            Field::Device if binding::from_parts("", "184454101", text).bindings.is_empty() => bad(),
            Field::NewPin => Pin::parse(text).map_or_else(|p| Verdict::bad(p.message()), |_| Verdict::GOOD),
            Field::Store => Verdict {
                good: true,
                words: binding::from_parts("", text, "8F6A77C73E").bindings[0].binding.store.warning(),
            },
            Field::PassPhrase if text.len() < 8 => bad(),
            _ => Verdict::GOOD,
        }
    }

    fn order(&self, order: Order) {
        self.0.borrow_mut().push(order);
    }
}

impl Orders {
    /// What was asked since the last look, but for what is only looked at.
    pub fn take(&self) -> Vec<Order> {
        let all = self.0.take();
        all.into_iter()
            .filter(|order| !matches!(order, Order::Watch(_) | Order::Network(NetworkOrder::Scan)))
            .collect()
    }
}

/// A shelf with a desk, and whether it has a PIN.
pub fn unit(shape: (u32, u32), count: u16, bound: bool, pin: bool) -> (Rig, Rc<Orders>) {
    let rig = Rig::shelf(shape, items(count));
    let desk = Rc::new(Orders::default());
    rig.screen.set_desk(desk.clone());
    rig.screen.set_pin(pin);
    let binding = crate::rig::binding();
    rig.screen.set_identity(bound.then_some(&binding));
    rig.pass(Duration::ZERO);
    (rig, desk)
}

/// A finger rests on the brand's mark of the shelf page for so long.
pub fn knock(rig: &Rig, time: Duration) {
    let position = LogicalPosition::new(60.0, 50.0);
    let button = PointerEventButton::Left;
    let window = rig.screen.window();
    window.dispatch_event(WindowEvent::PointerMoved { position });
    window.dispatch_event(WindowEvent::PointerPressed { position, button });
    rig.pass(time);
    window.dispatch_event(WindowEvent::PointerReleased { position, button });
    rig.lift();
}

pub fn type_text(rig: &Rig, text: &str) {
    text.chars().for_each(|key| rig.press(&key.to_string()));
}

/// What a unit in a shop says of itself.
pub fn tell_facts(rig: &Rig) {
    let fact = |zh: &'static str, en: &'static str, value: &'static str, bad| Fact {
        name: Message::fixed(zh, en),
        value: Message::fixed(value, value),
        bad,
    };
    rig.screen.set_facts(vec![
        FactGroup {
            title: Message::fixed("身份", "Identity"),
            facts: vec![
                fact("品牌", "Brand", "檐汀", false),
                fact("门店码", "Store code", "123456789", false),
                fact("设备码", "Device code", "0A1B2C3D4E", false),
                fact("绑定时间", "Bound", "2027-02-01 10:20", false),
            ],
        },
        FactGroup {
            title: Message::fixed("商品", "Items"),
            facts: vec![
                Fact {
                    name: Message::fixed("版本", "Version"),
                    value: Message::fixed("第 7 版，200 件，来自同步", "7, 200 items, from the feed"),
                    bad: false,
                },
                fact("取得时间", "Taken in", "2027-02-14 22:10", false),
            ],
        },
        FactGroup {
            title: Message::fixed("网络", "Network"),
            facts: vec![
                Fact {
                    name: Message::fixed("有线 eth0", "Wired eth0"),
                    value: Message::fixed(
                        "没插网线，或对端没开机",
                        "no cable, or nothing switched on at its other end",
                    ),
                    bad: true,
                },
                fact("Wi-Fi wlan0", "Wi-Fi wlan0", "192.168.1.23", false),
                fact("网关", "Gateway", "192.168.1.1", false),
            ],
        },
        FactGroup {
            title: Message::fixed("设备", "Unit"),
            facts: vec![
                fact("剩余空间", "Free space", "21.4 GB", false),
                fact("温度", "Temperature", "48 °C", false),
                fact("程序", "Program", "0.1.0", false),
                fact("数据库格式", "Database schema", "2", false),
            ],
        },
    ]);
    rig.screen.set_panel_facts(PanelFacts { rotation: Some(90), brightness: Some(70) });
    let wifi = |name: &str, bars, secured, known, active| Wifi {
        name: name.into(),
        bars,
        secured,
        known,
        active,
        refused: None,
    };
    rig.screen.set_network_facts(NetworkFacts {
        facts: vec![
            Fact {
                name: Message::fixed("有线 eth0", "Wired eth0"),
                value: Message::fixed(
                    "没插网线，或对端没开机",
                    "no cable, or nothing switched on at its other end",
                ),
                bad: false,
            },
            fact("Wi-Fi wlan0", "Wi-Fi wlan0", "192.168.1.23  2001:db8::23", false),
            fact("网关", "Gateway", "192.168.1.1", false),
        ],
        wifis: vec![
            wifi("檐汀旗舰店", 4, true, true, true),
            wifi("mall-free", 3, false, false, false),
            wifi("Neighbour 5G", 1, true, false, false),
        ],
        wifi_note: None,
        busy: None,
        proxy: None,
    });
    rig.screen.set_setup_facts(SetupFacts {
        network: Some(Message::fixed("Wi-Fi wlan0：192.168.1.23", "Wi-Fi wlan0: 192.168.1.23")),
        connected: true,
        ..SetupFacts::default()
    });
    rig.pass(Duration::ZERO);
}

/// A button of the overview; on the small panel it may have to be scrolled to.
pub fn reach(rig: &Rig, label: &str) -> ElementHandle {
    for by in [300.0, 300.0, -1200.0] {
        if !rig.has(label) {
            let seen = ["立即同步", "日志", "重启程序"].into_iter().find(|seen| rig.has(seen));
            rig.scroll(seen.expect("something is always in sight"), by);
        }
    }
    rig.button(label)
}

/// What staff come to, one after another, on a unit that is bound and has a PIN.
pub fn every_staff_page(rig: &Rig, mut look: impl FnMut(&str)) {
    rig.screen.show(&Place::Service).unwrap();
    rig.pass_seconds(0);
    type_text(rig, "47");
    look("pin");
    rig.press("确定");
    rig.screen.pin_tried(PinAnswer::Wrong(Duration::from_secs(64)));
    rig.pass_seconds(0);
    look("pin-wrong");
    rig.screen.pin_tried(PinAnswer::Right);
    tell_facts(rig);
    look("service");
    reach(rig, "网络").invoke_accessible_default_action();
    rig.pass_seconds(0);
    look("network");
    rig.button("Neighbour 5G").invoke_accessible_default_action();
    rig.pass_seconds(0);
    type_text(rig, "short");
    look("pass-phrase");
    rig.press("#+=");
    look("signs");
    rig.press("返回");
    rig.press("返回");
    reach(rig, "旋转与亮度").invoke_accessible_default_action();
    rig.pass_seconds(0);
    look("panel");
    rig.press("180°");
    look("keep");
    rig.press("取消");
    rig.press("返回");
    rig.screen.set_logs(vec!["2027-02-15T01:00:01Z  WARN cloud_shelf::sync: no answer from the feed".into()]);
    reach(rig, "日志").invoke_accessible_default_action();
    rig.pass_seconds(0);
    look("logs");
    rig.press("返回");
    reach(rig, "触摸测试").invoke_accessible_default_action();
    rig.pass_seconds(0);
    look("touch");
    rig.press("完成");
    rig.press("回到货架");
    rig.screen.show(&Place::Shelf).unwrap();
    rig.pass_seconds(0);
}

/// The same of an installer, on a unit that has nothing yet.
pub fn every_setup_page(rig: &Rig, mut look: impl FnMut(&str)) {
    tell_facts(rig);
    look("setup");
    rig.press("输入");
    type_text(rig, "18445410");
    look("store");
    rig.press("确定");
    type_text(rig, "8F6A77C73E");
    look("device");
    rig.press("确定");
    look("feed");
    rig.press("确定");
    look("bind");
    rig.press("取消");
}
