//! One publication: what all shelves of a feed are told, whoever they are. Pure.
//!
//! An edition is made of the one before and of what is to be said now; where it goes, and where the one
//! before is kept, is for a sink.

mod content;
mod pictures;
mod time;

use super::PublishError;
use crate::{
    domain::{DeviceId, StoreId},
    feed::{FeedBrand, FeedSettings, KeySet, ObjectRef, PointerClaims, Subject},
};
pub(super) use content::{check_settings, next_brand};
pub(super) use pictures::{ChosenPictures, choose_pictures};
use std::path::PathBuf;
pub use time::ClockConfirmation;
use time::EditionTime;
pub(super) use time::check_time;

/// Life of a pointer: 60 days unless the publisher chooses otherwise.
pub const LIFETIME_S: i64 = 60 * 86_400;
/// A pointer is renewed when less than a third of its life is left.
const RENEWED_IN_LAST: i64 = 3;

/// Brand, catalog and settings of one edition.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::publish) struct EditionContent {
    pub brand: FeedBrand,
    pub catalog: ObjectRef,
    pub settings: FeedSettings,
}

impl EditionContent {
    fn from_claims(claims: &PointerClaims) -> Self {
        let PointerClaims { brand, catalog, settings, .. } = claims.clone();
        Self { brand, catalog, settings }
    }
}

/// One edition: what all of its pointers say, apart from the unit's name.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::publish) struct Edition {
    pub content: EditionContent,
    pub version: u64,
    pub issued_at: i64,
    pub expires_at: i64,
    keys: Option<KeySet>,
}

impl Edition {
    /// Returns the next edition: the last one, if the content is the same and it lives long enough;
    /// the last one renewed, if only its age is the problem; else one with a higher version. An
    /// edition that was signed in the future is never only renewed: of two pointers with the same
    /// content, units take the later one.
    pub fn next(
        last: Option<Self>,
        content: EditionContent,
        trusted: &KeySet,
        now: i64,
        lifetime: i64,
        at_least: u64,
    ) -> Self {
        let (issued_at, expires_at, keys) = (now, now + lifetime, Some(trusted.clone()));
        let Some(last) = last else {
            return Self { content, version: at_least.max(1), issued_at, expires_at, keys };
        };
        let same =
            last.content == content && last.keys == keys && last.version >= at_least && last.issued_at <= now;
        if same && !needs_renewal(last.issued_at, last.expires_at, now) {
            return last;
        }
        let version = if same { last.version } else { at_least.max(last.version + 1) };
        Self { content, version, issued_at, expires_at, keys }
    }

    /// Returns when the edition was signed, and when it expires.
    pub const fn time(&self) -> EditionTime {
        EditionTime { issued_at: self.issued_at, expires_at: self.expires_at }
    }

    /// Whether a unit with this pointer is up to date.
    pub fn matches_claims(&self, claims: &PointerClaims, now: i64) -> bool {
        let same = self.version == claims.version
            && self.content == EditionContent::from_claims(claims)
            && claims.keys == self.keys;
        same && !needs_renewal(claims.issued_at, claims.expires_at, now)
    }

    pub fn claims(&self, subject: Subject) -> PointerClaims {
        let EditionContent { brand, catalog, settings } = self.content.clone();
        PointerClaims {
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

    /// Content of a pointer.
    pub fn from_claims(claims: &PointerClaims) -> Self {
        Self {
            content: EditionContent::from_claims(claims),
            version: claims.version,
            issued_at: claims.issued_at,
            expires_at: claims.expires_at,
            keys: claims.keys.clone(),
        }
    }
}

fn needs_renewal(issued_at: i64, expires_at: i64, now: i64) -> bool {
    expires_at - now < (expires_at - issued_at) / RENEWED_IN_LAST
}

/// The pseudo-unit that the last edition is stored for: no real code is a dash.
pub(in crate::publish) fn subject_of_nobody() -> Result<Subject, PublishError> {
    let code = |text| PublishError::Damaged { path: PathBuf::new(), detail: text };
    let store = StoreId::parse("-").map_err(|error| code(error.to_string()))?;
    let device = DeviceId::parse("-").map_err(|error| code(error.to_string()))?;
    Ok(Subject::new(store, device)?)
}
