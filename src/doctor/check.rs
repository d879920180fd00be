//! One thing that was looked at: what was found, and what to do.

use crate::domain::Message;

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Good,
    /// Worth knowing; the unit sells all the same
    Notice,
    Failed,
    /// This machine can't tell, or it does not apply to it
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

/// What can be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Topic {
    /// A short name for reports that programs read; it stays
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

/// A topic, looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub topic: Topic,
    pub verdict: Verdict,
    pub finding: Message,
    /// What to do, wherever there is something to do
    pub remedy: Option<Message>,
}
