//! A feed's directory, opened by the one process that may change it.

use super::{
    WriteOutcome,
    keys::{self, KeyRing},
    last, objects, pointers,
    state::FolderState,
};
use crate::{
    clock::Clock,
    feed::{FeedAddress, KeySet, Subject, limits},
    paths::FeedDir,
    publish::{
        ClockConfirmation, PublishError,
        edition::{Edition, EditionContent, LIFETIME_S, check_time},
        verify::{ReadFault, Verification, verify_tree},
    },
};
use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

/// A feed opened for changes.
#[derive(Debug)]
pub struct FeedFolder {
    pub(super) dir: FeedDir,
    pub(super) state: FolderState,
    /// Lock, held until drop
    _lock: File,
}

/// Outcome of adding units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddOutcome {
    /// Units that were not in the feed yet
    pub new: Vec<Subject>,
    /// Pointers written for them; none if nothing is published yet
    pub pointers: usize,
}

impl FeedFolder {
    /// Creates a feed with a new key in a directory that has none. `url` is where the tree will be
    /// served.
    pub fn init(dir: &Path, url: Option<&str>) -> Result<Self, PublishError> {
        let dir = FeedDir::new(dir);
        fs::create_dir_all(dir.dir()).map_err(PublishError::io(dir.dir()))?;
        let lock = lock(&dir)?;
        if FolderState::load(&dir)?.is_some() {
            return Err(PublishError::FeedExists { path: dir.dir().into() });
        }
        // Validate the address first (with any key), so that a wrong one leaves no key behind
        let signer = keys::create(&dir)?;
        let made = url.map(|url| FeedAddress::new(url, signer.public().into())).transpose();
        let address = made.inspect_err(|_| drop(fs::remove_file(dir.key(signer.kid()))))?;
        let state = FolderState {
            url: address.map(|address| address.base().to_string()),
            signs: signer.kid().to_owned(),
            next: None,
            retired: None,
            shelves: BTreeSet::new(),
            leaving: Default::default(),
        };
        let objects = dir.public().join("v1/objects");
        fs::create_dir_all(&objects).map_err(PublishError::io(objects))?;
        state.save(&dir)?;
        Ok(Self { dir, state, _lock: lock })
    }

    pub fn open(dir: &Path) -> Result<Self, PublishError> {
        let dir = FeedDir::new(dir);
        // Check first, so that a directory without a feed gets no lock file
        if !dir.state().exists() {
            return Err(PublishError::NoFeed { path: dir.dir().into() });
        }
        let lock = lock(&dir)?;
        let state =
            FolderState::load(&dir)?.ok_or_else(|| PublishError::NoFeed { path: dir.dir().into() })?;
        Ok(Self { dir, state, _lock: lock })
    }

    pub fn dir(&self) -> &Path {
        self.dir.dir()
    }

    /// Returns the folder for a web server to serve.
    pub fn public(&self) -> PathBuf {
        self.dir.public()
    }

    /// Returns the key that a unit is to be bound with now.
    pub fn key(&self) -> Result<KeySet, PublishError> {
        Ok(keys::load(&self.dir, &self.state.signs)?.public().into())
    }

    /// Returns the address for installers; `None` if the URL is not known yet.
    pub fn address(&self) -> Result<Option<FeedAddress>, PublishError> {
        let key = self.key()?;
        Ok(self.state.url.as_deref().map(|url| FeedAddress::new(url, key)).transpose()?)
    }

    /// Sets the URL that the tree is served at.
    pub fn set_url(&mut self, url: &str) -> Result<(), PublishError> {
        self.state.url = Some(FeedAddress::new(url, self.key()?)?.base().to_string());
        self.state.save(&self.dir)
    }

    pub fn shelves(&self) -> impl Iterator<Item = &Subject> {
        self.state.shelves.iter()
    }

    /// Adds units, and writes their pointers to the last edition.
    pub fn add_shelves(&mut self, shelves: Vec<Subject>, now: i64) -> Result<AddOutcome, PublishError> {
        let new: Vec<_> =
            shelves.iter().filter(|shelf| !self.state.shelves.contains(*shelf)).cloned().collect();
        if !new.is_empty() {
            self.state.shelves.extend(new.iter().cloned());
            self.state.save(&self.dir)?;
        }
        let ring = KeyRing::load(&self.dir, &self.state)?;
        let Some(last) = last::read(&self.dir, &self.state)? else {
            return Ok(AddOutcome { new, pointers: 0 });
        };
        if last.expires_at <= now {
            // An expired edition is renewed for all units
            return Ok(AddOutcome { new, pointers: self.renew(now)?.pointers });
        }
        pointers::clear_staging(&self.dir.staging())?;
        let shelves: Vec<_> = shelves.iter().collect();
        let (pointers, _) = pointers::release(&self.dir, &ring, &last, Some(&last), &shelves, now)?;
        Ok(AddOutcome { new, pointers })
    }

    /// Refuses a time that a person has to confirm before anything is signed with it.
    pub fn check_time(&self, now: i64, word: ClockConfirmation) -> Result<(), PublishError> {
        let last = last::read(&self.dir, &self.state)?;
        check_time(last.map(|last| last.time()), now, word)
    }

    /// Publishes the last edition again: renews old pointers, and completes an interrupted run.
    pub fn renew(&mut self, now: i64) -> Result<WriteOutcome, PublishError> {
        self.renew_confirmed(now, ClockConfirmation::None)
    }

    /// Same as [`Self::renew`], with a person's statement on this computer's clock.
    pub fn renew_confirmed(
        &mut self,
        now: i64,
        word: ClockConfirmation,
    ) -> Result<WriteOutcome, PublishError> {
        let last = last::read(&self.dir, &self.state)?.ok_or(PublishError::NothingPublished)?;
        let lifetime = last.expires_at - last.issued_at;
        self.publish_content(last.content, now, lifetime, 0, word)
    }

    /// Publishes this content to every unit.
    pub(super) fn publish_content(
        &mut self,
        content: EditionContent,
        now: i64,
        lifetime: i64,
        at_least: u64,
        word: ClockConfirmation,
    ) -> Result<WriteOutcome, PublishError> {
        self.check_time(now, word)?;
        if word == ClockConfirmation::WasWrong && self.state.discard_future_times(now) {
            self.state.save(&self.dir)?;
        }
        let ring = KeyRing::load(&self.dir, &self.state)?;
        let last = last::read(&self.dir, &self.state)?;
        let edition = Edition::next(last.clone(), content, &ring.trusted, now, lifetime, at_least);
        let changed = last.as_ref().is_none_or(|last| last.version != edition.version);
        let shelves: Vec<_> = self.state.shelves.iter().collect();
        let (pointers, needed) = pointers::release(&self.dir, &ring, &edition, last.as_ref(), &shelves, now)?;
        let (version, shelves) = (edition.version, shelves.len());
        let before = self.state.leaving.clone();
        let collected = objects::collect_garbage(&self.dir, &mut self.state, &needed, now)?;
        if self.state.leaving != before {
            self.state.save(&self.dir)?;
        }
        Ok(WriteOutcome { version, changed, shelves, pointers, collected })
    }

    /// Returns a pointer's life in seconds, within the specification's limit.
    pub(super) fn lifetime(days: Option<u16>) -> i64 {
        days.map_or(LIFETIME_S, |days| (i64::from(days) * 86_400).clamp(86_400, limits::LIFETIME_S))
    }
}

fn lock(dir: &FeedDir) -> Result<File, PublishError> {
    let path = dir.lock();
    let file = OpenOptions::new().create(true).append(true).open(&path).map_err(PublishError::io(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(PublishError::Busy),
        Err(TryLockError::Error(error)) => Err(PublishError::io(path)(error)),
    }
}

/// Verifies all pointers in a publisher's directory, and all objects that they need.
pub fn verify_dir(dir: &Path, clock: &dyn Clock) -> Result<Verification, PublishError> {
    let dir = FeedDir::new(dir);
    let state = FolderState::load(&dir)?.ok_or_else(|| PublishError::NoFeed { path: dir.dir().into() })?;
    let keys = KeyRing::load(&dir, &state)?.trusted;
    let public = dir.public();
    let mut read = |path: &str, most: u64| {
        objects::read(&public.join(path), most).map_err(|error| ReadFault::from_io(&error))
    };
    Ok(verify_tree(&mut read, &state.shelves.iter().collect::<Vec<_>>(), &keys, clock.now(), None)
        .with_unread_hours())
}
