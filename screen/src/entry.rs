//! Typing on the glass: one text at a time, judged with every key, for whatever asks for it.

use super::{
    desk::{Field, Order, PinAnswer, Secret, Verdict},
    screen::Screen,
};
use cloud_shelf_core::domain::{Message, text};
use cloud_shelf_ui::{Entry as Adapter, Keys};
use slint::{ComponentHandle, SharedString, Timer};
use std::{rc::Rc, time::Duration};

/// No text that is asked for is longer; a feed's address has the keys behind it.
const MAX_CHARS: usize = 400;
/// Wi-Fi's own bound; longer than any PIN.
const MAX_SECRET_CHARS: usize = 64;

/// What is asked for, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Opens the service page
    Pin,
    NewPin,
    RepeatPin(Secret),
    Store,
    Device {
        store: String,
    },
    Feed {
        store: String,
        device: String,
    },
    PassPhrase {
        name: String,
        hidden: bool,
    },
    NetworkName,
    Proxy,
}

/// What is being typed.
pub(super) struct Typing {
    purpose: Purpose,
    text: String,
    shown: bool,
    /// Seconds until the next try of a PIN
    wait: u32,
    busy: bool,
    /// Said once, until the next key
    news: Option<Message>,
}

#[derive(Default)]
pub(super) struct EntrySheet {
    typing: Option<Typing>,
    timer: Timer,
}

impl Purpose {
    fn field(&self) -> Option<Field> {
        match self {
            Self::Pin | Self::RepeatPin(_) => None,
            Self::NewPin => Some(Field::NewPin),
            Self::Store => Some(Field::Store),
            Self::Device { .. } => Some(Field::Device),
            Self::Feed { .. } => Some(Field::Feed),
            Self::PassPhrase { .. } => Some(Field::PassPhrase),
            Self::NetworkName => Some(Field::NetworkName),
            Self::Proxy => Some(Field::Proxy),
        }
    }

    const fn is_pin(&self) -> bool {
        matches!(self, Self::Pin | Self::NewPin | Self::RepeatPin(_))
    }

    const fn is_secret(&self) -> bool {
        self.is_pin() || matches!(self, Self::PassPhrase { .. })
    }

    const fn keys(&self) -> Keys {
        match self {
            Self::Pin | Self::NewPin | Self::RepeatPin(_) | Self::Store => Keys::Digits,
            Self::Device { .. } => Keys::Hex,
            _ => Keys::Full,
        }
    }

    fn title(&self) -> Message {
        match self {
            Self::Pin => Message::fixed("输入 PIN", "PIN"),
            Self::NewPin => Message::fixed("设置新的 PIN", "New PIN"),
            Self::RepeatPin(_) => Message::fixed("再输入一次 PIN", "The PIN once more"),
            Self::Store => Message::fixed("门店码（1/3）", "Store code (1 of 3)"),
            Self::Device { .. } => Message::fixed("设备码（2/3）", "Device code (2 of 3)"),
            Self::Feed { .. } => Message::fixed("数据网址（3/3）", "Feed address (3 of 3)"),
            Self::PassPhrase { name, .. } => {
                let name = text::one_line(name);
                Message::new(format!("“{name}”的密码"), format!("Pass phrase of “{name}”"))
            }
            Self::NetworkName => Message::fixed("隐藏网络的名称", "Name of the hidden network"),
            Self::Proxy => Message::fixed("代理服务器", "Proxy"),
        }
    }

    /// What stands in the field before anything is typed.
    fn hint(&self) -> Message {
        match self {
            Self::Pin | Self::NewPin | Self::RepeatPin(_) => {
                Message::fixed("4 到 12 位数字", "4 to 12 digits")
            }
            Self::Store => Message::fixed("通常是 9 位数字", "usually 9 digits"),
            Self::Device { .. } => Message::fixed("通常是 10 位（数字和 A–F）", "usually 10 of 0-9 and A-F"),
            Self::Feed { .. } => {
                Message::fixed("https://……#k=……（没有就留空）", "https://…#k=… (or nothing)")
            }
            Self::PassPhrase { .. } => Message::fixed("8 到 63 个字符", "8 to 63 characters"),
            Self::NetworkName => Message::fixed("大小写要一致", "capitals as they are"),
            Self::Proxy => Message::fixed("http://主机:端口（留空为不用）", "http://host:port (or nothing)"),
        }
    }
}

impl Screen {
    pub(super) fn connect_entry(self: &Rc<Self>) {
        let act = |action| self.handler(action);
        let adapter = self.window.global::<Adapter>();
        let screen = Rc::downgrade(self);
        adapter.on_strike(move |key: SharedString| {
            screen.upgrade().into_iter().for_each(|screen| screen.type_into_entry(&key));
        });
        adapter.on_erase(act(|screen| {
            screen.edit_entry(|text| {
                text.pop();
            })
        }));
        adapter.on_clear(act(|screen| screen.edit_entry(String::clear)));
        adapter.on_accept(act(Self::accept_entry));
        adapter.on_cancel(act(Self::cancel_entry));
        adapter.on_toggle_shown(act(|screen| {
            screen.with_typing(|typing| typing.shown = !typing.shown);
            screen.say_entry();
        }));
        adapter.on_switch_keys(act(|screen| screen.window.global::<Adapter>().set_keys(Keys::Full)));
    }

    /// Asks for a text, which begins with what is known of it.
    pub(super) fn ask_for(&self, purpose: Purpose, text: String) {
        let adapter = self.window.global::<Adapter>();
        adapter.set_keys(purpose.keys());
        adapter.set_can_switch(matches!(purpose, Purpose::Store | Purpose::Device { .. }));
        adapter.set_secret(purpose.is_secret());
        adapter.set_shift(false);
        adapter.set_symbols(false);
        let typing = Typing { purpose, text, shown: false, wait: 0, busy: false, news: None };
        self.entry.borrow_mut().typing = Some(typing);
        self.say_entry();
        self.touched();
    }

    /// What is being asked for, by tests and for the way back.
    pub(super) fn asks_for(&self) -> Option<Purpose> {
        self.entry.borrow().typing.as_ref().map(|typing| typing.purpose.clone())
    }

    pub(super) fn close_entry(&self) {
        let mut entry = self.entry.borrow_mut();
        entry.typing = None;
        entry.timer.stop();
        drop(entry);
        self.say_entry();
    }

    fn with_typing(&self, change: impl FnOnce(&mut Typing)) {
        if let Some(typing) = &mut self.entry.borrow_mut().typing {
            change(typing);
        }
    }

    fn type_into_entry(&self, key: &str) {
        self.with_typing(|typing| {
            let most = if typing.purpose.is_secret() { MAX_SECRET_CHARS } else { MAX_CHARS };
            if !typing.busy && typing.text.chars().count() < most {
                typing.text.push_str(key);
                typing.news = None;
            }
        });
        // Whoever types has read it, and on a small panel it is where the text is
        if self.banner().is_some_and(|banner| banner.done.is_none()) {
            self.set_banner(None, None);
        }
        // One capital at a time, as on a phone
        self.window.global::<Adapter>().set_shift(false);
        self.say_entry();
    }

    fn edit_entry(&self, edit: impl FnOnce(&mut String)) {
        self.with_typing(|typing| {
            if !typing.busy {
                edit(&mut typing.text);
                typing.news = None;
            }
        });
        self.say_entry();
    }

    fn cancel_entry(&self) {
        let purpose = self.asks_for();
        self.close_entry();
        if purpose == Some(Purpose::Pin) {
            self.leave_service();
        }
    }

    fn accept_entry(&self) {
        let Some((purpose, text)) =
            self.entry.borrow().typing.as_ref().map(|typing| (typing.purpose.clone(), typing.text.clone()))
        else {
            return;
        };
        if !self.judge(&purpose, &text).good {
            return self.say_entry();
        }
        match purpose {
            Purpose::Pin => {
                self.with_typing(|typing| typing.busy = true);
                self.say_entry();
                self.order(Order::TryPin(Secret(text)));
            }
            Purpose::NewPin => self.ask_for(Purpose::RepeatPin(Secret(text)), String::new()),
            Purpose::RepeatPin(first) => {
                if first.0 == text {
                    self.close_entry();
                    self.order(Order::SetPin(first));
                } else {
                    self.ask_for(Purpose::NewPin, String::new());
                    let news = Message::fixed(
                        "两次输入不一样，请重新设置",
                        "The two were not the same; begin again",
                    );
                    self.with_typing(|typing| typing.news = Some(news));
                    self.say_entry();
                }
            }
            Purpose::Store => self.ask_for(Purpose::Device { store: text }, self.known_device()),
            Purpose::Device { store } => {
                self.ask_for(Purpose::Feed { store, device: text }, self.known_feed())
            }
            Purpose::Feed { store, device } => {
                self.close_entry();
                self.ask_to_bind(store, device, text);
            }
            Purpose::PassPhrase { name, hidden } => {
                self.close_entry();
                let pass = Some(text).filter(|text| !text.is_empty()).map(Secret);
                self.order(Order::Join { name, pass, hidden });
            }
            Purpose::NetworkName => {
                self.ask_for(Purpose::PassPhrase { name: text, hidden: true }, String::new())
            }
            Purpose::Proxy => {
                self.close_entry();
                self.order(Order::Proxy(Secret(text.trim().to_owned())));
            }
        }
    }

    /// What came of the PIN that was typed.
    pub fn pin_tried(&self, answer: PinAnswer) {
        if self.asks_for() != Some(Purpose::Pin) {
            return;
        }
        let (wait, news) = match answer {
            PinAnswer::Right => {
                self.close_entry();
                return self.unlock();
            }
            PinAnswer::Wrong(wait) => (wait, Some(Message::fixed("PIN 不对", "That is not the PIN"))),
            PinAnswer::Wait(wait) => (wait, None),
            PinAnswer::Failed(words) => (Duration::ZERO, Some(words)),
        };
        self.with_typing(|typing| {
            typing.busy = false;
            typing.text.clear();
            typing.news = news;
            typing.wait = (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)) as u32;
        });
        self.say_entry();
        self.count_entry_down();
    }

    /// Says how long is to be waited, until nothing is.
    fn count_entry_down(&self) {
        let entry = self.entry.borrow();
        if entry.typing.as_ref().is_some_and(|typing| typing.wait > 0) {
            self.later(&entry.timer, Duration::from_secs(1), |screen| {
                screen.with_typing(|typing| typing.wait = typing.wait.saturating_sub(1));
                screen.say_entry();
                screen.count_entry_down();
            });
        }
    }

    /// Of a PIN nothing is told before it is tried.
    fn judge(&self, purpose: &Purpose, text: &str) -> Verdict {
        match purpose.field() {
            Some(field) => self.desk().map_or(Verdict::GOOD, |desk| desk.judge(field, text)),
            None if text.is_empty() => Verdict { good: false, words: None },
            None => Verdict::GOOD,
        }
    }

    /// In the page's language.
    pub(super) fn say_entry(&self) {
        let adapter = self.window.global::<Adapter>();
        let entry = self.entry.borrow();
        let Some(typing) = &entry.typing else {
            // What was typed does not stay in memory that is drawn from
            adapter.set_text(SharedString::new());
            adapter.set_wait(0);
            return adapter.set_open(false);
        };
        let lang = self.language();
        let verdict = self.judge(&typing.purpose, &typing.text);
        let hidden = typing.purpose.is_secret() && !typing.shown;
        let shown = if hidden { "•".repeat(typing.text.chars().count()) } else { typing.text.clone() };
        // Nobody is told that nothing is wrong, or is found wrong before the first key
        let words = typing.news.as_ref().or(verdict.words.as_ref().filter(|_| !typing.text.is_empty()));
        adapter.set_title(typing.purpose.title().get(lang).into());
        adapter.set_text(shown.into());
        adapter.set_empty(typing.purpose.hint().get(lang).into());
        adapter.set_verdict(words.map(|words| words.get(lang).into()).unwrap_or_default());
        adapter.set_bad(typing.news.is_some() || !verdict.good && !typing.text.is_empty());
        adapter.set_ready(verdict.good);
        adapter.set_shown(typing.shown);
        adapter.set_busy(typing.busy);
        adapter.set_wait(typing.wait as i32);
        adapter.set_open(true);
    }
}
