//! How old what a shelf shows is, by what the operator has signed.

use super::{Feed, accepted, known_times, time::Reading, trust::publication};
use crate::{clock::Clock, paths::Paths};

/// The signed pointer that the catalog on a shelf came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InForce {
    /// As the operator numbered it
    pub version: u64,
    /// Unix time (seconds) of signing
    pub signed_at: i64,
    /// From this Unix time (seconds) on the operator no longer stands by it
    pub expires_at: i64,
    /// Whether that time has come, as far as the shelf knows the time
    pub expired: bool,
}

impl InForce {
    /// Of the shelf that follows a feed; `None` where its catalog came from no feed, or from
    /// another shelf's. Reads only.
    pub fn of(paths: &Paths, feed: &Feed, clock: &dyn Clock) -> Option<Self> {
        let kept = publication(paths).ok().flatten()?;
        let pointer = accepted(&kept, &feed.subject)?;
        let known = known_times(&paths.feed_trust(), &feed.address, &feed.subject);
        Some(Self {
            version: pointer.version,
            signed_at: pointer.issued_at,
            expires_at: pointer.expires_at,
            expired: pointer.expires_at <= known.now(Reading::of(clock)),
        })
    }
}
