//! Typing on the glass: one text at a time, judged with every key, for whatever asks for it.

use super::Pages;
use crate::{
    desk::{Field, Judge, PinAnswer, PinOrder, Secret, Verdict},
    effect::{Alarm, BindingStep, Effect, NetworkStep, Purpose},
};
use cloud_shelf_core::domain::{Message, text};
use cloud_shelf_ui::{Entry as Adapter, Keys};
use slint::SharedString;
use std::time::Duration;

/// No text that is asked for is longer; a feed's address has the keys behind it.
const MAX_CHARS: usize = 400;
/// Wi-Fi's own bound; longer than any PIN.
const MAX_SECRET_CHARS: usize = 64;

const SECOND: Duration = Duration::from_secs(1);

/// What is being typed.
struct Typing {
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
pub struct EntrySheet {
    typing: Option<Typing>,
    judge: Option<Judge>,
}

impl EntrySheet {
    pub fn set_judge(&mut self, judge: Judge) {
        self.judge = Some(judge);
    }

    /// Asks for a text, which begins with what is known of it.
    pub fn ask_for(&mut self, pages: &Pages, purpose: Purpose, text: String) -> Effect {
        let adapter = pages.global::<Adapter>();
        adapter.set_keys(purpose.keys());
        adapter.set_can_switch(purpose.may_have_other_keys());
        adapter.set_secret(purpose.is_secret());
        adapter.set_shift(false);
        adapter.set_symbols(false);
        self.typing = Some(Typing { purpose, text, shown: false, wait: 0, busy: false, news: None });
        self.show(pages);
        Effect::Touched
    }

    pub fn close(&mut self, pages: &Pages) {
        self.typing = None;
        self.show(pages);
    }

    pub fn type_key(&mut self, pages: &Pages, key: &str) -> Vec<Effect> {
        if let Some(typing) = &mut self.typing {
            let most = if typing.purpose.is_secret() { MAX_SECRET_CHARS } else { MAX_CHARS };
            if !typing.busy && typing.text.chars().count() < most {
                typing.text.push_str(key);
                typing.news = None;
            }
        }
        // One capital at a time, as on a phone
        pages.global::<Adapter>().set_shift(false);
        self.show(pages);
        // Whoever types has read it, and on a small panel it is where the text is
        vec![Effect::NewsRead]
    }

    pub fn erase(&mut self, pages: &Pages) -> Vec<Effect> {
        self.edit(pages, |text| {
            text.pop();
        })
    }

    pub fn clear(&mut self, pages: &Pages) -> Vec<Effect> {
        self.edit(pages, String::clear)
    }

    fn edit(&mut self, pages: &Pages, edit: impl FnOnce(&mut String)) -> Vec<Effect> {
        if let Some(typing) = self.typing.as_mut().filter(|typing| !typing.busy) {
            edit(&mut typing.text);
            typing.news = None;
        }
        self.show(pages);
        vec![]
    }

    pub fn toggle_shown(&mut self, pages: &Pages) -> Vec<Effect> {
        if let Some(typing) = &mut self.typing {
            typing.shown = !typing.shown;
        }
        self.show(pages);
        vec![]
    }

    pub fn switch_keys(&self, pages: &Pages) -> Vec<Effect> {
        pages.global::<Adapter>().set_keys(Keys::Full);
        vec![]
    }

    pub fn cancel(&mut self, pages: &Pages) -> Vec<Effect> {
        let was_pin = self.is_asking_for_pin();
        self.close(pages);
        was_pin.then_some(Effect::LeaveService).into_iter().collect()
    }

    /// What was typed goes to whoever asked for it.
    pub fn accept(&mut self, pages: &Pages) -> Vec<Effect> {
        let Some(Typing { purpose, text, .. }) = &self.typing else { return vec![] };
        let (purpose, text) = (purpose.clone(), text.clone());
        if !self.judge(&purpose, &text).good {
            self.show(pages);
            return vec![];
        }
        vec![match purpose {
            Purpose::Pin => {
                if let Some(typing) = &mut self.typing {
                    typing.busy = true;
                }
                self.show(pages);
                Effect::Order(PinOrder::Try(Secret(text)).into())
            }
            Purpose::NewPin => self.ask_for(pages, Purpose::RepeatPin(Secret(text)), String::new()),
            Purpose::RepeatPin(first) if first.0 == text => {
                self.close(pages);
                Effect::Order(PinOrder::Set(first).into())
            }
            Purpose::RepeatPin(_) => {
                let effect = self.ask_for(pages, Purpose::NewPin, String::new());
                if let Some(typing) = &mut self.typing {
                    typing.news = Some(Message::fixed(
                        "两次输入不一样，请重新设置",
                        "The two were not the same; begin again",
                    ));
                }
                self.show(pages);
                effect
            }
            Purpose::Binding(step) => {
                self.close(pages);
                Effect::BindingTyped(step, text)
            }
            Purpose::Network(step) => {
                self.close(pages);
                Effect::NetworkTyped(step, text)
            }
        }]
    }

    /// Whether a PIN is asked for that opens the service page.
    fn is_asking_for_pin(&self) -> bool {
        self.typing.as_ref().is_some_and(|typing| typing.purpose == Purpose::Pin)
    }

    /// Takes what came of the PIN that was typed, if the pad is still there.
    pub fn take_pin_answer(&mut self, pages: &Pages, answer: PinAnswer) -> Vec<Effect> {
        let Some(typing) = self.typing.as_mut().filter(|typing| typing.purpose == Purpose::Pin) else {
            return vec![];
        };
        let (wait, news) = match answer {
            PinAnswer::Right => {
                self.close(pages);
                return vec![Effect::Unlock];
            }
            PinAnswer::Wrong(wait) => (wait, Some(Message::fixed("PIN 不对", "That is not the PIN"))),
            PinAnswer::Wait(wait) => (wait, None),
            PinAnswer::Failed(words) => (Duration::ZERO, Some(words)),
        };
        typing.busy = false;
        typing.text.clear();
        typing.news = news;
        typing.wait = (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)) as u32;
        let waits = typing.wait > 0;
        self.show(pages);
        waits.then_some(Effect::Start(Alarm::PinWait, SECOND)).into_iter().collect()
    }

    /// A second of the wait has passed.
    pub fn count_down(&mut self, pages: &Pages) -> Vec<Effect> {
        let Some(typing) = self.typing.as_mut().filter(|typing| typing.wait > 0) else { return vec![] };
        typing.wait -= 1;
        let waits = typing.wait > 0;
        self.show(pages);
        waits.then_some(Effect::Start(Alarm::PinWait, SECOND)).into_iter().collect()
    }

    /// Judges a text. Of a PIN nothing is told before it is tried.
    fn judge(&self, purpose: &Purpose, text: &str) -> Verdict {
        match purpose.field() {
            Some(field) => self.judge.as_ref().map_or(Verdict::GOOD, |judge| judge.judge(field, text)),
            None if text.is_empty() => Verdict { good: false, words: None },
            None => Verdict::GOOD,
        }
    }

    /// In the page's language.
    pub fn show(&self, pages: &Pages) {
        let adapter = pages.global::<Adapter>();
        let Some(typing) = &self.typing else {
            // What was typed does not stay in memory that is drawn from
            adapter.set_text(SharedString::new());
            adapter.set_wait(0);
            return adapter.set_open(false);
        };
        let lang = pages.language;
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

/// How the sheet asks for a thing.
impl Purpose {
    /// What the desk can judge.
    const fn field(&self) -> Option<Field> {
        match self {
            Self::Pin | Self::RepeatPin(_) => None,
            Self::NewPin => Some(Field::NewPin),
            Self::Binding(BindingStep::Store) => Some(Field::Store),
            Self::Binding(BindingStep::Device { .. }) => Some(Field::Device),
            Self::Binding(BindingStep::Feed { .. }) => Some(Field::Feed),
            Self::Network(NetworkStep::PassPhrase { .. }) => Some(Field::PassPhrase),
            Self::Network(NetworkStep::Name) => Some(Field::NetworkName),
            Self::Network(NetworkStep::Proxy) => Some(Field::Proxy),
        }
    }

    /// Codes are digits as a rule, but not all of them.
    const fn may_have_other_keys(&self) -> bool {
        matches!(self, Self::Binding(BindingStep::Store | BindingStep::Device { .. }))
    }

    const fn is_pin(&self) -> bool {
        matches!(self, Self::Pin | Self::NewPin | Self::RepeatPin(_))
    }

    const fn is_secret(&self) -> bool {
        self.is_pin() || matches!(self, Self::Network(NetworkStep::PassPhrase { .. }))
    }

    const fn keys(&self) -> Keys {
        match self {
            Self::Pin | Self::NewPin | Self::RepeatPin(_) | Self::Binding(BindingStep::Store) => Keys::Digits,
            Self::Binding(BindingStep::Device { .. }) => Keys::Hex,
            Self::Binding(BindingStep::Feed { .. }) | Self::Network(_) => Keys::Full,
        }
    }

    fn title(&self) -> Message {
        match self {
            Self::Pin => Message::fixed("输入 PIN", "PIN"),
            Self::NewPin => Message::fixed("设置新的 PIN", "New PIN"),
            Self::RepeatPin(_) => Message::fixed("再输入一次 PIN", "The PIN once more"),
            Self::Binding(BindingStep::Store) => Message::fixed("门店码（1/3）", "Store code (1 of 3)"),
            Self::Binding(BindingStep::Device { .. }) => {
                Message::fixed("设备码（2/3）", "Device code (2 of 3)")
            }
            Self::Binding(BindingStep::Feed { .. }) => {
                Message::fixed("数据网址（3/3）", "Feed address (3 of 3)")
            }
            Self::Network(NetworkStep::PassPhrase { name, .. }) => {
                let name = text::one_line(name);
                Message::new(format!("“{name}”的密码"), format!("Pass phrase of “{name}”"))
            }
            Self::Network(NetworkStep::Name) => {
                Message::fixed("隐藏网络的名称", "Name of the hidden network")
            }
            Self::Network(NetworkStep::Proxy) => Message::fixed("代理服务器", "Proxy"),
        }
    }

    /// What stands in the field before anything is typed.
    fn hint(&self) -> Message {
        match self {
            Self::Pin | Self::NewPin | Self::RepeatPin(_) => {
                Message::fixed("4 到 12 位数字", "4 to 12 digits")
            }
            Self::Binding(BindingStep::Store) => Message::fixed("通常是 9 位数字", "usually 9 digits"),
            Self::Binding(BindingStep::Device { .. }) => {
                Message::fixed("通常是 10 位（数字和 A–F）", "usually 10 of 0-9 and A-F")
            }
            Self::Binding(BindingStep::Feed { .. }) => {
                Message::fixed("https://……#k=……（没有就留空）", "https://…#k=… (or nothing)")
            }
            Self::Network(NetworkStep::PassPhrase { .. }) => {
                Message::fixed("8 到 63 个字符", "8 to 63 characters")
            }
            Self::Network(NetworkStep::Name) => Message::fixed("大小写要一致", "capitals as they are"),
            Self::Network(NetworkStep::Proxy) => {
                Message::fixed("http://主机:端口（留空为不用）", "http://host:port (or nothing)")
            }
        }
    }
}
