//! Opening hours on their way to the shelves: what those would pass over in silence is a mistake here.

use super::PublishError;
use crate::{
    feed::Settings,
    hours::{Document, Hours},
};

pub(super) fn check(settings: &Settings) -> Result<(), PublishError> {
    let Some(hours) = &settings.hours else { return Ok(()) };
    let document: Document = serde_json::from_value(hours.value().clone())
        .map_err(|error| PublishError::HoursForm { detail: error.to_string() })?;
    Hours::try_from(&document)?;
    Ok(())
}
