//! What shoppers do, without who they are.
//!
//! An event says that something was done at this shelf and in which quarter of an hour: no person,
//! no session, no text that was typed, no order of steps. So two events cannot be told to be one
//! shopper's, and none can be laid beside a till's receipt or a camera's picture to the minute.

use super::entry::{Kind, Record};
use crate::domain::{ItemId, Lang};

/// Nobody looks at one code for longer; a unit that was left alone with one on the screen may.
const MAX_SECONDS: u32 = 3600;

/// One thing that was done. The list is closed, and so is what each says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody touched the attract page
    Woken,
    /// An item's page was opened
    ItemOpened { item: ItemId },
    /// An item's code has been on the screen for so long; whether it was scanned nobody here knows
    QrShown { item: ItemId, seconds: u32 },
    /// A search found nothing; what was looked for is not kept
    SearchEmpty,
    /// Somebody chose another language
    Language { lang: Lang },
}

/// Why events did not reach the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Loss {
    /// They came faster than they could be taken
    Queue,
    /// They could not be written: no room, or a card that takes no more
    Disk,
    /// The oldest days had to make room
    Ceiling,
    /// The file was damaged
    Damaged,
    /// The operator's server will not have them
    Refused,
}

impl Loss {
    pub const ALL: [Self; 5] = [Self::Queue, Self::Disk, Self::Ceiling, Self::Damaged, Self::Refused];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Disk => "disk",
            Self::Ceiling => "ceiling",
            Self::Damaged => "damaged",
            Self::Refused => "refused",
        }
    }
}

impl From<&Event> for Record {
    fn from(event: &Event) -> Self {
        let (kind, about, amount) = match event {
            Event::Woken => (Kind::Woken, "", 0),
            Event::ItemOpened { item } => (Kind::ItemOpened, item.as_str(), 0),
            Event::QrShown { item, seconds } => (Kind::QrShown, item.as_str(), (*seconds).min(MAX_SECONDS)),
            Event::SearchEmpty => (Kind::SearchEmpty, "", 0),
            Event::Language { lang: Lang::Zh } => (Kind::Language, "zh", 0),
            Event::Language { lang: Lang::En } => (Kind::Language, "en", 0),
        };
        Self { kind, about: about.to_owned(), amount: amount.into() }
    }
}
