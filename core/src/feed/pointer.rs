//! The pointer: a unit's own small signed document, its JSON form, and the digest of its content.

use super::{
    DocumentKind, FeedError, FeedSettings, KeySet, ObjectRef, PublicKey, SCHEMA, Subject,
    check::{Checker, ObjectForm},
    json::{self, BoundedList, JsonObject},
    jws::CompactJws,
    limits,
    settings::SettingsForm,
};
use crate::domain::{self, Rgb, Sha256, bounds, text};
use serde::{Deserialize, Serialize, de::IgnoredAny};
use serde_json::Value;
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
    Ok(Pointer { claims, kid, content: content_digest(&payload) })
}

const CHECK: Checker = Checker(DocumentKind::Pointer);

#[derive(Serialize, Deserialize)]
pub(super) struct PointerForm {
    schema: u64,
    sub: String,
    version: u64,
    iat: i64,
    exp: i64,
    brand: JsonObject<BrandForm>,
    catalog: JsonObject<ObjectForm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: Option<JsonObject<SettingsForm>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keys: Option<BoundedList<JsonObject<Jwk>, { limits::KEYS }>>,
}

#[derive(Serialize, Deserialize)]
struct BrandForm {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo: Option<JsonObject<ObjectForm>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    primary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accent: Option<String>,
}

/// A public key as a JWK (RFC 8037); other members are ignored.
#[derive(Serialize, Deserialize)]
struct Jwk {
    kty: String,
    crv: String,
    x: String,
    /// Private part of a key; a document that has one is refused
    #[serde(skip_serializing)]
    d: Option<IgnoredAny>,
}

impl PointerForm {
    pub fn new(claims: &PointerClaims) -> Self {
        let brand = &claims.brand;
        let settings = SettingsForm::new(&claims.settings);
        let jwk = |key: &PublicKey| {
            JsonObject(Jwk { kty: "OKP".into(), crv: "Ed25519".into(), x: key.to_string(), d: None })
        };
        Self {
            schema: SCHEMA,
            sub: claims.subject.to_string(),
            version: claims.version,
            iat: claims.issued_at,
            exp: claims.expires_at,
            brand: JsonObject(BrandForm {
                name: brand.name.clone(),
                logo: brand.logo.map(Into::into),
                primary: Some(brand.primary.to_string()),
                accent: Some(brand.accent.to_string()),
            }),
            catalog: claims.catalog.into(),
            settings: (claims.settings != Default::default()).then_some(JsonObject(settings)),
            keys: claims.keys.as_ref().map(|keys| BoundedList(keys.keys().iter().map(jwk).collect())),
        }
    }

    /// Checked before all other claims: another unit's pointer may use features that this version
    /// does not know.
    pub fn check_subject(&self, subject: &Subject) -> Result<(), FeedError> {
        let wanted = subject.to_string();
        if self.sub == wanted {
            return Ok(());
        }
        let found = text::one_line(&self.sub).chars().take(140).collect();
        Err(FeedError::OtherShelf { found, wanted })
    }

    pub fn into_claims(self, subject: Subject, kid: &str) -> Result<PointerClaims, FeedError> {
        if self.version == 0 || self.version > limits::MAX_VERSION {
            return CHECK.refuse("version", "1 to 2^53 - 1");
        }
        let issued_at = CHECK.time("iat", self.iat)?;
        let expires_at = CHECK.time("exp", self.exp)?;
        if !(1..=limits::LIFETIME_S).contains(&(expires_at - issued_at)) {
            return CHECK.refuse("exp", "after iat, by 400 days at most");
        }
        let catalog = CHECK.object("catalog", self.catalog.0, limits::CATALOG_BYTES as u64)?;
        Ok(PointerClaims {
            subject,
            version: self.version,
            issued_at,
            expires_at,
            brand: self.brand.0.into_brand()?,
            catalog,
            settings: self.settings.map(|form| form.0.into_settings(CHECK)).transpose()?.unwrap_or_default(),
            keys: self.keys.map(|keys| key_set(keys.0, kid)).transpose()?,
        })
    }
}

impl BrandForm {
    fn into_brand(self) -> Result<FeedBrand, FeedError> {
        CHECK.text("brand.name", &self.name, bounds::MAX_BRAND_CHARS)?;
        let usual = domain::Brand::default();
        let color =
            |place, text: Option<String>, usual| text.map_or(Ok(usual), |text| CHECK.color(place, &text));
        let logo = self.logo.map(|logo| CHECK.object("brand.logo", logo.0, limits::PICTURE_BYTES));
        Ok(FeedBrand {
            name: self.name,
            primary: color("brand.primary", self.primary, usual.primary)?,
            accent: color("brand.accent", self.accent, usual.accent)?,
            logo: logo.transpose()?,
        })
    }
}

/// Checks the replacement keys. The signing key must be among them, or the unit could not verify
/// this pointer again.
fn key_set(keys: Vec<JsonObject<Jwk>>, kid: &str) -> Result<KeySet, FeedError> {
    let mut found: Vec<PublicKey> = Vec::with_capacity(keys.len());
    for (n, JsonObject(jwk)) in keys.into_iter().enumerate() {
        let usual = jwk.kty == "OKP" && jwk.crv == "Ed25519" && jwk.d.is_none();
        match jwk.x.parse() {
            Ok(key) if usual => found.push(key),
            _ => return CHECK.refuse(format!("keys[{n}]"), "a public Ed25519 key"),
        }
    }
    match KeySet::new(found) {
        Ok(keys) if keys.find(kid).is_some() => Ok(keys),
        Ok(_) => CHECK.refuse("keys", "the key that has signed among them"),
        Err(_) => CHECK.refuse("keys", "1 to 4 keys, none twice"),
    }
}

/// Returns the SHA-256 of the claims apart from their times, which must be the same for two pointers of
/// one version: of the claims without `iat` and `exp`. Member order, white space, string
/// escapes and null members make no difference. Unknown members count, so that later program
/// versions compute the same digest.
pub(super) fn content_digest(payload: &[u8]) -> Sha256 {
    // The payload was parsed as claims before, so it is JSON; anything else has no content
    let mut claims = serde_json::from_slice(payload).unwrap_or(Value::Null);
    if let Value::Object(members) = &mut claims {
        members.remove("iat");
        members.remove("exp");
    }
    let mut text = String::new();
    write_canonical(&claims, &mut text);
    Sha256::digest(text.as_bytes())
}

/// Writes a value in canonical form: members sorted by name.
fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().filter(|(_, value)| !value.is_null()).collect();
            members.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (name, value) in members {
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write_canonical(value, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(elements) => {
            text.push('[');
            for element in elements {
                write_canonical(element, text);
                text.push(',');
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_said_counts() {
        let of = |text: &str| content_digest(text.as_bytes());
        let base = of(r#"{"iat":1,"exp":2,"version":7,"brand":{"name":"a","logo":{"size":1}},"keys":[1,2]}"#);
        for same in [
            r#"{"iat":5,"exp":9,"version":7,"brand":{"name":"a","logo":{"size":1}},"keys":[1,2]}"#,
            r#"{ "keys":[1, 2], "brand":{"logo":{"size":1},"name":"\u0061"}, "version":7, "exp":9,"iat":1}"#,
            r#"{"iat":1,"exp":2,"version":7,"brand":{"name":"a","logo":{"size":1},"primary":null},"keys":[1,2],"later":null}"#,
        ] {
            assert_eq!(of(same), base, "{same}");
        }
        for other in [
            r#"{"iat":1,"exp":2,"version":8,"brand":{"name":"a","logo":{"size":1}},"keys":[1,2]}"#,
            r#"{"iat":1,"exp":2,"version":7,"brand":{"name":"a","logo":{"size":2}},"keys":[1,2]}"#,
            r#"{"iat":1,"exp":2,"version":7,"brand":{"name":"a","logo":{"size":1}},"keys":[2,1]}"#,
            r#"{"iat":1,"exp":2,"version":7,"brand":{"name":"a","logo":{"size":1},"iat":1},"keys":[1,2]}"#,
            r#"{"iat":1,"exp":2,"version":7,"brand":{"name":"a","logo":{"size":1}},"keys":[1,2],"later":0}"#,
        ] {
            assert_ne!(of(other), base, "{other}");
        }
    }
}
