//! Setting a unit up on the screen: what it lacks, and the way to each thing.

use super::{
    ask::Question,
    desk::{Order, SetupFacts, Watched},
    entry::Purpose,
    screen::Screen,
};
use cloud_shelf_core::domain::Message;
use cloud_shelf_ui::{Page, Setup as Adapter, StepView};
use slint::{ComponentHandle, ModelRc, VecModel};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

#[derive(Default)]
pub(super) struct SetupPage {
    facts: RefCell<SetupFacts>,
    /// Somebody is at it: the page does not give way to others by itself
    pub(super) in_use: Cell<bool>,
}

impl Screen {
    pub(super) fn connect_setup(self: &Rc<Self>) {
        let act = |action| self.handler(action);
        let adapter = self.window.global::<Adapter>();
        adapter.on_network(act(|screen| {
            screen.use_setup();
            screen.open_network();
        }));
        adapter.on_codes(act(|screen| {
            screen.use_setup();
            let store = screen.setup.facts.borrow().codes.as_ref().map(|(store, _)| store.clone());
            screen.ask_for(Purpose::Store, store.unwrap_or_default());
        }));
        adapter.on_feed(act(|screen| {
            screen.use_setup();
            let codes = screen.setup.facts.borrow().codes.clone();
            if let Some((store, device)) = codes {
                screen.ask_for(Purpose::Feed { store, device }, screen.known_feed());
            }
        }));
        adapter.on_pin(act(|screen| {
            screen.use_setup();
            screen.ask_for(Purpose::NewPin, String::new());
        }));
        adapter.on_leave(act(Self::leave_service));
    }

    /// Somebody sets this unit up by hand.
    fn use_setup(&self) {
        self.setup.in_use.set(true);
        self.touched();
    }

    /// From the service page, which stays open to who is there.
    pub(super) fn enter_setup(&self) {
        self.use_setup();
        self.enter(Page::Setup);
        self.watch_for(Watched::Setup);
        self.say_setup();
    }

    /// Whether somebody is at work on the unit, who is not to be sent away by news.
    pub(super) fn is_served(&self) -> bool {
        self.page() == Page::Service || self.page() == Page::Setup && self.setup.in_use.get()
    }

    /// With the last thing that it lacked a unit that was set up by hand is left as it is; one that
    /// nobody is at goes on by itself.
    pub(super) fn reopen_setup(&self) {
        if self.page() == Page::Setup && !self.is_served() {
            self.reopen();
        }
    }

    /// Whether nobody has set this unit up to the end: it has never had an item, and it is not bound,
    /// or nobody could get in to mend what it lacks.
    pub(super) fn is_new(&self) -> bool {
        let catalog = self.catalog.borrow();
        catalog.items.is_empty() && (!self.bound.get() || catalog.version == 0 && !self.has_pin())
    }

    pub(super) fn known_device(&self) -> String {
        self.setup.facts.borrow().codes.as_ref().map(|(_, device)| device.clone()).unwrap_or_default()
    }

    pub(super) fn known_feed(&self) -> String {
        self.setup.facts.borrow().feed.clone().unwrap_or_default()
    }

    /// Shows all that was typed once more; it is bound by a yes.
    pub(super) fn ask_to_bind(&self, store: String, device: String, feed: String) {
        let desk = self.desk();
        let judge = |field, text: &str| desk.as_ref().and_then(|desk| desk.judge(field, text).words);
        let warnings = [
            judge(super::Field::Store, &store),
            judge(super::Field::Device, &device),
            judge(super::Field::Feed, &feed),
        ];
        let (mut zh, mut en) = (
            format!("门店码　{store}\n设备码　{device}"),
            format!("Store code   {store}\nDevice code   {device}"),
        );
        if !feed.is_empty() {
            zh += &format!("\n数据网址　{feed}");
            en += &format!("\nFeed   {feed}");
        }
        for warning in warnings.into_iter().flatten() {
            zh += &format!("\n⚠ {}", warning.zh);
            en += &format!("\n⚠ {}", warning.en);
        }
        self.ask(Question {
            title: Message::fixed("核对后绑定", "Check, then bind"),
            detail: Message::new(zh, en),
            yes: Message::fixed("绑定", "Bind"),
            then: Order::Bind { store, device, feed: Some(feed).filter(|feed| !feed.is_empty()) },
            otherwise: None,
            seconds: 0,
        });
    }

    /// How the unit is set up, as far as the desk knows.
    pub fn set_setup_facts(&self, facts: SetupFacts) {
        if self.setup.facts.replace(facts.clone()) != facts {
            self.say_setup();
        }
    }

    /// This unit was bound on the screen: the PIN is what comes next.
    pub fn bound_by_hand(&self) {
        if self.page() == Page::Setup && !self.has_pin() {
            self.ask_for(Purpose::NewPin, String::new());
        }
    }

    /// In the page's language.
    pub(super) fn say_setup(&self) {
        let lang = self.language();
        let facts = self.setup.facts.borrow();
        let by_hand = self.desk().is_some();
        let (bound, pin) = (self.bound.get(), self.has_pin());
        let items = self.shelf.borrow().listed().len();
        let say = |zh: &'static str, en: &'static str| Message::fixed(zh, en);
        let network = facts.network.clone().unwrap_or(say(
            "没有网络也行：商品可以用 U 盘导入",
            "Without a network, the items can come on a USB stick",
        ));
        let line = say("一行字：品牌、门店码、设备码", "One line with brand, store code and device code");
        let codes = match &facts.codes {
            Some((store, device)) => Message::new(
                format!("门店码 {store}，设备码 {device}"),
                format!("Store {store}, device {device}"),
            ),
            None if by_hand => say(
                "在这里输入两个码；或插入带 bind.toml 的 U 盘；或运行 sudo cloud-shelfctl bind",
                "Type the two codes here, plug in a stick with bind.toml, or run sudo cloud-shelfctl bind",
            ),
            None => say("运行 sudo cloud-shelfctl bind '这一行'", "sudo cloud-shelfctl bind 'the line'"),
        };
        let supply = if items > 0 {
            Message::new(format!("已有 {items} 件商品"), format!("{items} items are there"))
        } else {
            facts.supply.clone().unwrap_or(say(
                "绑定时填数据网址；或插入带数据包的 U 盘；或运行 sudo cloud-shelfctl import",
                "By a feed's address at the binding, a bundle on a stick, or sudo cloud-shelfctl import",
            ))
        };
        let last = if pin {
            say(
                "PIN 已设置。商品到了，这一页会自动换成货架",
                "The PIN is set. This page gives way to the items by itself",
            )
        } else {
            say(
                "离开后，按住品牌标志 3 秒并输入 PIN 才能打开服务页",
                "Later the service page opens to this PIN, after 3 seconds on the brand's mark",
            )
        };
        let step = |words: Message, done: bool, missing: bool| StepView {
            detail: words.get(lang).into(),
            done,
            missing,
        };
        let steps = vec![
            step(network, facts.connected, false),
            step(line, bound, false),
            step(codes, bound, !bound),
            step(supply, items > 0, items == 0),
            step(last, pin, by_hand && !pin),
        ];
        let mut missing = vec![];
        if !bound {
            missing.push(say("门店绑定", "the binding to a store"));
        }
        if items == 0 {
            missing.push(say("商品", "items"));
        }
        if by_hand && !pin {
            missing.push(say("服务 PIN", "the service PIN"));
        }
        let join =
            |separator: &str| missing.iter().map(|one| one.get(lang)).collect::<Vec<_>>().join(separator);
        let words = Message::new(format!("还缺：{}", join("、")), format!("Missing: {}", join(", ")));
        let adapter = self.window.global::<Adapter>();
        adapter.set_missing(if missing.is_empty() { Default::default() } else { words.get(lang).into() });
        adapter.set_steps(ModelRc::new(VecModel::from(steps)));
        adapter.set_by_hand(by_hand);
        adapter.set_has_feed(facts.has_feed);
        adapter.set_pin_set(pin);
        adapter.set_bound(bound);
        adapter.set_can_leave(self.is_unlocked() || items > 0);
    }
}
