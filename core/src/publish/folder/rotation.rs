//! Key rotation, in two steps, because a new key cannot introduce itself.

use super::{FeedFolder, WriteOutcome, keys, last};
use crate::publish::{ClockConfirmation, PublishError};

/// Time that units get to learn the new key: 30 days.
pub const KEY_SETTLING_S: i64 = 30 * 86_400;

/// Outcome of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RotationOutcome {
    /// Id of the key that signs now
    pub signs: String,
    /// Id of the key that will sign
    pub next: Option<String>,
    /// Unix time (seconds) from which the second step is permitted
    pub finish_from: Option<i64>,
    /// `None` if nothing is published yet
    pub written: Option<WriteOutcome>,
}

impl FeedFolder {
    /// First step: creates a key and announces it in every pointer, signed by the present key.
    pub fn announce_key(&mut self, now: i64) -> Result<RotationOutcome, PublishError> {
        if let Some((_, since)) = &self.state.next {
            return Err(PublishError::AlreadyAnnounced { finish_from: since + KEY_SETTLING_S });
        }
        self.check_time(now, ClockConfirmation::None)?;
        let next = keys::create(&self.dir)?;
        self.state.next = Some((next.kid().to_owned(), now));
        self.state.save(&self.dir)?;
        self.rotated(now)
    }

    /// Second step: signs with the new key, and withdraws trust from the old one.
    pub fn finish_rotation(&mut self, now: i64, force: bool) -> Result<RotationOutcome, PublishError> {
        let (next, since) = self.state.next.clone().ok_or(PublishError::NotAnnounced)?;
        let finish_from = since + KEY_SETTLING_S;
        // Units learn the key from a pointer: before the first edition none has to
        let published = last::read(&self.dir, &self.state)?.is_some();
        if published && now < finish_from && !force {
            return Err(PublishError::TooSoon { finish_from });
        }
        self.check_time(now, ClockConfirmation::None)?;
        self.state.retired = Some(keys::load(&self.dir, &self.state.signs)?.public());
        self.state.signs = next;
        self.state.next = None;
        self.state.save(&self.dir)?;
        self.rotated(now)
    }

    fn rotated(&mut self, now: i64) -> Result<RotationOutcome, PublishError> {
        let written = match self.renew(now) {
            Err(PublishError::NothingPublished) => None,
            other => Some(other?),
        };
        let next = self.state.next.clone();
        Ok(RotationOutcome {
            signs: self.state.signs.clone(),
            finish_from: next.as_ref().map(|(_, since)| since + KEY_SETTLING_S),
            next: next.map(|(kid, _)| kid),
            written,
        })
    }
}
