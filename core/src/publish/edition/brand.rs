//! The brand of an edition.

use crate::{
    domain::{self, Rgb},
    feed::FeedBrand,
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
