//! What one origin has set, and the origins.

use crate::{
    config::Config,
    domain::{Binding, Brand, Lang, LinkMode, Message, Rgb, bounds},
    feed,
    hours::Hours,
};
use serde::{Deserialize, Serialize};

/// What one origin has set; `None` if it says nothing. See [`Settings`](super::Settings) for the units.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer {
    pub idle_s: Option<u32>,
    pub item_s: Option<u32>,
    pub countdown_s: Option<u32>,
    pub slide_s: Option<u32>,
    /// No duplicates, at least one
    pub languages: Option<Vec<Lang>>,
    /// The language that comes first
    pub first_language: Option<Lang>,
    pub hours: Option<Hours>,
    pub support_phone: Option<String>,
    pub brand_name: Option<String>,
    pub primary: Option<Rgb>,
    pub accent: Option<Rgb>,
    pub qr_mm: Option<u32>,
    pub diagonal_in: Option<f32>,
    pub panel_off: Option<bool>,
    pub reduced_motion: Option<bool>,
    pub link_mode: Option<LinkMode>,
}

impl From<&Config> for Layer {
    fn from(config: &Config) -> Self {
        Self {
            idle_s: config.idle.idle_s,
            item_s: config.idle.item_s,
            countdown_s: config.idle.countdown_s,
            slide_s: config.attract.slide_s,
            languages: config
                .screen
                .languages
                .as_ref()
                .map(|all| all.iter().map(|one| (*one).into()).collect()),
            first_language: config.screen.language.map(Into::into),
            hours: config.hours(),
            support_phone: non_empty(config.support.phone.as_deref()),
            brand_name: non_empty(config.brand.name.as_deref()),
            primary: config.primary(),
            accent: config.accent(),
            qr_mm: config.qr.size_mm,
            diagonal_in: config.screen.diagonal_in,
            panel_off: config.screen.panel_off,
            reduced_motion: config.screen.reduced_motion,
            link_mode: config.link_mode(),
        }
    }
}

/// The operator's settings. Languages without pages are dropped; so are unreadable hours, for which the
/// caller substitutes the last readable ones. Time-outs have a lower bound that gives a shopper enough time,
/// whatever was signed.
impl From<&feed::FeedSettings> for Layer {
    fn from(feed: &feed::FeedSettings) -> Self {
        let mut languages: Vec<Lang> = vec![];
        for lang in feed.languages.iter().flatten().filter_map(|tag| Lang::parse(tag)) {
            if !languages.contains(&lang) {
                languages.push(lang);
            }
        }
        Self {
            idle_s: feed.idle_s.map(|seconds| seconds.max(bounds::MIN_IDLE_S)),
            item_s: feed.item_s.map(|seconds| seconds.max(bounds::MIN_ITEM_S)),
            countdown_s: feed.countdown_s,
            slide_s: feed.slide_s,
            languages: Some(languages).filter(|languages| !languages.is_empty()),
            hours: feed.hours.as_ref().and_then(|json| Hours::from_json(json.value()).ok()),
            support_phone: non_empty(feed.support_phone.as_deref()),
            qr_mm: feed.qr_mm,
            link_mode: feed.link_mode,
            ..Self::default()
        }
    }
}

/// The brand that came with the catalog.
impl From<&Brand> for Layer {
    fn from(brand: &Brand) -> Self {
        Self {
            brand_name: non_empty(Some(&brand.name)),
            primary: Some(brand.primary),
            accent: Some(brand.accent),
            ..Self::default()
        }
    }
}

impl From<&Binding> for Layer {
    fn from(binding: &Binding) -> Self {
        Self { brand_name: non_empty(Some(&binding.brand)), ..Self::default() }
    }
}

/// An empty text counts as not set.
fn non_empty(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The layer that has set a value, most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The installer, in the unit's settings file
    Config,
    /// The operator, in the feed or in a bundle of it
    Feed,
    /// The person who imported a table on the unit
    Import,
    /// The line that the unit was bound with
    Binding,
    /// Nobody
    Default,
}

impl Origin {
    pub const fn name(self) -> Message {
        match self {
            Self::Config => Message::fixed("本机设置", "this unit's settings"),
            Self::Feed => Message::fixed("商品源", "feed"),
            Self::Import => Message::fixed("导入的表格", "imported table"),
            Self::Binding => Message::fixed("绑定信息", "binding"),
            Self::Default => Message::fixed("默认", "default"),
        }
    }
}

/// A value with its origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sourced<T> {
    pub value: T,
    pub from: Origin,
}

impl<T> Sourced<T> {
    /// Converts the value, keeping its origin.
    pub fn map<U>(&self, form: impl FnOnce(&T) -> U) -> Sourced<U> {
        Sourced { value: form(&self.value), from: self.from }
    }
}
