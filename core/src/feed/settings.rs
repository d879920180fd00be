//! Settings that the operator makes for a unit.

use super::{FeedError, check::Checker, json::BoundedList, limits};
use crate::domain::{LinkMode, base_url, bounds};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use url::Url;

/// Settings from the feed. `None`: the feed does not set the value, and the unit's own setting or
/// default applies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeedSettings {
    /// Seconds without a touch on the shelf page, 1 to 864,000
    pub idle_s: Option<u32>,
    /// Seconds without a touch on an item page, 1 to 864,000
    pub item_s: Option<u32>,
    /// Seconds that "still looking?" counts down, 0 to 60
    pub countdown_s: Option<u32>,
    /// Seconds that attract shows one item, 2 to 3600
    pub slide_s: Option<u32>,
    /// Language tags; each return to attract goes back to the first
    pub languages: Option<Vec<String>>,
    pub hours: Option<HoursJson>,
    pub support_phone: Option<String>,
    /// Side of a QR code in millimetres, 15 to 150
    pub qr_mm: Option<u32>,
    pub link_mode: Option<LinkMode>,
    /// Base URL for reports; ends with a slash
    pub report_url: Option<Url>,
}

impl FeedSettings {
    /// Parses the claim `settings` by itself, as an operator writes it for the publisher.
    pub fn parse(text: &[u8]) -> Result<Self, FeedError> {
        let document = super::DocumentKind::Pointer;
        super::json::read_part::<SettingsForm>(document, text)?.into_settings(Checker(document))
    }
}

/// Opening hours as raw JSON; the module `hours` interprets them.
#[derive(Clone, Debug, PartialEq)]
pub struct HoursJson(serde_json::Value);

impl HoursJson {
    /// Accepts an object of at most 8 KiB.
    pub fn new(value: serde_json::Value) -> Result<Self, FeedError> {
        let check = Checker(super::DocumentKind::Pointer);
        if !value.is_object() {
            return check.refuse("settings.hours", "应为对象", "an object");
        }
        if value.to_string().len() > limits::HOURS_BYTES {
            return check.refuse("settings.hours", "应不超过 8 KiB", "at most 8 KiB");
        }
        Ok(Self(value))
    }

    pub fn value(&self) -> &serde_json::Value {
        &self.0
    }
}

/// JSON form of the settings.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct SettingsForm {
    #[serde(skip_serializing_if = "Option::is_none")]
    idle_s: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item_s: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    countdown_s: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slide_s: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    languages: Option<BoundedList<String, { limits::LANGUAGES }>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hours: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    support_phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    qr_mm: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link_mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report_url: Option<String>,
}

impl SettingsForm {
    pub fn new(settings: &FeedSettings) -> Self {
        let FeedSettings { idle_s, item_s, countdown_s, slide_s, qr_mm, .. } = *settings;
        Self {
            idle_s,
            item_s,
            countdown_s,
            slide_s,
            languages: settings.languages.clone().map(BoundedList),
            hours: settings.hours.clone().map(|hours| hours.0),
            support_phone: settings.support_phone.clone(),
            qr_mm,
            link_mode: settings.link_mode.map(|mode| mode.as_str().to_owned()),
            report_url: settings.report_url.as_ref().map(Url::to_string),
        }
    }

    pub fn into_settings(self, check: Checker) -> Result<FeedSettings, FeedError> {
        let within = |name: &str, value: Option<u32>, bounds: RangeInclusive<u32>| match value {
            Some(value) if !bounds.contains(&value) => {
                check.refuse(format!("settings.{name}"), "数值超出范围", "a number within its range")
            }
            value => Ok(value),
        };
        let languages = self.languages.map(|languages| languages.0);
        if let Some(languages) = &languages {
            check_languages(check, languages)?;
        }
        if let Some(phone) = &self.support_phone {
            check.text("settings.support_phone", phone, bounds::MAX_PHONE_CHARS)?;
        }
        Ok(FeedSettings {
            idle_s: within("idle_s", self.idle_s, bounds::IDLE_S)?,
            item_s: within("item_s", self.item_s, bounds::IDLE_S)?,
            countdown_s: within("countdown_s", self.countdown_s, bounds::COUNTDOWN_S)?,
            slide_s: within("slide_s", self.slide_s, bounds::SLIDE_S)?,
            languages,
            hours: self.hours.map(HoursJson::new).transpose()?,
            support_phone: self.support_phone,
            qr_mm: within("qr_mm", self.qr_mm, bounds::QR_MM)?,
            // A mode that this version does not know counts as not set
            link_mode: self.link_mode.as_deref().and_then(LinkMode::parse),
            report_url: self.report_url.map(|text| report_url(check, &text)).transpose()?,
        })
    }
}

/// Checks for one or more tags such as `zh` or `zh-Hant`; the unit knows for which of them it has
/// pages.
fn check_languages(check: Checker, languages: &[String]) -> Result<(), FeedError> {
    let tag = |text: &String| {
        let part =
            |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
        text.len() <= 35 && text.split('-').all(part)
    };
    if languages.is_empty() || !languages.iter().all(tag) {
        return check.refuse("settings.languages", "应为一个或几个语言代码", "one or more language tags");
    }
    Ok(())
}

fn report_url(check: Checker, text: &str) -> Result<Url, FeedError> {
    let Some(mut url) = base_url(text) else {
        return check.refuse(
            "settings.report_url",
            "应为网址，不带用户名、? 和 #",
            "an address without user, ? and #",
        );
    };
    let path = format!("{}/", url.path().trim_end_matches('/'));
    url.set_path(&path);
    // The limit applies to the serialized form, which escapes make longer
    if url.as_str().len() > limits::ADDRESS_BYTES {
        return check.refuse("settings.report_url", "应不超过 1024 字节", "at most 1,024 bytes");
    }
    Ok(url)
}
