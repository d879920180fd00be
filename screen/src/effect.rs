//! What a page answers to a touch or to news. Only `navigation` applies effects.

use crate::{
    desk::{Order, Secret, Watched},
    listing::Listed,
    theme::Aid,
};
use cloud_shelf_core::domain::Message;
use cloud_shelf_ui::ServiceView;
use std::time::Duration;

/// What a page wants done that is not its own to do.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "an effect lives for the length of one call")]
pub enum Effect {
    /// Counts as a touch: nobody is taken to have left
    Touched,
    /// A finger has woken the attract page, or leaves the fault card
    Wake,
    /// To the page from which this one was opened
    GoBack,
    /// To the top of the shelf page
    GoHome,
    OpenSearch,
    /// A finger asks for an item's page
    OpenItem(Listed),
    /// To the shelf page, with this category chosen; negative for all items
    OpenCategory(i32),
    /// A finger has found the hidden door
    Knock,
    /// Staff have shown who they are
    Unlock,
    OpenSetup,
    /// Staff go
    LeaveService,
    /// The touch test or the colour test
    OpenPanelTest(ServiceView),
    OpenNetwork,
    /// A sheet was closed: the page below it is in sight
    SheetClosed,

    /// Has somebody type, beginning with this text
    AskFor(Purpose, String),
    /// What was typed for the binding
    BindingTyped(BindingStep, String),
    /// What was typed for the network
    NetworkTyped(NetworkStep, String),
    Ask(Question),
    Tell(Message),
    /// Whoever is there has read the news
    NewsRead,

    Order(Order),
    /// What the desk is to tell anew, as long as it is in sight
    Watch(Watched),

    /// The page in sight may need other pictures
    PicturesDue,
    /// The same, and does not need some that were asked for
    Scrolled,
    /// The query has changed
    SearchAgain,
    /// A query that had found nothing has been left
    SearchMissed,
    ChooseNextLanguage,
    ToggleAid(Aid),
    /// What stays on the screen moves by a pixel
    Drift,
    /// The window, or what is on it, has another size
    Resized,

    /// Rings after a while, unless it is set again or stopped
    Start(Alarm, Duration),
    Stop(Alarm),
}

/// What a page waits for. There is one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Alarm {
    /// Somebody may have left
    Idle,
    /// The attract page's next item
    Slide,
    /// An item comes or goes
    Listing,
    Drift,
    /// The panel goes dark
    PanelOff,
    /// The shop opens or closes
    Hours,
    /// The hours on the closed page are hidden
    HoursShown,
    /// A banner goes by itself
    Banner,
    /// A second of the time until the next try of a PIN
    PinWait,
    /// A second of the time until an answer is no
    Question,
}

/// Something that is done once it was confirmed.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub title: Message,
    pub detail: Message,
    pub yes: Message,
    pub then: Order,
    /// What is done if nobody answers, or the answer is no
    pub otherwise: Option<Order>,
    /// Seconds until the answer is no by itself; 0 if it waits
    pub seconds: u32,
}

/// What is typed, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Opens the service page
    Pin,
    NewPin,
    RepeatPin(Secret),
    Binding(BindingStep),
    Network(NetworkStep),
}

/// What is typed to bind a unit, with what was typed before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BindingStep {
    Store,
    Device { store: String },
    Feed { store: String, device: String },
}

/// What is typed for the network, with what was typed before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkStep {
    Name,
    PassPhrase { name: String, hidden: bool },
    Proxy,
}
