//! The setup page: what a unit lacks, and the way to each thing.

use super::Pages;
use crate::{
    desk::{Field, Judge, SetupFacts, UnitOrder},
    effect::{BindingStep, Effect, Purpose, Question},
};
use cloud_shelf_core::domain::Message;
use cloud_shelf_ui::{Setup as Adapter, StepView};
use slint::{ModelRc, VecModel};

#[derive(Default)]
pub struct SetupPage {
    facts: SetupFacts,
    /// Somebody is at it: the page does not give way to others by itself
    in_use: bool,
    bound: bool,
    pin_set: bool,
    /// Staff have shown who they are, and may go back to the service page
    unlocked: bool,
    /// Without one nothing can be set up by hand
    judge: Option<Judge>,
}

impl SetupPage {
    pub fn set_judge(&mut self, pages: &Pages, judge: Judge) {
        self.judge = Some(judge);
        self.show(pages);
    }

    pub fn set_bound(&mut self, pages: &Pages, bound: bool) {
        self.bound = bound;
        self.show(pages);
    }

    pub fn set_pin_set(&mut self, pages: &Pages, pin_set: bool) {
        self.pin_set = pin_set;
        self.show(pages);
    }

    pub const fn set_unlocked(&mut self, unlocked: bool) {
        self.unlocked = unlocked;
    }

    /// How the unit is set up, as far as the desk knows.
    pub fn set_facts(&mut self, pages: &Pages, facts: SetupFacts) {
        if self.facts != facts {
            self.facts = facts;
            self.show(pages);
        }
    }

    /// Whether somebody is at work here, who is not to be sent away by news.
    pub const fn is_in_use(&self) -> bool {
        self.in_use
    }

    /// Somebody sets this unit up by hand, or has left.
    pub const fn set_in_use(&mut self, in_use: bool) {
        self.in_use = in_use;
    }

    /// Whether nobody has set this unit up to the end: it has never had an item, and it is not bound,
    /// or nobody could get in to mend what it lacks.
    pub fn is_unit_new(&self, pages: &Pages) -> bool {
        let catalog = pages.catalog.snapshot();
        catalog.items.is_empty() && (!self.bound || catalog.version == 0 && !self.pin_set)
    }

    pub fn open_network(&mut self) -> Vec<Effect> {
        self.in_use = true;
        vec![Effect::Touched, Effect::OpenNetwork]
    }

    pub fn enter_codes(&mut self) -> Vec<Effect> {
        self.in_use = true;
        let store = self.facts.codes.as_ref().map(|(store, _)| store.clone()).unwrap_or_default();
        vec![Effect::Touched, Effect::AskFor(Purpose::Binding(BindingStep::Store), store)]
    }

    pub fn enter_feed(&mut self) -> Vec<Effect> {
        self.in_use = true;
        let known = self.facts.codes.clone();
        let ask = known.map(|(store, device)| self.ask_for_feed(store, device));
        [Effect::Touched].into_iter().chain(ask).collect()
    }

    pub fn set_new_pin(&mut self) -> Vec<Effect> {
        self.in_use = true;
        vec![Effect::Touched, Effect::AskFor(Purpose::NewPin, String::new())]
    }

    /// This unit was bound on the screen: the PIN is what comes next.
    pub fn ask_for_missing_pin(&self) -> Option<Effect> {
        (!self.pin_set).then(|| Effect::AskFor(Purpose::NewPin, String::new()))
    }

    /// Takes what was typed, and asks for the next thing.
    pub fn take_typed(&self, step: BindingStep, text: String) -> Vec<Effect> {
        vec![match step {
            BindingStep::Store => {
                let known = self.facts.codes.as_ref().map(|(_, device)| device.clone()).unwrap_or_default();
                Effect::AskFor(Purpose::Binding(BindingStep::Device { store: text }), known)
            }
            BindingStep::Device { store } => self.ask_for_feed(store, text),
            BindingStep::Feed { store, device } => Effect::Ask(self.ask_to_bind(store, device, text)),
        }]
    }

    fn ask_for_feed(&self, store: String, device: String) -> Effect {
        let known = self.facts.feed.clone().unwrap_or_default();
        Effect::AskFor(Purpose::Binding(BindingStep::Feed { store, device }), known)
    }

    /// Shows all that was typed once more; it is bound by a yes.
    fn ask_to_bind(&self, store: String, device: String, feed: String) -> Question {
        let warning =
            |field, text: &str| self.judge.as_ref().and_then(|judge| judge.judge(field, text).words);
        let warnings =
            [warning(Field::Store, &store), warning(Field::Device, &device), warning(Field::Feed, &feed)];
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
        let feed = Some(feed).filter(|feed| !feed.is_empty());
        Question {
            title: Message::fixed("核对后绑定", "Check, then bind"),
            detail: Message::new(zh, en),
            yes: Message::fixed("绑定", "Bind"),
            then: UnitOrder::Bind { store, device, feed }.into(),
            otherwise: None,
            seconds: 0,
        }
    }

    /// In the page's language.
    pub fn show(&self, pages: &Pages) {
        let lang = pages.language;
        let by_hand = self.judge.is_some();
        let items = pages.catalog.len();
        let [network, codes, supply, last] = self.describe_steps(items);
        let line =
            Message::fixed("一行字：品牌、门店码、设备码", "One line with brand, store code and device code");
        let step = |words: Message, done: bool, missing: bool| StepView {
            detail: words.get(lang).into(),
            done,
            missing,
        };
        let steps = vec![
            step(network, self.facts.connected, false),
            step(line, self.bound, false),
            step(codes, self.bound, !self.bound),
            step(supply, items > 0, items == 0),
            step(last, self.pin_set, by_hand && !self.pin_set),
        ];
        let missing = self.list_missing(items);
        let join =
            |separator: &str| missing.iter().map(|one| one.get(lang)).collect::<Vec<_>>().join(separator);
        let words = Message::new(format!("还缺：{}", join("、")), format!("Missing: {}", join(", ")));
        let adapter = pages.global::<Adapter>();
        adapter.set_missing(if missing.is_empty() { Default::default() } else { words.get(lang).into() });
        adapter.set_steps(ModelRc::new(VecModel::from(steps)));
        adapter.set_by_hand(by_hand);
        adapter.set_has_feed(self.facts.has_feed);
        adapter.set_pin_set(self.pin_set);
        adapter.set_bound(self.bound);
        adapter.set_can_leave(self.unlocked || items > 0);
    }

    /// What the page says of network, codes, items and PIN.
    fn describe_steps(&self, items: usize) -> [Message; 4] {
        let say = Message::fixed;
        let network = self.facts.network.clone().unwrap_or(say(
            "没有网络也行：商品可以用 U 盘导入",
            "Without a network, the items can come on a USB stick",
        ));
        let codes = match &self.facts.codes {
            Some((store, device)) => Message::new(
                format!("门店码 {store}，设备码 {device}"),
                format!("Store {store}, device {device}"),
            ),
            None if self.judge.is_some() => say(
                "在这里输入两个码；或插入带 bind.toml 的 U 盘；或运行 sudo cloud-shelfctl bind",
                "Type the two codes here, plug in a stick with bind.toml, or run sudo cloud-shelfctl bind",
            ),
            None => say("运行 sudo cloud-shelfctl bind '这一行'", "sudo cloud-shelfctl bind 'the line'"),
        };
        let supply = if items > 0 {
            Message::new(format!("已有 {items} 件商品"), format!("{items} items are there"))
        } else {
            self.facts.supply.clone().unwrap_or(say(
                "绑定时填数据网址；或插入带数据包的 U 盘；或运行 sudo cloud-shelfctl import",
                "By a feed's address at the binding, a bundle on a stick, or sudo cloud-shelfctl import",
            ))
        };
        let last = if self.pin_set {
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
        [network, codes, supply, last]
    }

    fn list_missing(&self, items: usize) -> Vec<Message> {
        let things = [
            (!self.bound, Message::fixed("门店绑定", "the binding to a store")),
            (items == 0, Message::fixed("商品", "items")),
            (self.judge.is_some() && !self.pin_set, Message::fixed("服务 PIN", "the service PIN")),
        ];
        things.into_iter().filter(|(missing, _)| *missing).map(|(_, words)| words).collect()
    }
}
