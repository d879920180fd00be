//! A check: its finding and its remedy.

use cloud_shelf_core::domain::Message;

/// The verdict of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Good,
    /// Worth knowing, but the unit keeps selling
    Notice,
    Failed,
    /// Not known on this machine, or not applicable
    Unknown,
}

impl Verdict {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Notice => "notice",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

/// What a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Stable name for machine-read reports
    pub name: &'static str,
    zh: &'static str,
    en: &'static str,
}

impl Topic {
    pub const fn new(name: &'static str, zh: &'static str, en: &'static str) -> Self {
        Self { name, zh, en }
    }

    pub const fn title(&self) -> Message {
        Message::fixed(self.zh, self.en)
    }

    pub(super) const fn good(self, finding: Message) -> Check {
        Check { topic: self, verdict: Verdict::Good, finding, remedy: None }
    }

    pub(super) const fn notice(self, finding: Message, remedy: Message) -> Check {
        Check { topic: self, verdict: Verdict::Notice, finding, remedy: Some(remedy) }
    }

    pub(super) const fn failed(self, finding: Message, remedy: Message) -> Check {
        Check { topic: self, verdict: Verdict::Failed, finding, remedy: Some(remedy) }
    }

    pub(super) const fn unknown(self, finding: Message) -> Check {
        Check { topic: self, verdict: Verdict::Unknown, finding, remedy: None }
    }
}

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub topic: Topic,
    pub verdict: Verdict,
    pub finding: Message,
    /// What to do; `None` if nothing needs to be done
    pub remedy: Option<Message>,
}
