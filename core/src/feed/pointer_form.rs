//! JSON form of a pointer's claims.

use super::{
    Brand, Claims, Document, FeedError, KeySet, PublicKey, SCHEMA, Subject,
    check::{Check, ObjectForm},
    json::{Form, List},
    limits,
    settings::SettingsForm,
};
use crate::domain::{self, bounds, text};
use serde::{Deserialize, Serialize, de::IgnoredAny};

const CHECK: Check = Check(Document::Pointer);

#[derive(Serialize, Deserialize)]
pub(super) struct PointerForm {
    schema: u64,
    sub: String,
    version: u64,
    iat: i64,
    exp: i64,
    brand: Form<BrandForm>,
    catalog: Form<ObjectForm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: Option<Form<SettingsForm>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keys: Option<List<Form<Jwk>, { limits::KEYS }>>,
}

#[derive(Serialize, Deserialize)]
struct BrandForm {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo: Option<Form<ObjectForm>>,
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
    pub fn of(claims: &Claims) -> Self {
        let brand = &claims.brand;
        let settings = SettingsForm::of(&claims.settings);
        let jwk = |key: &PublicKey| {
            Form(Jwk { kty: "OKP".into(), crv: "Ed25519".into(), x: key.to_string(), d: None })
        };
        Self {
            schema: SCHEMA,
            sub: claims.subject.to_string(),
            version: claims.version,
            iat: claims.issued_at,
            exp: claims.expires_at,
            brand: Form(BrandForm {
                name: brand.name.clone(),
                logo: brand.logo.map(Into::into),
                primary: Some(brand.primary.to_string()),
                accent: Some(brand.accent.to_string()),
            }),
            catalog: claims.catalog.into(),
            settings: (claims.settings != Default::default()).then_some(Form(settings)),
            keys: claims.keys.as_ref().map(|keys| List(keys.keys().iter().map(jwk).collect())),
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

    pub fn into_claims(self, subject: Subject, kid: &str) -> Result<Claims, FeedError> {
        if self.version == 0 || self.version > limits::VERSION {
            return CHECK.refuse("version", "应为 1 到 2^53 - 1", "1 to 2^53 - 1");
        }
        let issued_at = CHECK.time("iat", self.iat)?;
        let expires_at = CHECK.time("exp", self.exp)?;
        if !(1..=limits::LIFETIME_S).contains(&(expires_at - issued_at)) {
            return CHECK.refuse("exp", "应晚于 iat，最多晚 400 天", "after iat, by 400 days at most");
        }
        let catalog = CHECK.object("catalog", self.catalog.0, limits::CATALOG_BYTES as u64)?;
        Ok(Claims {
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
    fn into_brand(self) -> Result<Brand, FeedError> {
        CHECK.text("brand.name", &self.name, bounds::BRAND_CHARS)?;
        let usual = domain::Brand::default();
        let color =
            |place, text: Option<String>, usual| text.map_or(Ok(usual), |text| CHECK.color(place, &text));
        let logo = self.logo.map(|logo| CHECK.object("brand.logo", logo.0, limits::PICTURE_BYTES));
        Ok(Brand {
            name: self.name,
            primary: color("brand.primary", self.primary, usual.primary)?,
            accent: color("brand.accent", self.accent, usual.accent)?,
            logo: logo.transpose()?,
        })
    }
}

/// Checks the replacement keys. The signing key must be among them, or the unit could not verify
/// this pointer again.
fn key_set(keys: Vec<Form<Jwk>>, kid: &str) -> Result<KeySet, FeedError> {
    let mut found: Vec<PublicKey> = Vec::with_capacity(keys.len());
    for (n, Form(jwk)) in keys.into_iter().enumerate() {
        let usual = jwk.kty == "OKP" && jwk.crv == "Ed25519" && jwk.d.is_none();
        match jwk.x.parse() {
            Ok(key) if usual => found.push(key),
            _ => return CHECK.refuse(format!("keys[{n}]"), "应为 Ed25519 公钥", "a public Ed25519 key"),
        }
    }
    match KeySet::new(found) {
        Ok(keys) if keys.find(kid).is_some() => Ok(keys),
        Ok(_) => CHECK.refuse("keys", "应包含签名所用的密钥", "the key that has signed among them"),
        Err(_) => CHECK.refuse("keys", "应为 1 到 4 个密钥，不能重复", "1 to 4 keys, none twice"),
    }
}
