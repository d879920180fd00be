//! What a shelf believes of its feed: keys, version, content and time that a pointer is held against.
//!
//! It lies beside the database and outlives it: a shelf whose items were lost still takes nothing
//! older than what it has had, and nothing by a key that was withdrawn. It belongs to the keys and
//! to the shelf's codes, not to the text of an address: see [`TrustFile`].

use super::{
    SyncError,
    time::{Known, Reading},
    trust_file::{Shelf, TrustFile},
};
use crate::{
    clock::BUILT,
    durable,
    feed::{Address, FeedError, HoursJson, KeySet, Pointer, Subject, verify_pointer},
    hours::Hours,
    store::Publication,
};
use std::path::Path;

/// What one shelf believes of the feed at one address.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Trust {
    pub keys: KeySet,
    /// Version, content and hours of the pointer that was believed last
    pub shelf: Shelf,
    pub known: Known,
}

impl Trust {
    /// What is noted in the file, or else what the installer gave and what the catalog in force says
    /// of where it came from. A file that cannot be read is set aside.
    pub fn load(path: &Path, address: &Address, subject: &Subject, kept: Option<&Publication>) -> Self {
        let noted = TrustFile::read(path).unwrap_or_else(|error| {
            let aside = durable::set_aside(path);
            tracing::warn!(%error, ?aside, "what was believed of the feed can't be read");
            None
        });
        let given = Self {
            keys: address.keys().clone(),
            shelf: Shelf::new(subject),
            known: Known { built: BUILT, ..Known::default() },
        };
        match noted {
            None => kept.and_then(|kept| Self::of_kept(kept, subject)).unwrap_or(given),
            Some(noted) => noted.trust(address, subject).unwrap_or(given),
        }
    }

    fn of_kept(kept: &Publication, subject: &Subject) -> Option<Self> {
        let pointer = accepted(kept, subject)?;
        let before = Self {
            keys: kept.keys.parse().ok()?,
            shelf: Shelf::new(subject),
            known: Known { built: BUILT, ..Known::default() },
        };
        // How right the clock was then is not known
        Some(before.after(&pointer, Reading { at: BUILT, is_set: false }))
    }

    /// Verifies what a pointer says of itself against all that is believed.
    pub fn verify(&self, bytes: &[u8], subject: &Subject, now: i64) -> Result<Pointer, FeedError> {
        let pointer = verify_pointer(bytes, &self.keys, subject, now, self.shelf.version)?;
        if let Some(content) = &self.shelf.content {
            pointer.check_same(self.shelf.version, content)?;
        }
        Ok(pointer)
    }

    /// What is believed once a pointer has been verified.
    pub fn after(&self, pointer: &Pointer, clock: Reading) -> Self {
        let hours = match &pointer.settings.hours {
            None => None,
            Some(hours) if Hours::read(hours.value()).is_ok() => Some(hours.clone()),
            // Those in force stay, until there are others that can be read
            Some(_) => self.shelf.hours.clone(),
        };
        Self {
            keys: pointer.keys.clone().unwrap_or_else(|| self.keys.clone()),
            shelf: Shelf {
                version: pointer.version,
                content: Some(pointer.content()),
                hours,
                ..self.shelf.clone()
            },
            known: self.known.after(pointer.issued_at, clock),
        }
    }

    /// Writes it down, beside what is noted of other feeds and shelves.
    pub fn keep(&self, path: &Path, address: &Address) -> Result<(), SyncError> {
        let mut file = TrustFile::read(path).ok().flatten().unwrap_or_default();
        file.note(self, address);
        file.write(path)
    }
}

/// Forgets which times the operator's documents have made believable: somebody at the unit says that
/// it starts afresh. Keys and versions stay.
pub fn forget_time(path: &Path) -> Result<(), SyncError> {
    // One that cannot be read is set aside by whoever follows the feed, and then holds no time
    let Ok(Some(mut file)) = TrustFile::read(path) else { return Ok(()) };
    if file.forget_time() { file.write(path) } else { Ok(()) }
}

/// The times that have passed as far as a shelf knows; reads only.
pub fn known_times(path: &Path, address: &Address, subject: &Subject) -> Known {
    let noted = TrustFile::read(path).ok().flatten();
    let trust = noted.and_then(|noted| noted.trust(address, subject));
    trust.map_or(Known { built: BUILT, ..Known::default() }, |trust| trust.known)
}

/// The last hours of a shelf that could be read, of the feed that a catalog came from; reads only.
pub(super) fn last_hours(path: &Path, keys: &KeySet, subject: &Subject) -> Option<HoursJson> {
    TrustFile::read(path).ok().flatten()?.shelf(keys, subject)?.hours
}

/// The pointer that a catalog came from: it was verified when it was taken, and what has run out
/// since then still holds for what is on the shelf. `None` for another shelf's.
pub fn accepted(kept: &Publication, subject: &Subject) -> Option<Pointer> {
    if kept.subject != subject.to_string() {
        return None;
    }
    let keys: KeySet = kept.keys.parse().ok()?;
    verify_pointer(&kept.pointer, &keys, subject, i64::MIN, 0).ok()
}
