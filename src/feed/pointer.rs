//! A shelf's own signed document.

use super::{
    Document, FeedError, KeySet, ObjectRef, Settings, Subject, content, json, jws::Compact, limits,
    pointer_form::PointerForm,
};
use crate::domain::{self, Rgb, Sha256};
use std::ops::Deref;

/// What a pointer says.
#[derive(Clone, Debug, PartialEq)]
pub struct Claims {
    pub subject: Subject,
    /// Only ever grows for one shelf. Two pointers of one version say the same and differ in time
    /// only: see [`Pointer::check_same`].
    pub version: u64,
    /// Unix time (seconds) of signing
    pub issued_at: i64,
    /// From this Unix time (seconds) on it is not accepted any more; what is on the shelf stays
    pub expires_at: i64,
    pub brand: Brand,
    pub catalog: ObjectRef,
    pub settings: Settings,
    /// From the acceptance of this pointer on, the shelf trusts exactly these keys
    pub keys: Option<KeySet>,
}

/// How the brand looks, as the feed has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brand {
    pub name: String,
    pub primary: Rgb,
    pub accent: Rgb,
    pub logo: Option<ObjectRef>,
}

impl Brand {
    /// The brand as a shelf shows it.
    pub fn look(&self) -> domain::Brand {
        domain::Brand {
            name: self.name.clone(),
            primary: self.primary,
            accent: self.accent,
            logo: self.logo.map(|logo| logo.sha256),
        }
    }
}

/// Claims that were signed by a trusted key for this shelf, and are neither old nor expired. Only
/// [`verify_pointer`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Pointer {
    claims: Claims,
    kid: String,
    content: Sha256,
}

impl Pointer {
    pub fn into_claims(self) -> Claims {
        self.claims
    }

    /// The key that has signed it.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// All that it says but its times, as a digest.
    pub const fn content(&self) -> Sha256 {
        self.content
    }

    /// Refuses other content under a version whose content is known.
    pub fn check_same(&self, version: u64, content: &Sha256) -> Result<(), FeedError> {
        if self.version == version && self.content != *content {
            return Err(FeedError::OtherContent { version });
        }
        Ok(())
    }
}

impl Deref for Pointer {
    type Target = Claims;

    fn deref(&self) -> &Claims {
        &self.claims
    }
}

/// Verifies a pointer, from what is cheap and needs no trust to what needs a right signature.
///
/// `now` is Unix time in seconds. `min_version` is the version that the shelf has taken last: that
/// one again is accepted, an older one is not.
pub fn verify_pointer(
    bytes: &[u8],
    keys: &KeySet,
    subject: &Subject,
    now: i64,
    min_version: u64,
) -> Result<Pointer, FeedError> {
    let (document, size, most) = (Document::Pointer, bytes.len(), limits::POINTER_BYTES);
    if size > most {
        return Err(FeedError::TooLarge { document, size, most });
    }
    let compact = Compact::parse(bytes)?;
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
