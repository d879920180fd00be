//! What a shelf believes of its feed: keys, version, content and time that a pointer is held against.
//!
//! It lies beside the database and outlives it: a shelf whose items were lost still takes nothing
//! older than what it has had, and nothing by a key that was withdrawn. It belongs to the keys and
//! to the shelf's codes, not to the text of an address: see [`TrustFile`].

use super::{
    Feed, SyncError, TrustedClock,
    time::{Known, Reading},
    trust_file::{Shelf, TrustFile},
};
use crate::{
    clock::{BUILT, Clock},
    durable,
    feed::{Address, FeedError, HoursJson, KeySet, Pointer, Subject, verify_pointer},
    hours::Hours,
    paths::Paths,
    plain_file,
    store::{Publication, Store, StoreError},
};
use std::{io, path::Path};

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
    /// of where it came from. A file that is damaged is set aside; one that can't be read for now is an
    /// error, since nothing may be believed without it.
    pub fn load(
        path: &Path,
        address: &Address,
        subject: &Subject,
        kept: Option<&Publication>,
    ) -> Result<Self, SyncError> {
        let noted = match TrustFile::read(path) {
            Ok(noted) => noted,
            Err(error) if is_damage(&error) => {
                let aside = durable::set_aside(path);
                tracing::warn!(%error, ?aside, "what was believed of the feed is damaged");
                None
            }
            Err(cause) => return Err(SyncError::Unreadable { path: path.into(), cause: cause.into() }),
        };
        let given = Self {
            keys: address.keys().clone(),
            shelf: Shelf::new(subject),
            known: Known { built: BUILT, ..Known::default() },
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
        let mut file = match TrustFile::read(path) {
            Ok(noted) => noted.unwrap_or_default(),
            Err(error) if is_damage(&error) => TrustFile::default(),
            Err(cause) => return Err(SyncError::Unreadable { path: path.into(), cause: cause.into() }),
        };
        file.note(self, address);
        file.write(path)
    }

    /// Verifies a pointer once more, and writes down that it is believed. For whoever holds the store open
    /// for writing: while the pointer was on its way, another program may have taken a newer one.
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

/// A pointer that is believed from now on.
pub(super) struct Believed {
    pub pointer: Pointer,
    /// The keys that it was verified with
    pub keys: KeySet,
    /// What is believed since
    pub trust: Trust,
}

/// Whether a file can be read and is not what this program has written.
fn is_damage(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
        || plain_file::not_plain(error).is_some()
}

/// Forgets which times the operator's documents have made believable: somebody at the unit says that
/// it starts afresh. Keys and versions stay.
pub fn forget_time(path: &Path) -> Result<(), SyncError> {
    // One that cannot be read is set aside by whoever follows the feed, and then holds no time
    let Ok(Some(mut file)) = TrustFile::read(path) else { return Ok(()) };
    if file.forget_time() { file.write(path) } else { Ok(()) }
}

/// An installer has bound the unit to another feed, so the keys of that address are trusted, whatever the catalog
/// in force came from. What is noted of them stays, with its floor. Where the note is lost, what the catalog in
/// force says of its own feed is noted again beside.
pub fn trust_address(paths: &Paths, feed: &Feed) -> Result<(), SyncError> {
    let Feed { address, subject } = feed;
    let (path, kept) = (paths.feed_trust(), publication(paths)?);
    let noted = match TrustFile::read(&path) {
        Ok(noted) => noted,
        Err(error) if is_damage(&error) => None,
        Err(cause) => return Err(SyncError::Unreadable { path, cause: cause.into() }),
    };
    if noted.is_none() && kept.is_none() {
        // Nothing speaks against the address
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
    let known = Known { built: BUILT, ..Known::default() };
    let given = Trust { keys: address.keys().clone(), shelf: Shelf::new(subject), known };
    file.note(&given, address);
    file.write(&path)
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

/// Whether the pointer in force says the same and was signed no earlier.
pub(super) fn is_later(kept: &Publication, pointer: &Pointer, subject: &Subject) -> bool {
    accepted(kept, subject).is_some_and(|kept| {
        kept.version == pointer.version
            && kept.content() == pointer.content()
            && kept.issued_at >= pointer.issued_at
    })
}

/// What the catalog in force came from. A shelf whose database is damaged, or of a newer program,
/// has nothing to compare with; the writer says so, if it comes to that.
pub(super) fn publication(paths: &Paths) -> Result<Option<Publication>, SyncError> {
    match Store::open_read_only(paths).and_then(|reader| reader.publication()) {
        Ok(kept) => Ok(kept),
        Err(StoreError::Missing | StoreError::Damaged { .. } | StoreError::Older { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
