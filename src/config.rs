//! The unit's settings file, in TOML. Every setting has a default, so an empty file is a good one.

mod network;

pub use network::{Network, Window};

use crate::domain::Rgb;
use serde::Deserialize;
use std::{io::Read, path::Path};

/// More than any settings file needs.
const MAX_BYTES: u64 = 256 * 1024;

/// Why the settings could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("the settings file can't be read: {0}")]
    Io(#[from] std::io::Error),
    #[error("the settings file is larger than {MAX_BYTES} bytes")]
    TooLarge,
    #[error("the settings file has a mistake: {0}")]
    Syntax(#[from] toml::de::Error),
    #[error("setting {name}: {expected}")]
    Value { name: &'static str, expected: &'static str },
}

/// All settings of a unit.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub screen: Screen,
    pub idle: Idle,
    pub attract: Attract,
    pub brand: BrandColors,
    pub import: Import,
    pub network: Network,
    pub report: Report,
    pub support: Support,
}

/// The real panel.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Screen {
    /// Diagonal in inches; from it follow the sizes that have to hold in millimetres
    pub diagonal_in: Option<f32>,
    /// `zh` or `en`: the language after every return to the attract page
    pub language: Language,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    Zh,
    En,
}

/// When a shopper is thought to have left.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Idle {
    /// Seconds without a touch on the shelf page
    pub idle_s: u32,
    /// Seconds without a touch on an item page, where a person may be paying
    pub item_s: u32,
    /// Seconds that "still looking?" counts down; 0 does not ask
    pub countdown_s: u32,
}

impl Default for Idle {
    fn default() -> Self {
        Self { idle_s: 45, item_s: 120, countdown_s: 10 }
    }
}

/// The attract page.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Attract {
    /// Seconds that one item is shown
    pub slide_s: u32,
}

impl Default for Attract {
    fn default() -> Self {
        Self { slide_s: 6 }
    }
}

/// Wins over what the catalog says of the brand.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BrandColors {
    pub name: Option<String>,
    /// `#RRGGBB`
    pub primary: Option<String>,
    pub accent: Option<String>,
}

/// How tables are taken in.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Import {
    /// Pictures may be fetched from addresses inside the shop's own network
    pub allow_private_addresses: bool,
}

/// Where this unit reports to.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Report {
    /// Wins over what the feed says
    pub url: Option<String>,
}

/// Whom the fault card tells people to call.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Support {
    pub phone: Option<String>,
}

impl Config {
    /// Reads the file; one that is not there is the same as an empty one.
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
        let within = |name, value: u32, low: u32, high: u32| {
            let expected = "the number of seconds is out of range";
            (low..=high).contains(&value).then_some(()).ok_or(ConfigError::Value { name, expected })
        };
        within("idle.idle_s", config.idle.idle_s, 1, 864_000)?;
        within("idle.item_s", config.idle.item_s, 1, 864_000)?;
        within("idle.countdown_s", config.idle.countdown_s, 0, 60)?;
        within("attract.slide_s", config.attract.slide_s, 2, 3600)?;
        if config.screen.diagonal_in.is_some_and(|inches| !(2.0..=120.0).contains(&inches)) {
            let expected = "the diagonal is between 2 and 120 inches";
            return Err(ConfigError::Value { name: "screen.diagonal_in", expected });
        }
        for (name, color) in
            [("brand.primary", &config.brand.primary), ("brand.accent", &config.brand.accent)]
        {
            if color.as_deref().is_some_and(|color| color.parse::<Rgb>().is_err()) {
                return Err(ConfigError::Value { name, expected: "a colour is written as #RRGGBB" });
            }
        }
        config.network.check()?;
        if config.report.url.as_deref().is_some_and(|url| !is_address(url)) {
            let expected = "an address is written as https://host/path";
            return Err(ConfigError::Value { name: "report.url", expected });
        }
        Ok(config)
    }
}

fn is_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_is_a_good_one() {
        assert_eq!(Config::parse("").unwrap(), Config::default());
        assert_eq!(Config::default().idle.idle_s, 45);
    }

    #[test]
    fn a_mistake_is_named() {
        for (text, part) in [
            ("[idle]\nidle_s = 0", "idle.idle_s"),
            ("[idle]\nidel_s = 45", "idel_s"),
            ("[brand]\nprimary = \"red\"", "brand.primary"),
            ("[screen]\ndiagonal_in = 1.0", "screen.diagonal_in"),
            ("[report]\nurl = \"shelf.example.com\"", "report.url"),
            ("[screen]\nlanguage = \"fr\"", "fr"),
            ("[idle", "idle"),
        ] {
            let error = Config::parse(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text:?}: {error}");
        }
    }

    #[test]
    fn the_commented_sample_is_valid() {
        let sample = include_str!("../assets/cloud-shelf.toml");
        assert_eq!(Config::parse(sample).unwrap(), Config::default());
        // With every setting switched on it still is
        let all: String =
            sample.lines().map(|line| line.strip_prefix("#= ").unwrap_or(line).to_owned() + "\n").collect();
        assert_ne!(Config::parse(&all).unwrap(), Config::default());
    }
}
