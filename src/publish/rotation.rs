//! From one key to the next, in two steps: a new key cannot introduce itself.

use super::{ClockWord, Feed, PublishError, Written, content::Edition, key};

/// How long shelves are given to learn the new key: 30 days.
pub const SETTLING_S: i64 = 30 * 86_400;

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The key that signs now
    pub signs: String,
    /// The key that will
    pub next: Option<String>,
    /// Unix time (seconds) from which the second step is allowed
    pub finish_from: Option<i64>,
    /// `None` while nothing was published
    pub written: Option<Written>,
}

impl Feed {
    /// The first step: a new key, which every pointer names, signed by the present one.
    pub fn announce_key(&mut self, now: i64) -> Result<Rotated, PublishError> {
        if let Some((_, since)) = &self.state.next {
            return Err(PublishError::Announced { finish_from: since + SETTLING_S });
        }
        self.check_time(now, ClockWord::None)?;
        let next = key::make(&self.dir)?;
        self.state.next = Some((next.kid().to_owned(), now));
        self.state.save(&self.dir)?;
        self.rotated(now)
    }

    /// The second step: the new key signs, and the old one is worth nothing any more.
    pub fn finish_rotation(&mut self, now: i64, force: bool) -> Result<Rotated, PublishError> {
        let (next, since) = self.state.next.clone().ok_or(PublishError::NotAnnounced)?;
        let finish_from = since + SETTLING_S;
        // Shelves learn the key from a pointer: while nothing was published none has to
        let published = Edition::last(&self.dir, &self.state)?.is_some();
        if published && now < finish_from && !force {
            return Err(PublishError::TooSoon { finish_from });
        }
        self.check_time(now, ClockWord::None)?;
        self.state.retired = Some(key::load(&self.dir, &self.state.signs)?.public());
        self.state.signs = next;
        self.state.next = None;
        self.state.save(&self.dir)?;
        self.rotated(now)
    }

    fn rotated(&mut self, now: i64) -> Result<Rotated, PublishError> {
        let written = match self.renew(now) {
            Err(PublishError::Nothing) => None,
            other => Some(other?),
        };
        let next = self.state.next.clone();
        Ok(Rotated {
            signs: self.state.signs.clone(),
            finish_from: next.as_ref().map(|(_, since)| since + SETTLING_S),
            next: next.map(|(kid, _)| kid),
            written,
        })
    }
}
