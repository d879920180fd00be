//! Editions: what all units of a feed are told.

use super::{PublishError, key, state::State, time::LastTime};
use crate::{
    domain::{DeviceId, Rgb, StoreId},
    durable,
    feed::{Brand, Claims, KeySet, ObjectRef, Settings, Signer, Subject, limits, verify_pointer},
    paths::FeedDir,
};
use std::{
    fs::File,
    io::{self, Read},
    path::PathBuf,
};

/// Life of a pointer: 60 days unless the publisher chooses otherwise.
pub const LIFETIME_S: i64 = 60 * 86_400;
/// A pointer is renewed when less than a third of its life is left.
const RENEWED_IN_LAST: i64 = 3;

/// Changes to the brand; `None` keeps what is published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrandChange {
    pub name: Option<String>,
    pub primary: Option<Rgb>,
    pub accent: Option<Rgb>,
    /// Path of a picture file
    pub logo: Option<PathBuf>,
}

/// Brand, catalog and settings of one edition.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Content {
    pub brand: Brand,
    pub catalog: ObjectRef,
    pub settings: Settings,
}

/// The feed's keys in use.
pub(super) struct Ring {
    pub signer: Signer,
    /// Keys that units should trust
    pub trusted: KeySet,
}

impl Ring {
    pub fn load(dir: &FeedDir, state: &State) -> Result<Self, PublishError> {
        let signer = key::load(dir, &state.signs)?;
        let mut keys = vec![signer.public()];
        if let Some((kid, _)) = &state.next {
            keys.push(key::load(dir, kid)?.public());
        }
        Ok(Self { signer, trusted: KeySet::new(keys)? })
    }
}

impl Content {
    fn of(claims: &Claims) -> Self {
        let Claims { brand, catalog, settings, .. } = claims.clone();
        Self { brand, catalog, settings }
    }
}

/// One edition: what all of its pointers say, apart from the unit's name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Edition {
    pub content: Content,
    pub version: u64,
    pub issued_at: i64,
    pub expires_at: i64,
    keys: Option<KeySet>,
}

impl Edition {
    /// Loads the last edition. It is stored as a pointer, so loading verifies it, at its own time
    /// of signing because it may have expired since.
    pub fn last(dir: &FeedDir, state: &State) -> Result<Option<Self>, PublishError> {
        let path = dir.last();
        let mut bytes = Vec::new();
        match File::open(&path) {
            Ok(file) => {
                let most = limits::POINTER_BYTES as u64 + 1;
                file.take(most).read_to_end(&mut bytes).map_err(PublishError::io(&path))?
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(PublishError::io(path)(error)),
        };
        let mut keys = Ring::load(dir, state)?.trusted.keys().to_vec();
        // Power may have failed right after the last step of a key rotation
        keys.extend(state.retired);
        let pointer = verify_pointer(&bytes, &KeySet::new(keys)?, &nobody()?, i64::MIN, 0)
            .map_err(|error| PublishError::Damaged { path, detail: error.to_string() })?;
        Ok(Some(Self::of(&pointer)))
    }

    /// Returns the next edition: the last one, if the content is the same and it lives long enough;
    /// the last one renewed, if only its age is the problem; else one with a higher version. An
    /// edition that was signed in the future is never only renewed: of two pointers with the same
    /// content, units take the later one.
    pub fn next(
        last: Option<Self>,
        content: Content,
        ring: &Ring,
        now: i64,
        lifetime: i64,
        at_least: u64,
    ) -> Self {
        let (issued_at, expires_at, keys) = (now, now + lifetime, Some(ring.trusted.clone()));
        let Some(last) = last else {
            return Self { content, version: at_least.max(1), issued_at, expires_at, keys };
        };
        let same =
            last.content == content && last.keys == keys && last.version >= at_least && last.issued_at <= now;
        if same && !is_old(last.issued_at, last.expires_at, now) {
            return last;
        }
        let version = if same { last.version } else { at_least.max(last.version + 1) };
        Self { content, version, issued_at, expires_at, keys }
    }

    /// Returns when the edition was signed, and when it expires.
    pub const fn time(&self) -> LastTime {
        LastTime { issued_at: self.issued_at, expires_at: self.expires_at }
    }

    /// Whether a unit with this pointer is up to date.
    pub fn is_told_by(&self, claims: &Claims, now: i64) -> bool {
        let same =
            self.version == claims.version && self.content == Content::of(claims) && claims.keys == self.keys;
        same && !is_old(claims.issued_at, claims.expires_at, now)
    }

    pub fn claims(&self, subject: Subject) -> Claims {
        let Content { brand, catalog, settings } = self.content.clone();
        Claims {
            subject,
            version: self.version,
            issued_at: self.issued_at,
            expires_at: self.expires_at,
            brand,
            catalog,
            settings,
            keys: self.keys.clone(),
        }
    }

    pub fn keep(&self, dir: &FeedDir, ring: &Ring) -> Result<(), PublishError> {
        let (path, text) = (dir.last(), ring.signer.sign(&self.claims(nobody()?))?);
        durable::replace(&path, text.as_bytes()).map_err(PublishError::io(path))
    }

    fn of(claims: &Claims) -> Self {
        Self {
            content: Content::of(claims),
            version: claims.version,
            issued_at: claims.issued_at,
            expires_at: claims.expires_at,
            keys: claims.keys.clone(),
        }
    }
}

fn is_old(issued_at: i64, expires_at: i64, now: i64) -> bool {
    expires_at - now < (expires_at - issued_at) / RENEWED_IN_LAST
}

/// The pseudo-unit that the last edition is stored for: no real code is a dash.
pub(super) fn nobody() -> Result<Subject, PublishError> {
    let code = |text| PublishError::Damaged { path: PathBuf::new(), detail: text };
    let store = StoreId::parse("-").map_err(|error| code(error.to_string()))?;
    let device = DeviceId::parse("-").map_err(|error| code(error.to_string()))?;
    Ok(Subject::new(store, device)?)
}
