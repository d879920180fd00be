//! The pointer: a unit's own small signed document.

use super::{
    DocumentKind, FeedError, FeedSettings, KeySet, ObjectRef, Subject, content, json, jws::CompactJws,
    limits, pointer_form::PointerForm,
};
use crate::domain::{self, Rgb, Sha256};
use std::ops::Deref;

/// Content of a pointer.
#[derive(Clone, Debug, PartialEq)]
pub struct PointerClaims {
    pub subject: Subject,
    /// Only ever grows for one unit. Two pointers of one version differ in their times only: see
    /// [`Pointer::check_unchanged`].
    pub version: u64,
    /// Unix time (seconds) of signing
    pub issued_at: i64,
    /// Unix time (seconds) of expiry: from then on the pointer is not accepted any more; the
    /// catalog already on the screen stays
    pub expires_at: i64,
    pub brand: FeedBrand,
    pub catalog: ObjectRef,
    pub settings: FeedSettings,
    /// When this pointer is accepted, these keys replace the trusted keys
    pub keys: Option<KeySet>,
}

/// Brand of the unit, as the feed describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedBrand {
    pub name: String,
    pub primary: Rgb,
    pub accent: Rgb,
    pub logo: Option<ObjectRef>,
}

impl FeedBrand {
    /// Returns the brand as pages show it.
    pub fn to_domain(&self) -> domain::Brand {
        domain::Brand {
            name: self.name.clone(),
            primary: self.primary,
            accent: self.accent,
            logo: self.logo.map(|logo| logo.sha256),
        }
    }
}

/// Verified claims: signed by a trusted key for this unit, neither rolled back nor expired. Only
/// [`verify_pointer`] creates one.
#[derive(Clone, Debug, PartialEq)]
pub struct Pointer {
    claims: PointerClaims,
    kid: String,
    content: Sha256,
}

impl Pointer {
    pub fn into_claims(self) -> PointerClaims {
        self.claims
    }

    /// Returns the id of the key that signed the pointer.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Returns the digest of everything but the times.
    pub const fn content(&self) -> Sha256 {
        self.content
    }

    /// Refuses the pointer if it has the given version, but other content.
    pub fn check_unchanged(&self, version: u64, content: &Sha256) -> Result<(), FeedError> {
        if self.version == version && self.content != *content {
            return Err(FeedError::OtherContent { version });
        }
        Ok(())
    }
}

impl Deref for Pointer {
    type Target = PointerClaims;

    fn deref(&self) -> &PointerClaims {
        &self.claims
    }
}

/// Verifies a pointer: cheap checks that need no trust first, then the signature, then the claims.
///
/// `now` is Unix time in seconds. `min_version` is the version that the unit accepted last: the
/// same version is accepted again, an older one is not.
pub fn verify_pointer(
    bytes: &[u8],
    keys: &KeySet,
    subject: &Subject,
    now: i64,
    min_version: u64,
) -> Result<Pointer, FeedError> {
    let (document, size, most) = (DocumentKind::Pointer, bytes.len(), limits::POINTER_BYTES);
    if size > most {
        return Err(FeedError::TooLarge { document, size, most });
    }
    let compact = CompactJws::parse(bytes)?;
    let kid = compact.kid.clone();
    let Some(key) = keys.find(&kid) else { return Err(FeedError::UnknownKey { kid }) };
    let payload = compact.verify(key)?;
    let form: PointerForm = json::read(document, &payload)?;
    form.check_subject(subject)?;
    let claims = form.into_claims(subject.clone(), &kid)?;
    if claims.version < min_version {
        return Err(FeedError::Rollback { version: claims.version, floor: min_version });
    }
    if claims.expires_at <= now {
        return Err(FeedError::Expired { expires_at: claims.expires_at, now });
    }
    Ok(Pointer { claims, kid, content: content::digest(&payload) })
}
