//! The network, as staff see it: how it stands, and which Wi-Fi is to be used.

use super::{
    ask::Question,
    desk::{NetworkFacts, Order, Watched},
    entry::Purpose,
    glyphs::drawable,
    screen::Screen,
};
use cloud_shelf_core::domain::{Lang, Message, text};
use cloud_shelf_ui::{Network as Adapter, NetworkFact, Page, WifiView};
use slint::{ComponentHandle, ModelRc, VecModel};
use std::{cell::RefCell, rc::Rc};

#[derive(Default)]
pub(super) struct NetworkSheet {
    facts: RefCell<NetworkFacts>,
}

impl Screen {
    pub(super) fn connect_network(self: &Rc<Self>) {
        let act = |action| self.handler(action);
        let act_on = |action: fn(&Self, usize)| {
            let act = self.handler_of(action);
            move |place: i32| act(place.max(0) as usize)
        };
        let adapter = self.window.global::<Adapter>();
        adapter.on_close(act(|screen| {
            screen.close_network();
            let watched = if screen.page() == Page::Setup { Watched::Setup } else { Watched::Service };
            screen.watch_for(watched);
        }));
        adapter.on_scan(act(|screen| screen.order(Order::Networks { scan: true })));
        adapter.on_join(act_on(Self::join));
        adapter.on_forget(act_on(|screen, place| {
            let wifi = screen.network.facts.borrow().wifis.get(place).cloned();
            wifi.into_iter().for_each(|wifi| screen.ask(forgetting(wifi.name)));
        }));
        adapter.on_hidden(act(|screen| screen.ask_for(Purpose::NetworkName, String::new())));
        adapter.on_proxy(act(|screen| {
            let proxy = screen.network.facts.borrow().proxy.clone();
            screen.ask_for(Purpose::Proxy, proxy.unwrap_or_default());
        }));
    }

    pub(super) fn open_network(&self) {
        self.say_network();
        self.window.global::<Adapter>().set_open(true);
        self.watch_for(Watched::Network);
        self.order(Order::Networks { scan: true });
        self.touched();
    }

    pub(super) fn close_network(&self) {
        self.window.global::<Adapter>().set_open(false);
    }

    /// One that is known, or open to all, is joined at once; else the pass phrase is asked for.
    fn join(&self, place: usize) {
        let Some(wifi) = self.network.facts.borrow().wifis.get(place).cloned() else { return };
        if let Some(words) = wifi.refused {
            return self.tell(words, None);
        }
        if wifi.active {
            return;
        }
        if wifi.secured && !wifi.known {
            return self.ask_for(Purpose::PassPhrase { name: wifi.name, hidden: false }, String::new());
        }
        self.order(Order::Join { name: wifi.name, pass: None, hidden: false });
    }

    pub fn set_network_facts(&self, facts: NetworkFacts) {
        if self.network.facts.replace(facts.clone()) != facts {
            self.say_network();
        }
    }

    /// In the page's language.
    pub(super) fn say_network(&self) {
        let lang = self.language();
        let facts = self.network.facts.borrow();
        let adapter = self.window.global::<Adapter>();
        let rows = facts.facts.iter().map(|fact| NetworkFact {
            name: fact.name.get(lang).into(),
            value: fact.value.get(lang).into(),
            bad: fact.bad,
        });
        adapter.set_facts(ModelRc::new(VecModel::from_iter(rows)));
        let wifis = facts.wifis.iter().map(|wifi| WifiView {
            // Whoever owns an access point may name it as they like
            name: drawable(&text::one_line(&wifi.name)).as_ref().into(),
            note: note(wifi, lang).into(),
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

fn note(wifi: &super::Wifi, lang: Lang) -> String {
    let words = match wifi {
        super::Wifi { active: true, .. } => Message::fixed("已连接", "connected"),
        super::Wifi { refused: Some(_), .. } => Message::fixed("不能在这里连接", "can't be joined from here"),
        super::Wifi { known: true, .. } => Message::fixed("已保存", "saved"),
        super::Wifi { secured: true, .. } => Message::fixed("需要密码", "needs a pass phrase"),
        super::Wifi { .. } => Message::fixed("无密码", "open to all"),
    };
    words.get(lang).to_owned()
}

fn forgetting(name: String) -> Question {
    let shown = text::one_line(&name);
    Question {
        title: Message::new(format!("忘记“{shown}”？"), format!("Forget “{shown}”?")),
        detail: Message::fixed(
            "密码会从这台设备删除。如果正在使用这个网络，会断开。",
            "Its pass phrase is deleted from this unit. If it is in use now, the connection ends.",
        ),
        yes: Message::fixed("忘记", "Forget"),
        then: Order::Forget { name },
        otherwise: None,
        seconds: 0,
    }
}
