//! What this unit goes by: what the operator signed, and what its installer set.

use super::Context;
use crate::{
    store::Store,
    sync::{FeedSettings, feed_settings},
};
use cloud_shelf_core::{config::Config, domain::Binding, settings::Settings};

/// What the operator signed of the catalog in the store.
pub(super) fn signed(context: &Context, binding: Option<&Binding>) -> Option<FeedSettings> {
    let kept = Store::open_read_only(&context.paths).and_then(|reader| reader.publication()).ok()??;
    feed_settings(&context.paths, &kept, binding?)
}

/// Returns the settings that a kiosk would start with.
pub(super) fn own_settings(config: &Config, context: &Context, binding: Option<&Binding>) -> Settings {
    let catalog = Store::open_read_only(&context.paths).and_then(|reader| reader.snapshot());
    let catalog = catalog.ok().flatten();
    let published = signed(context, binding).map(|said| said.settings);
    Settings::for_unit(config, published.as_ref(), catalog.as_ref(), binding)
}
