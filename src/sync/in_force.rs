//! Age and expiry of the current catalog, from its signed pointer.

use super::{Feed, accepted, known_times, time::Reading};
use crate::store::Publication;
use cloud_shelf_core::{clock::Clock, paths::Paths};

/// The signed pointer that the current catalog came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InForce {
    /// The operator's version number
    pub version: u64,
    /// Unix time (seconds) of signing
    pub signed_at: i64,
    /// Unix time (seconds) of expiry
    pub expires_at: i64,
    /// Whether the pointer has expired by the trusted clock
    pub expired: bool,
}

impl InForce {
    /// Judges the pointer that the current catalog of a unit came from; `None` if it is not this feed's for this
    /// unit. Writes nothing.
    pub fn of(kept: &Publication, paths: &Paths, feed: &Feed, clock: &dyn Clock) -> Option<Self> {
        let pointer = accepted(kept, &feed.subject)?;
        let known = known_times(&paths.feed_trust(), &feed.address, &feed.subject);
        Some(Self {
            version: pointer.version,
            signed_at: pointer.issued_at,
            expires_at: pointer.expires_at,
            expired: pointer.expires_at <= known.now(Reading::of(clock)),
        })
    }
}
