//! What a unit trusts of its feed: the keys, version, content and time that a pointer is checked
//! against.
//!
//! This state lies beside the database and outlives it: a unit that has lost its items still
//! accepts no older version, and nothing signed by a withdrawn key. It belongs to the keys and to
//! the unit's codes, not to the text of an address: see [`TrustFile`].

use super::{
    Feed, SyncError, TrustedClock,
    time::{Known, Reading},
    trust_file::{Shelf, TrustFile},
};
use crate::store::{Publication, Store, StoreError};
use cloud_shelf_core::{
    clock::{BUILD_TIME, Clock},
    durable,
    feed::{FeedAddress, FeedError, HoursJson, KeySet, Pointer, Subject, verify_pointer},
    hours::Hours,
    paths::Paths,
    plain_file,
};
use std::{io, path::Path};

pub(super) use super::trust_file::Trust;

impl Trust {
    /// Loads the trust from the file; without a record, from the keys in the address and from the
    /// current catalog's pointer. A damaged file is set aside. A file that can't be read at the moment
    /// is an error, since nothing may be accepted without it.
    pub fn load(
        path: &Path,
        address: &FeedAddress,
        subject: &Subject,
        kept: Option<&Publication>,
    ) -> Result<Self, SyncError> {
        let noted = match TrustFile::read(path) {
            Ok(noted) => noted,
            Err(error) if is_damage(&error) => {
                let aside = durable::set_aside(path);
                tracing::warn!(%error, ?aside, "the feed's trust file is damaged");
                None
            }
            Err(cause) => return Err(SyncError::Unreadable { path: path.into(), cause: cause.into() }),
        };
        let given = Self {
            keys: address.keys().clone(),
            shelf: Shelf::new(subject),
            known: Known { built: BUILD_TIME, ..Known::default() },
        };
        Ok(match noted {
            None => kept.and_then(|kept| Self::of_kept(kept, subject)).unwrap_or(given),
            Some(noted) => noted.trust(address, subject).unwrap_or(given),
        })
    }

    fn of_kept(kept: &Publication, subject: &Subject) -> Option<Self> {
        let pointer = accepted(kept, subject)?;
        let before = Self {
            keys: kept.keys.parse().ok()?,
            shelf: Shelf::new(subject),
            known: Known { built: BUILD_TIME, ..Known::default() },
        };
        // How right the clock was then is not known
        Some(before.after(&pointer, Reading { at: BUILD_TIME, is_set: false }))
    }

    /// Verifies a pointer against everything that is trusted.
    pub fn verify(&self, bytes: &[u8], subject: &Subject, now: i64) -> Result<Pointer, FeedError> {
        let pointer = verify_pointer(bytes, &self.keys, subject, now, self.shelf.version)?;
        if let Some(content) = &self.shelf.content {
            pointer.check_unchanged(self.shelf.version, content)?;
        }
        Ok(pointer)
    }

    /// Returns the trust after a pointer has been verified.
    pub fn after(&self, pointer: &Pointer, clock: Reading) -> Self {
        let hours = match &pointer.settings.hours {
            None => None,
            Some(hours) if Hours::from_json(hours.value()).is_ok() => Some(hours.clone()),
            // The current hours stay until there are new ones that can be read
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

    /// Writes the trust to the file, beside that of other feeds and units.
    pub fn keep(&self, path: &Path, address: &FeedAddress) -> Result<(), SyncError> {
        let mut file = match TrustFile::read(path) {
            Ok(noted) => noted.unwrap_or_default(),
            Err(error) if is_damage(&error) => TrustFile::default(),
            Err(cause) => return Err(SyncError::Unreadable { path: path.into(), cause: cause.into() }),
        };
        file.note(self, address);
        file.write(path)
    }

    /// Verifies a pointer again and records that it is accepted. The caller holds the store open for
    /// writing: while the pointer was being fetched, another program may have accepted a newer one.
    pub fn believe(
        paths: &Paths,
        feed: &Feed,
        kept: Option<&Publication>,
        pointer: &[u8],
        clock: &TrustedClock,
    ) -> Result<Believed, SyncError> {
        let path = paths.feed_trust();
        let before = Self::load(&path, &feed.address, &feed.subject, kept)?;
        let before = Self { known: before.known.revised(clock.reading()), ..before };
        clock.set_known(before.known);
        let pointer = before.verify(pointer, &feed.subject, clock.now())?;
        let after = before.after(&pointer, clock.reading());
        if after != before {
            after.keep(&path, &feed.address)?;
        }
        clock.set_known(after.known);
        Ok(Believed { keys: before.keys, trust: after, pointer })
    }
}

/// A pointer that was verified and recorded as accepted.
pub(super) struct Believed {
    pub pointer: Pointer,
    /// The keys that verified it
    pub keys: KeySet,
    /// The trust from now on
    pub trust: Trust,
}

/// Whether the error means a damaged file, not one that can't be read at the moment.
fn is_damage(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
        || plain_file::find_not_plain(error).is_some()
}

/// Forgets the times learned from signed documents: a person at the unit starts afresh. Keys and
/// versions stay.
pub fn forget_time(path: &Path) -> Result<(), SyncError> {
    // A file that can't be read is set aside by the follower, and then has no times
    let Ok(Some(mut file)) = TrustFile::read(path) else { return Ok(()) };
    if file.forget_time() { file.write(path) } else { Ok(()) }
}

/// Trusts the keys of a feed to which an installer has bound the unit, wherever the current catalog came
/// from. What is already recorded of these keys stays, with its version floor. If the trust file is lost,
/// also records anew what the current catalog says of its own feed.
pub fn trust_address(paths: &Paths, feed: &Feed) -> Result<(), SyncError> {
    let Feed { address, subject } = feed;
    let (path, kept) = (paths.feed_trust(), publication(paths)?);
    let noted = match TrustFile::read(&path) {
        Ok(noted) => noted,
        Err(error) if is_damage(&error) => None,
        Err(cause) => return Err(SyncError::Unreadable { path, cause: cause.into() }),
    };
    if noted.is_none() && kept.is_none() {
        // Nothing is recorded that could contradict the address
        return Ok(());
    }
    let mut file = noted.unwrap_or_else(|| {
        let mut file = TrustFile::default();
        if let Some(trust) = kept.as_ref().and_then(|kept| Trust::of_kept(kept, subject)) {
            file.note_given(&trust, &trust.keys);
        }
        file
    });
    if file.trust(address, subject).is_some() {
        return Ok(());
    }
    let known = Known { built: BUILD_TIME, ..Known::default() };
    let given = Trust { keys: address.keys().clone(), shelf: Shelf::new(subject), known };
    file.note(&given, address);
    file.write(&path)
}

/// Returns the times that are known to have passed. Writes nothing.
pub fn known_times(path: &Path, address: &FeedAddress, subject: &Subject) -> Known {
    let noted = TrustFile::read(path).ok().flatten();
    let trust = noted.and_then(|noted| noted.trust(address, subject));
    trust.map_or(Known { built: BUILD_TIME, ..Known::default() }, |trust| trust.known)
}

/// Returns the last readable opening hours from the feed of a catalog. Writes nothing.
pub(super) fn last_hours(path: &Path, keys: &KeySet, subject: &Subject) -> Option<HoursJson> {
    TrustFile::read(path).ok().flatten()?.shelf(keys, subject)?.hours
}

/// Returns the pointer that a catalog came from; `None` if it is another unit's. The pointer was
/// verified when it was accepted, and stays valid for the catalog on the screen after it expires.
pub fn accepted(kept: &Publication, subject: &Subject) -> Option<Pointer> {
    if kept.subject != subject.to_string() {
        return None;
    }
    let keys: KeySet = kept.keys.parse().ok()?;
    verify_pointer(&kept.pointer, &keys, subject, i64::MIN, 0).ok()
}

/// Whether the current pointer says the same and was signed no earlier.
pub(super) fn is_later(kept: &Publication, pointer: &Pointer, subject: &Subject) -> bool {
    accepted(kept, subject).is_some_and(|kept| {
        kept.version == pointer.version
            && kept.content() == pointer.content()
            && kept.issued_at >= pointer.issued_at
    })
}

/// Returns where the current catalog came from; `None` if the database is damaged or of a newer
/// program version. The writer reports that when it opens the database.
pub(super) fn publication(paths: &Paths) -> Result<Option<Publication>, SyncError> {
    match Store::open_read_only(paths).and_then(|reader| reader.publication()) {
        Ok(kept) => Ok(kept),
        Err(StoreError::Missing | StoreError::Damaged { .. } | StoreError::Older { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
