//! Checks settings for units before publishing: what a unit would ignore or misread is an error
//! here.

use crate::{domain::bounds, feed::FeedSettings, hours::Hours, publish::PublishError};

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
