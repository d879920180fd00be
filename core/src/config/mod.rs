//! The unit's settings file, in TOML, written by the installer.
//!
//! Every setting is optional, so an empty file is valid; the feed or a default fills in the rest.

mod check;
mod error;
mod network;

pub use error::ConfigError;
pub use network::{DailyWindow, NetworkConfig, is_proxy_url};

use crate::{
    domain::{Lang, LinkMode, Rgb},
    hours::{self, Hours},
};
use error::MAX_BYTES;
use serde::Deserialize;
use std::{io::Read, path::Path};

/// All settings of a unit.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub screen: ScreenConfig,
    pub idle: IdleConfig,
    pub attract: AttractConfig,
    pub brand: BrandConfig,
    pub qr: QrConfig,
    /// Read through [`Config::hours`]
    pub hours: Option<hours::HoursDocument>,
    pub import: ImportConfig,
    pub network: NetworkConfig,
    pub report: ReportConfig,
    pub support: SupportConfig,
    pub update: UpdateConfig,
}

/// The physical panel.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScreenConfig {
    /// Diagonal in inches, from which sizes in millimetres are derived
    pub diagonal_in: Option<f32>,
    /// Whether the panel goes off outside opening hours, if the hardware can
    pub panel_off: Option<bool>,
    /// Cross-fades only, no other motion
    pub reduced_motion: Option<bool>,
    /// The language after every return to the attract page
    pub language: Option<Language>,
    /// The languages offered; without `language`, the first is that of the attract page
    pub languages: Option<Vec<Language>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    Zh,
    En,
}

/// When a shopper counts as gone.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IdleConfig {
    /// Seconds without a touch on the shelf page
    pub idle_s: Option<u32>,
    /// Seconds without a touch on an item page, where a person may be paying
    pub item_s: Option<u32>,
    /// Seconds that "still looking?" counts down; 0 skips the question
    pub countdown_s: Option<u32>,
}

/// The attract page.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AttractConfig {
    /// Seconds that one item is shown
    pub slide_s: Option<u32>,
}

/// Colours that override the catalog's brand colours.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BrandConfig {
    pub name: Option<String>,
    /// `#RRGGBB`
    pub primary: Option<String>,
    pub accent: Option<String>,
}

/// The QR code on an item page.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QrConfig {
    /// Side in millimetres, as far as the page has room; needs [`ScreenConfig::diagonal_in`]
    pub size_mm: Option<u32>,
    /// `app` or `web`, see [`LinkMode`]
    pub link_mode: Option<String>,
}

/// How tables are imported.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ImportConfig {
    /// Whether pictures may be fetched from addresses inside the shop's own network
    pub allow_private_addresses: bool,
}

/// Where this unit reports to.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReportConfig {
    /// Overrides the feed's address
    pub url: Option<String>,
}

/// The contact that the fault card shows.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SupportConfig {
    pub phone: Option<String>,
}

/// When the software is updated.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UpdateConfig {
    /// When an update may begin, such as `02:00-05:00`, in the shop's local time; by default outside the
    /// opening hours
    pub window: Option<DailyWindow>,
}

impl Config {
    /// Reads the file; a missing file counts as an empty one.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let file = match std::fs::File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error.into()),
        };
        let mut text = String::new();
        file.take(MAX_BYTES + 1).read_to_string(&mut text)?;
        if text.len() as u64 > MAX_BYTES {
            return Err(ConfigError::TooLarge);
        }
        Self::parse(&text)
    }

    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text)?;
        check::check(&config)?;
        Ok(config)
    }

    /// When the shop is open; `None` if the file does not say.
    pub fn hours(&self) -> Option<Hours> {
        self.hours.as_ref().and_then(|document| Hours::try_from(document).ok())
    }

    pub fn link_mode(&self) -> Option<LinkMode> {
        self.qr.link_mode.as_deref().and_then(LinkMode::parse)
    }

    pub fn primary(&self) -> Option<Rgb> {
        color(&self.brand.primary)
    }

    pub fn accent(&self) -> Option<Rgb> {
        color(&self.brand.accent)
    }
}

fn color(text: &Option<String>) -> Option<Rgb> {
    text.as_deref().and_then(|text| text.parse().ok())
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Zh => Self::Zh,
            Language::En => Self::En,
        }
    }
}

#[cfg(test)]
mod tests;
