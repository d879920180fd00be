//! What shoppers do, without who they are.
//!
//! An event says what was done at this unit, in which quarter of an hour. It has no person, no
//! session, no typed text and no order of steps. So two events cannot be attributed to one shopper,
//! and no event can be matched to a till receipt or a camera picture by the minute.

use crate::domain::{ItemId, Lang};

/// One thing that a shopper did. The list of kinds is closed, and so are their fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A touch woke the attract page
    Woken,
    /// An item's page was opened
    ItemOpened { item: ItemId },
    /// An item's code was on the screen for this time; whether it was scanned is not known here
    QrShown { item: ItemId, seconds: u32 },
    /// A search found nothing; the search text is not stored
    SearchEmpty,
    /// Somebody switched to another language
    Language { lang: Lang },
}

/// Why events did not reach the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LossReason {
    /// The queue was full
    Queue,
    /// They could not be written: disk full, or an SD card that takes no more writes
    Disk,
    /// The oldest days were dropped at the outbox's size limit
    Ceiling,
    /// The outbox file was damaged
    Damaged,
    /// The operator's server refused them for good
    Refused,
}

impl LossReason {
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
