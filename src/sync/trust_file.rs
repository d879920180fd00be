//! `feed-trust.json`: what a unit trusts of each feed that it was bound to.
//!
//! A **ring** is a set of keys together with every key that they have replaced. A replaced key is
//! never trusted again. A feed address leads to the ring that has one of the address's keys,
//! however the address is written, so neither another spelling nor a new binding lowers the minimum
//! version.

use super::{SyncError, time::Known};
use cloud_shelf_core::{
    clock::BUILD_TIME,
    domain::Sha256,
    durable,
    feed::{FeedAddress, HoursJson, KeySet, PublicKey, Subject, limits},
    plain_file,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, io, path::Path};

const SCHEMA: u32 = 2;
/// Upper bounds on remembered rings and shelves; the least recently used are dropped.
const MAX_RINGS: usize = 8;
const MAX_SHELVES: usize = 16;
/// More than the maximum number of shelves with the longest opening hours takes.
const MAX_BYTES: u64 = 2 << 20;

/// What one unit (by its codes) has accepted from a feed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shelf {
    pub subject: String,
    /// Minimum version: no older one is accepted
    pub version: u64,
    /// Hash of that version's content; `None` if an older program wrote the file
    pub content: Option<Sha256>,
    /// The last opening hours that could be read
    pub hours: Option<HoursJson>,
}

impl Shelf {
    pub fn new(subject: &Subject) -> Self {
        Self { subject: subject.to_string(), version: 0, content: None, hours: None }
    }
}

/// What one unit trusts of the feed at one address.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Trust {
    pub keys: KeySet,
    /// Version, content and opening hours of the last pointer accepted
    pub shelf: Shelf,
    pub known: Known,
}

/// All rings, most recently used first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct TrustFile {
    rings: Vec<Ring>,
}

#[derive(Clone, Debug, PartialEq)]
struct Ring {
    keys: KeySet,
    /// The current keys, and all that they have replaced
    ever: BTreeSet<String>,
    newest: i64,
    signed: i64,
    shelves: Vec<Shelf>,
}

impl TrustFile {
    /// Reads the file; `None` if it does not exist.
    pub fn read(path: &Path) -> io::Result<Option<Self>> {
        let Some(bytes) = plain_file::read_if_exists(path, MAX_BYTES)? else { return Ok(None) };
        let schema: Schema = serde_json::from_slice(&bytes)?;
        let read = match schema.schema {
            1 => serde_json::from_slice::<FirstForm>(&bytes)?.into_file(),
            SCHEMA => serde_json::from_slice::<FileForm>(&bytes)?.into_file(),
            _ => None,
        };
        read.map(Some).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "not a trust file"))
    }

    pub fn write(&self, path: &Path) -> Result<(), SyncError> {
        let written = serde_json::to_vec(&FileForm::of(self))
            .map_err(io::Error::from)
            .and_then(|bytes| durable::replace(path, &bytes));
        written.map_err(|cause| SyncError::Unwritable { path: path.into(), cause: cause.into() })
    }

    /// Returns what a unit trusts of the feed at an address; `None` if no ring has one of its keys.
    pub fn trust(&self, address: &FeedAddress, subject: &Subject) -> Option<Trust> {
        let ring = self.rings.iter().find(|ring| ring.has_any(address.keys()))?;
        Some(Trust {
            keys: self.keys_with(ring, address.keys()),
            shelf: self.shelf(address.keys(), subject).unwrap_or_else(|| Shelf::new(subject)),
            known: Known { built: BUILD_TIME, newest: ring.newest, signed: ring.signed },
        })
    }

    /// Returns what a unit has accepted from the feeds with these keys; the newest if the keys belong to
    /// several rings.
    pub fn shelf(&self, keys: &KeySet, subject: &Subject) -> Option<Shelf> {
        let rings = self.rings.iter().filter(|ring| ring.has_any(keys));
        rings.filter_map(|ring| ring.shelf(subject)).max_by_key(|shelf| shelf.version).cloned()
    }

    /// Returns the keys to trust if an installer has given some: the ring's current keys, and those of the
    /// given keys that were never replaced, in this ring or another.
    fn keys_with(&self, ring: &Ring, given: &KeySet) -> KeySet {
        let is_dead = |key: &PublicKey| {
            let is_of = |ring: &Ring| ring.ever.contains(&key.to_string()) && !ring.keys.keys().contains(key);
            self.rings.iter().any(is_of)
        };
        let is_new = |key: &&PublicKey| !ring.ever.contains(&key.to_string()) && !is_dead(key);
        let new = given.keys().iter().filter(is_new).copied();
        let all: Vec<_> = new.chain(ring.keys.keys().iter().copied()).take(limits::KEYS).collect();
        KeySet::new(all).unwrap_or_else(|_| ring.keys.clone())
    }

    /// Updates the ring with what is trusted now. Does nothing if another program has recorded a newer
    /// version of the same shelf meanwhile.
    pub fn note(&mut self, trust: &Trust, address: &FeedAddress) {
        self.note_given(trust, address.keys());
    }

    /// Like [`note`](Self::note), for the keys that an installer has given.
    pub fn note_given(&mut self, trust: &Trust, given: &KeySet) {
        let place = self.rings.iter().position(|ring| ring.has_any(given));
        let noted = place.and_then(|place| self.rings[place].shelf_of(&trust.shelf.subject));
        if noted.is_some_and(|noted| noted.version > trust.shelf.version) {
            return;
        }
        let mut ring = place.map_or_else(|| Ring::new(&trust.keys), |place| self.rings.remove(place));
        // A key of another ring, current or replaced, does not become a key of this ring
        let is_foreign = |key: &String| self.rings.iter().any(|other| other.ever.contains(key));
        ring.ever.extend(texts(given).filter(|key| !is_foreign(key)).chain(texts(&trust.keys)));
        ring.keys = trust.keys.clone();
        (ring.newest, ring.signed) = (trust.known.newest, trust.known.signed);
        ring.shelves.retain(|shelf| shelf.subject != trust.shelf.subject);
        ring.shelves.insert(0, trust.shelf.clone());
        ring.shelves.truncate(MAX_SHELVES);
        self.rings.insert(0, ring);
        self.rings.truncate(MAX_RINGS);
    }

    /// Forgets the trusted times; returns whether there was any.
    pub fn forget_time(&mut self) -> bool {
        let had = self.rings.iter().any(|ring| (ring.newest, ring.signed) != (0, 0));
        self.rings.iter_mut().for_each(|ring| (ring.newest, ring.signed) = (0, 0));
        had
    }
}

impl Ring {
    fn new(keys: &KeySet) -> Self {
        let ever = texts(keys).collect();
        Self { keys: keys.clone(), ever, newest: 0, signed: 0, shelves: Vec::new() }
    }

    fn has_any(&self, keys: &KeySet) -> bool {
        texts(keys).any(|key| self.ever.contains(&key))
    }

    fn shelf(&self, subject: &Subject) -> Option<&Shelf> {
        self.shelf_of(&subject.to_string())
    }

    fn shelf_of(&self, subject: &str) -> Option<&Shelf> {
        self.shelves.iter().find(|shelf| shelf.subject == subject)
    }
}

fn texts(keys: &KeySet) -> impl Iterator<Item = String> {
    keys.keys().iter().map(PublicKey::to_string)
}

#[derive(Deserialize)]
struct Schema {
    schema: u32,
}

#[derive(Serialize, Deserialize)]
struct FileForm {
    schema: u32,
    rings: Vec<RingForm>,
}

#[derive(Serialize, Deserialize)]
struct RingForm {
    keys: String,
    ever: BTreeSet<String>,
    newest: i64,
    signed: i64,
    shelves: Vec<ShelfForm>,
}

#[derive(Serialize, Deserialize)]
struct ShelfForm {
    subject: String,
    version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hours: Option<serde_json::Value>,
}

/// Schema 1: a single feed, identified by the text of its address.
#[derive(Deserialize)]
struct FirstForm {
    feed: String,
    subject: String,
    keys: String,
    version: u64,
    newest: i64,
}

impl FileForm {
    fn of(file: &TrustFile) -> Self {
        let shelf = |shelf: &Shelf| ShelfForm {
            subject: shelf.subject.clone(),
            version: shelf.version,
            content: shelf.content.map(|content| content.to_string()),
            hours: shelf.hours.as_ref().map(|hours| hours.value().clone()),
        };
        let ring = |ring: &Ring| RingForm {
            keys: ring.keys.to_string(),
            ever: ring.ever.clone(),
            newest: ring.newest,
            signed: ring.signed,
            shelves: ring.shelves.iter().map(shelf).collect(),
        };
        Self { schema: SCHEMA, rings: file.rings.iter().map(ring).collect() }
    }

    /// Converts the parsed form; `None` if any part is invalid, so that a file is never trusted in
    /// part.
    fn into_file(self) -> Option<TrustFile> {
        let shelf = |form: ShelfForm| {
            Some(Shelf {
                subject: form.subject,
                version: form.version,
                content: form.content.map(|text| text.parse()).transpose().ok()?,
                hours: form.hours.map(HoursJson::new).transpose().ok()?,
            })
        };
        let ring = |form: RingForm| {
            Some(Ring {
                keys: form.keys.parse().ok()?,
                ever: form.ever,
                newest: form.newest,
                signed: form.signed,
                shelves: form.shelves.into_iter().map(shelf).collect::<Option<_>>()?,
            })
        };
        Some(TrustFile { rings: self.rings.into_iter().map(ring).collect::<Option<_>>()? })
    }
}

impl FirstForm {
    fn into_file(self) -> Option<TrustFile> {
        let mut ring = Ring::new(&self.keys.parse().ok()?);
        let address: Option<FeedAddress> = self.feed.parse().ok();
        ring.ever.extend(address.iter().flat_map(|address| texts(address.keys())));
        (ring.newest, ring.signed) = (self.newest, self.newest);
        ring.shelves =
            vec![Shelf { subject: self.subject, version: self.version, content: None, hours: None }];
        Some(TrustFile { rings: vec![ring] })
    }
}
