//! What the pages for installers and staff ask of the rest of the program, and what they are told.

use cloud_shelf_core::domain::Message;
use std::{fmt, rc::Rc, time::Duration};

/// Carries out what is asked, away from the UI thread: every call returns at once. What comes of an
/// order comes back through [`Screen`](crate::Screen).
pub trait Desk {
    /// Judges what is being typed; pure.
    fn judge(&self, field: Field, text: &str) -> Verdict;
    fn order(&self, order: Order);
}

/// The desk as pages have it that judge what is typed. It takes no orders: those are effects.
#[derive(Clone)]
pub struct Judge(Rc<dyn Desk>);

impl Judge {
    pub fn new(desk: Rc<dyn Desk>) -> Self {
        Self(desk)
    }

    pub fn judge(&self, field: Field, text: &str) -> Verdict {
        self.0.judge(field, text)
    }
}

/// A thing that is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Store,
    Device,
    Feed,
    Proxy,
    NewPin,
    NetworkName,
    PassPhrase,
}

/// What is right or wrong with what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// It can be taken
    pub good: bool,
    /// What to type instead, or what to look at twice
    pub words: Option<Message>,
}

impl Verdict {
    pub const GOOD: Self = Self { good: true, words: None };

    pub fn bad(words: Message) -> Self {
        Self { good: false, words: Some(words) }
    }
}

/// A text that is shown to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Something that the desk is to do, by who carries it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Everybody: what is in sight, and is to be told anew while it is
    Watch(Watched),
    Pin(PinOrder),
    Unit(UnitOrder),
    Panel(PanelOrder),
    Network(NetworkOrder),
}

/// What is done with the PIN of the service page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PinOrder {
    Try(Secret),
    Set(Secret),
}

/// What is done with the unit and its program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitOrder {
    /// `feed` stays as it is where it is `None`
    Bind {
        store: String,
        device: String,
        feed: Option<String>,
    },
    Unbind,
    Sync,
    ReadLog,
    RestartProgram,
    RestartUnit,
}

/// What is done with the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanelOrder {
    /// Degrees, clockwise
    Rotate(u16),
    /// Per cent
    Brighten(u8),
}

/// What is done with the network; may take a minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkOrder {
    /// Tells how the network is, after looking for Wi-Fi anew
    Scan,
    Join {
        name: String,
        pass: Option<Secret>,
        hidden: bool,
    },
    Forget {
        name: String,
    },
    /// Empty for none
    SetProxy(Secret),
}

impl From<PinOrder> for Order {
    fn from(order: PinOrder) -> Self {
        Self::Pin(order)
    }
}

impl From<UnitOrder> for Order {
    fn from(order: UnitOrder) -> Self {
        Self::Unit(order)
    }
}

impl From<PanelOrder> for Order {
    fn from(order: PanelOrder) -> Self {
        Self::Panel(order)
    }
}

impl From<NetworkOrder> for Order {
    fn from(order: NetworkOrder) -> Self {
        Self::Network(order)
    }
}

/// What an installer looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Watched {
    #[default]
    Nothing,
    Setup,
    Service,
    Network,
}

/// What came of trying a PIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PinAnswer {
    Right,
    /// Wrong, and what has to be waited until the next try
    Wrong(Duration),
    /// It is too early by so much
    Wait(Duration),
    /// It could not be tried
    Failed(Message),
}

/// A group of facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactGroup {
    pub title: Message,
    pub facts: Vec<Fact>,
}

/// How something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub name: Message,
    pub value: Message,
    /// Somebody should look at this
    pub bad: bool,
}

/// How the unit is set up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetupFacts {
    pub network: Option<Message>,
    pub connected: bool,
    /// Where the items come from, or why none come
    pub supply: Option<Message>,
    pub has_feed: bool,
    /// Of the binding, to change them
    pub codes: Option<(String, String)>,
    pub feed: Option<String>,
}

/// How the network is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkFacts {
    pub facts: Vec<Fact>,
    pub wifis: Vec<Wifi>,
    /// Why no Wi-Fi can be set from here
    pub wifi_note: Option<Message>,
    /// What is going on
    pub busy: Option<Message>,
    pub proxy: Option<String>,
}

/// A Wi-Fi network in reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wifi {
    pub name: String,
    /// 0 to 4
    pub bars: u8,
    pub secured: bool,
    /// This unit knows how to join it
    pub known: bool,
    pub active: bool,
    /// Why it can't be joined from here
    pub refused: Option<Message>,
}

/// How the panel is set up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PanelFacts {
    /// Degrees, clockwise
    pub rotation: Option<u16>,
    /// Per cent
    pub brightness: Option<u8>,
}
