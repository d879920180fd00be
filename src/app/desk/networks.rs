//! The network thread: links, Wi-Fi, proxy. Apart from the other orders because joining a network may take a
//! minute.

use super::{super::ui_thread::to_screen, job::NetworkJob};
use cloud_shelf::{
    network::{Connectivity, Link, LinkState, Nmcli, Security, Trouble, Wifi, gateway, links},
    sync::Handle,
    unit::ThisUnit,
};
use cloud_shelf_core::{
    domain::{Message, text},
    watchdog,
};
use cloud_shelf_screen::{self as ui, Fact, NetworkFacts, NetworkOrder, Secret, Watched};
use std::{
    path::Path,
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::Duration,
};

/// Polling interval while the network page is open.
const LOOK: Duration = Duration::from_secs(3);

pub(super) struct Clerk {
    unit: ThisUnit,
    sync: Handle,
    nmcli: Nmcli,
    watched: Watched,
    facts: NetworkFacts,
}

impl Clerk {
    pub fn new(unit: ThisUnit, sync: Handle) -> Self {
        let (nmcli, watched, facts) = (Nmcli::default(), Watched::Nothing, NetworkFacts::default());
        Self { unit, sync, nmcli, watched, facts }
    }

    pub fn work(mut self, jobs: &Receiver<NetworkJob>) {
        loop {
            let job = if self.watched == Watched::Network {
                match jobs.recv_timeout(LOOK) {
                    Ok(job) => Some(job),
                    Err(RecvTimeoutError::Timeout) => None,
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            } else {
                let Ok(job) = jobs.recv() else { return };
                Some(job)
            };
            let _work = watchdog::begin_work("networks");
            match job {
                Some(NetworkJob::Order(order)) => self.carry_out(order),
                Some(NetworkJob::Watch(watched)) => {
                    self.watched = watched;
                    if watched == Watched::Network {
                        self.look(false);
                    }
                }
                None => self.look(false),
            }
        }
    }

    fn carry_out(&mut self, order: NetworkOrder) {
        match order {
            NetworkOrder::Scan => {
                self.say(Some(Message::fixed("正在搜索……", "Looking…")));
                self.look(true);
            }
            NetworkOrder::Join { name, pass, hidden } => self.join(&name, pass, hidden),
            NetworkOrder::Forget { name } => {
                let shown = text::one_line(&name);
                let words = match self.nmcli.forget(&name) {
                    Ok(()) => Message::new(format!("已忘记“{shown}”"), format!("“{shown}” is forgotten")),
                    Err(trouble) => trouble.message(),
                };
                tell(words);
                self.look(false);
            }
            NetworkOrder::SetProxy(Secret(proxy)) => {
                let words = match self.unit.write_proxy(&proxy) {
                    Ok(()) if proxy.is_empty() => Message::fixed("不再使用代理", "No proxy is used any more"),
                    Ok(()) => Message::fixed("代理已保存", "The proxy is kept"),
                    Err(error) => error.message(),
                };
                tell(words);
                self.sync.look();
                self.look(false);
            }
        }
    }

    fn join(&mut self, name: &str, pass: Option<Secret>, hidden: bool) {
        // The name comes from the access point's owner and may contain control characters
        let shown = text::one_line(name);
        self.say(Some(Message::new(format!("正在连接“{shown}”……"), format!("Joining “{shown}”…"))));
        let joined = self.nmcli.join(name, pass.as_ref().map(|Secret(pass)| pass.as_str()), hidden);
        let name = shown;
        let (title, detail) = match joined {
            Ok(()) => (Message::new(format!("已连接“{name}”"), format!("“{name}” is joined")), None),
            Err(trouble) => {
                tracing::warn!(%trouble, "joining a Wi-Fi network failed");
                (
                    Message::new(format!("没有连上“{name}”"), format!("“{name}” was not joined")),
                    Some(trouble.message()),
                )
            }
        };
        self.say(None);
        to_screen(move |screen| screen.tell(title, detail));
        self.sync.sync_now();
        self.look(false);
    }

    /// Reads the state of the network and sends it to the screen.
    fn look(&mut self, scan: bool) {
        let found = links(Path::new("/"));
        let own = self.unit.load_config().config.network.proxy;
        let kept = self.unit.read_proxy().ok().flatten();
        self.facts = NetworkFacts {
            facts: link_facts(&found, own.as_ref().or(kept.as_ref()).is_some()),
            proxy: kept,
            ..NetworkFacts::default()
        };
        match self.wifis(scan) {
            Ok(wifis) => self.facts.wifis = wifis,
            Err(words) => self.facts.wifi_note = Some(words),
        }
        if let Ok(connectivity) = self.nmcli.connectivity() {
            self.facts.facts.extend(internet(connectivity));
        }
        self.say(None);
    }

    fn wifis(&self, scan: bool) -> Result<Vec<ui::Wifi>, Message> {
        let failed = |trouble: Trouble| trouble.message();
        if !self.nmcli.has_wifi().map_err(failed)? {
            return Err(Message::fixed(
                "这台设备没有 Wi-Fi，请插网线",
                "This unit has no Wi-Fi; use a cable",
            ));
        }
        let known = self.nmcli.known().map_err(failed)?;
        let found = self.nmcli.wifis(scan).map_err(failed)?;
        Ok(found.into_iter().map(|wifi| shown(wifi, &known)).collect())
    }

    fn say(&mut self, busy: Option<Message>) {
        self.facts.busy = busy;
        let facts = self.facts.clone();
        to_screen(move |screen| screen.set_network_facts(facts));
    }
}

fn tell(words: Message) {
    to_screen(move |screen| screen.tell(words, None));
}

fn shown(wifi: Wifi, known: &[String]) -> ui::Wifi {
    let account = wifi.security == Security::Account;
    ui::Wifi {
        bars: wifi.bars(),
        secured: wifi.security != Security::Open,
        known: known.contains(&wifi.name),
        active: wifi.active,
        refused: account.then(|| {
            Message::fixed(
                "这个网络要用个人账号登录（802.1X），不能在这里设置。请向店里要一个用密码的网络，或插网线",
                "This network wants a user's account (802.1X), which can't be set here. Ask for one with a pass phrase, \
                 or use a cable",
            )
        }),
        name: wifi.name,
    }
}

fn internet(connectivity: Connectivity) -> Option<Fact> {
    let (value, bad) = match connectivity {
        Connectivity::Full => (Message::fixed("通", "reached"), false),
        Connectivity::Portal => (
            Message::fixed(
                "要先在网页上登录，这里做不到。请换一个网络",
                "a page wants a login first, which can't be done here; use another network",
            ),
            true,
        ),
        Connectivity::Limited => {
            (Message::fixed("不通，请检查路由器的上网线路", "not reached; check the router's own line"), true)
        }
        Connectivity::None | Connectivity::Unknown => return None,
    };
    Some(Fact { name: Message::fixed("互联网", "Internet"), value, bad })
}

/// Facts on each link, the gateway, and whether a proxy is set. The proxy's address is not shown: it may
/// contain a password.
pub(super) fn link_facts(found: &[Link], proxy: bool) -> Vec<Fact> {
    // One connected link is enough: the others are then no problem
    let connected = found.iter().any(|link| link.state == LinkState::Up);
    let mut facts: Vec<Fact> = found
        .iter()
        .map(|link| Fact {
            name: link.title(),
            value: link.words(),
            bad: link.state == LinkState::NoAddress || link.state == LinkState::Apart && !connected,
        })
        .collect();
    if found.is_empty() {
        let value = Message::fixed("没有找到网卡", "no network hardware is found");
        facts.push(Fact { name: Message::fixed("网卡", "Hardware"), value, bad: true });
    }
    if let Some(gateway) = gateway(Path::new("/")) {
        let value = gateway.to_string();
        let value = Message::new(value.clone(), value);
        facts.push(Fact { name: Message::fixed("网关", "Gateway"), value, bad: false });
    }
    if proxy {
        let value = Message::fixed("已设置", "set");
        facts.push(Fact { name: Message::fixed("代理", "Proxy"), value, bad: false });
    }
    facts
}
