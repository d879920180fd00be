//! The network, as staff see it: how it stands, and which Wi-Fi is to be used.

use super::Pages;
use crate::{
    desk::{NetworkFacts, NetworkOrder, Secret, Watched, Wifi},
    effect::{Effect, NetworkStep, Purpose, Question},
    glyphs::drawable,
};
use cloud_shelf_core::domain::{Lang, Message, text};
use cloud_shelf_ui::{Network as Adapter, NetworkFact, WifiView};
use slint::{ModelRc, VecModel};

#[derive(Default)]
pub struct NetworkSheet {
    facts: NetworkFacts,
}

impl NetworkSheet {
    pub fn open(&self, pages: &Pages) -> Vec<Effect> {
        self.show(pages);
        pages.global::<Adapter>().set_open(true);
        vec![Effect::Watch(Watched::Network), Effect::Order(NetworkOrder::Scan.into()), Effect::Touched]
    }

    pub fn close(&self, pages: &Pages) {
        pages.global::<Adapter>().set_open(false);
    }

    /// Staff close the sheet.
    pub fn leave(&self, pages: &Pages) -> Vec<Effect> {
        self.close(pages);
        vec![Effect::SheetClosed]
    }

    pub fn scan(&self) -> Vec<Effect> {
        vec![Effect::Order(NetworkOrder::Scan.into())]
    }

    /// Joins a network. One that is known, or open to all, is joined at once; else the pass phrase is
    /// asked for.
    pub fn join(&self, place: i32) -> Vec<Effect> {
        let Some(wifi) = self.wifi_at(place) else { return vec![] };
        if let Some(words) = &wifi.refused {
            return vec![Effect::Tell(words.clone())];
        }
        if wifi.active {
            return vec![];
        }
        let name = wifi.name.clone();
        if wifi.secured && !wifi.known {
            let step = NetworkStep::PassPhrase { name, hidden: false };
            return vec![Effect::AskFor(Purpose::Network(step), String::new())];
        }
        vec![Effect::Order(NetworkOrder::Join { name, pass: None, hidden: false }.into())]
    }

    pub fn forget(&self, place: i32) -> Vec<Effect> {
        self.wifi_at(place).map(|wifi| Effect::Ask(ask_to_forget(wifi.name.clone()))).into_iter().collect()
    }

    /// The network at a place of the list, as the page tells it.
    fn wifi_at(&self, place: i32) -> Option<&Wifi> {
        self.facts.wifis.get(usize::try_from(place).ok()?)
    }

    /// A hidden network has to be named.
    pub fn join_hidden(&self) -> Vec<Effect> {
        vec![Effect::AskFor(Purpose::Network(NetworkStep::Name), String::new())]
    }

    pub fn change_proxy(&self) -> Vec<Effect> {
        let known = self.facts.proxy.clone().unwrap_or_default();
        vec![Effect::AskFor(Purpose::Network(NetworkStep::Proxy), known)]
    }

    /// Takes what was typed.
    pub fn take_typed(&self, step: NetworkStep, text: String) -> Vec<Effect> {
        match step {
            NetworkStep::Name => {
                let step = NetworkStep::PassPhrase { name: text, hidden: true };
                vec![Effect::AskFor(Purpose::Network(step), String::new())]
            }
            NetworkStep::PassPhrase { name, hidden } => {
                let pass = Some(text).filter(|text| !text.is_empty()).map(Secret);
                vec![Effect::Order(NetworkOrder::Join { name, pass, hidden }.into())]
            }
            NetworkStep::Proxy => {
                vec![Effect::Order(NetworkOrder::SetProxy(Secret(text.trim().to_owned())).into())]
            }
        }
    }

    pub fn set_facts(&mut self, pages: &Pages, facts: NetworkFacts) {
        if self.facts != facts {
            self.facts = facts;
            self.show(pages);
        }
    }

    /// In the page's language.
    pub fn show(&self, pages: &Pages) {
        let lang = pages.language;
        let facts = &self.facts;
        let adapter = pages.global::<Adapter>();
        let rows = facts.facts.iter().map(|fact| NetworkFact {
            name: fact.name.get(lang).into(),
            value: fact.value.get(lang).into(),
            bad: fact.bad,
        });
        adapter.set_facts(ModelRc::new(VecModel::from_iter(rows)));
        let wifis = facts.wifis.iter().map(|wifi| WifiView {
            // Whoever owns an access point may name it as they like
            name: drawable(&text::one_line(&wifi.name)).as_ref().into(),
            note: describe(wifi, lang).into(),
            bars: wifi.bars.into(),
            secured: wifi.secured,
            known: wifi.known,
            active: wifi.active,
        });
        adapter.set_wifis(ModelRc::new(VecModel::from_iter(wifis)));
        adapter.set_has_wifi(facts.wifi_note.is_none());
        adapter
            .set_wifi_note(facts.wifi_note.as_ref().map(|words| words.get(lang).into()).unwrap_or_default());
        adapter.set_busy(facts.busy.is_some());
        adapter.set_busy_with(facts.busy.as_ref().map(|words| words.get(lang).into()).unwrap_or_default());
    }
}

fn describe(wifi: &Wifi, lang: Lang) -> String {
    let words = match wifi {
        Wifi { active: true, .. } => Message::fixed("已连接", "connected"),
        Wifi { refused: Some(_), .. } => Message::fixed("不能在这里连接", "can't be joined from here"),
        Wifi { known: true, .. } => Message::fixed("已保存", "saved"),
        Wifi { secured: true, .. } => Message::fixed("需要密码", "needs a pass phrase"),
        Wifi { .. } => Message::fixed("无密码", "open to all"),
    };
    words.get(lang).to_owned()
}

fn ask_to_forget(name: String) -> Question {
    let shown = text::one_line(&name);
    Question {
        title: Message::new(format!("忘记“{shown}”？"), format!("Forget “{shown}”?")),
        detail: Message::fixed(
            "密码会从这台设备删除。如果正在使用这个网络，会断开。",
            "Its pass phrase is deleted from this unit. If it is in use now, the connection ends.",
        ),
        yes: Message::fixed("忘记", "Forget"),
        then: NetworkOrder::Forget { name }.into(),
        otherwise: None,
        seconds: 0,
    }
}
