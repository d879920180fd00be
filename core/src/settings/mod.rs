//! The settings in effect, and the origin of each.
//!
//! Settings come from several layers: the installer's settings file, the operator's feed, the brand of the
//! table or the feed, the binding. For each field, the first layer that sets it wins, and `status` tells
//! which that was.

mod layer;
mod report;

pub use layer::{Layer, Origin, Sourced};
pub use report::{HoursReport, SettingsReport};

use crate::{
    config::Config,
    domain::{Binding, Brand, CatalogSnapshot, CatalogSource, Lang, LinkMode, Rgb},
    feed,
    hours::Hours,
};

/// The settings in effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Seconds without a touch on the shelf page
    pub idle_s: Sourced<u32>,
    /// Seconds without a touch on an item page
    pub item_s: Sourced<u32>,
    /// Seconds that "still looking?" counts down; 0 skips the question
    pub countdown_s: Sourced<u32>,
    /// Seconds that the attract page shows one item
    pub slide_s: Sourced<u32>,
    /// The languages offered: no duplicates, at least one; the attract page starts with the first
    pub languages: Sourced<Vec<Lang>>,
    /// `None` means always open
    pub hours: Sourced<Option<Hours>>,
    pub support_phone: Sourced<Option<String>>,
    pub brand_name: Sourced<String>,
    pub primary: Sourced<Rgb>,
    pub accent: Sourced<Rgb>,
    /// Side of the QR code in millimetres, as far as the page has room; without it the page decides
    pub qr_mm: Sourced<Option<u32>>,
    /// Diagonal of the physical panel in inches; sizes in millimetres need it
    pub diagonal_in: Sourced<Option<f32>>,
    /// Whether the panel goes off outside opening hours, if the hardware can
    pub panel_off: Sourced<bool>,
    /// Cross-fades only, no other motion
    pub reduced_motion: Sourced<bool>,
    pub link_mode: Sourced<LinkMode>,
}

impl Settings {
    /// Returns the settings in effect for this settings file, feed, catalog and binding.
    pub fn for_unit(
        config: &Config,
        feed: Option<&feed::FeedSettings>,
        catalog: Option<&CatalogSnapshot>,
        binding: Option<&Binding>,
    ) -> Self {
        let brand_from = |source| match source {
            CatalogSource::Import => Origin::Import,
            CatalogSource::Feed | CatalogSource::Bundle => Origin::Feed,
        };
        let layers = [
            Some((Origin::Config, config.into())),
            feed.map(|feed| (Origin::Feed, feed.into())),
            catalog.map(|catalog| (brand_from(catalog.source), (&catalog.brand).into())),
            binding.map(|binding| (Origin::Binding, binding.into())),
        ];
        Self::merge(&layers.into_iter().flatten().collect::<Vec<_>>())
    }

    /// Merges layers, the most important first.
    pub fn merge(layers: &[(Origin, Layer)]) -> Self {
        let brand = Brand::default();
        Self {
            idle_s: pick(layers, |layer| layer.idle_s, 45),
            item_s: pick(layers, |layer| layer.item_s, 120),
            countdown_s: pick(layers, |layer| layer.countdown_s, 10),
            slide_s: pick(layers, |layer| layer.slide_s, 6),
            languages: languages(layers),
            hours: pick(layers, |layer| layer.hours.clone().map(Some), None),
            support_phone: pick(layers, |layer| layer.support_phone.clone().map(Some), None),
            brand_name: pick(layers, |layer| layer.brand_name.clone(), brand.name),
            primary: pick(layers, |layer| layer.primary, brand.primary),
            accent: pick(layers, |layer| layer.accent, brand.accent),
            qr_mm: pick(layers, |layer| layer.qr_mm.map(Some), None),
            diagonal_in: pick(layers, |layer| layer.diagonal_in.map(Some), None),
            panel_off: pick(layers, |layer| layer.panel_off, true),
            reduced_motion: pick(layers, |layer| layer.reduced_motion, false),
            link_mode: pick(layers, |layer| layer.link_mode, LinkMode::default()),
        }
    }
}

fn pick<T>(layers: &[(Origin, Layer)], field: impl Fn(&Layer) -> Option<T>, default: T) -> Sourced<T> {
    let said =
        layers.iter().find_map(|(from, layer)| field(layer).map(|value| Sourced { value, from: *from }));
    said.unwrap_or(Sourced { value: default, from: Origin::Default })
}

/// Merges the languages. If the list and the first language come from two layers, the more important one is
/// named as the origin.
fn languages(layers: &[(Origin, Layer)]) -> Sourced<Vec<Lang>> {
    let mut offered = pick(layers, |layer| layer.languages.clone(), Lang::ALL.to_vec());
    let first = pick(layers, |layer| layer.first_language.map(Some), None);
    if let Some(language) = first.value
        && first.from <= offered.from
    {
        offered.value.retain(|other| *other != language);
        offered.value.insert(0, language);
        offered.from = first.from;
    }
    offered
}

#[cfg(test)]
mod tests;
