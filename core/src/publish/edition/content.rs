//! The content of an edition: brand and settings, checked before they are published.

use crate::{
    domain::{self, Rgb, bounds},
    feed::{FeedBrand, FeedSettings},
    hours::Hours,
    publish::PublishError,
};

/// The brand of the edition before with what changes now; what neither says is the usual.
pub(in crate::publish) fn next_brand(
    last: Option<&FeedBrand>,
    name: Option<&str>,
    primary: Option<Rgb>,
    accent: Option<Rgb>,
) -> Result<FeedBrand, PublishError> {
    let usual = domain::Brand::default();
    let name = name.map(|name| name.trim().to_owned());
    Ok(FeedBrand {
        name: name.or_else(|| last.map(|last| last.name.clone())).ok_or(PublishError::NoBrand)?,
        primary: primary.or(last.map(|last| last.primary)).unwrap_or(usual.primary),
        accent: accent.or(last.map(|last| last.accent)).unwrap_or(usual.accent),
        logo: last.and_then(|last| last.logo),
    })
}

pub(in crate::publish) fn check_settings(settings: &FeedSettings) -> Result<(), PublishError> {
    if let Some(hours) = &settings.hours {
        Hours::from_json(hours.value())?;
    }
    for (name, seconds, least) in
        [("idle_s", settings.idle_s, bounds::MIN_IDLE_S), ("item_s", settings.item_s, bounds::MIN_ITEM_S)]
    {
        if seconds.is_some_and(|seconds| seconds < least) {
            return Err(PublishError::TimeoutTooShort { name, least });
        }
    }
    Ok(())
}
