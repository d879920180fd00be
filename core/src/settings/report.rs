//! The settings as `status` shows them, each with its value and origin.

use super::{Settings, Sourced};
use crate::hours::{Hours, Span};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The settings in effect at a moment, in the shape of `status --json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettingsReport {
    pub idle_s: Sourced<u32>,
    pub item_s: Sourced<u32>,
    pub countdown_s: Sourced<u32>,
    pub slide_s: Sourced<u32>,
    pub languages: Sourced<Vec<String>>,
    pub hours: Sourced<Option<HoursReport>>,
    pub support_phone: Sourced<Option<String>>,
    pub brand_name: Sourced<String>,
    /// `#RRGGBB`
    pub primary: Sourced<String>,
    pub accent: Sourced<String>,
    pub qr_mm: Sourced<Option<u32>>,
    pub diagonal_in: Sourced<Option<f32>>,
    pub panel_off: Sourced<bool>,
    pub reduced_motion: Sourced<bool>,
    pub link_mode: Sourced<String>,
}

/// The opening hours at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursReport {
    pub open: bool,
    /// RFC 3339, in the shop's time zone; `None` if that is more than a week away
    pub until: Option<String>,
    /// The opening hours of the day
    pub today: Vec<String>,
}

impl SettingsReport {
    /// Returns the settings in effect at a Unix time (seconds).
    pub fn at(settings: &Settings, now: i64) -> Self {
        Self {
            idle_s: settings.idle_s,
            item_s: settings.item_s,
            countdown_s: settings.countdown_s,
            slide_s: settings.slide_s,
            languages: settings.languages.map(|all| all.iter().map(|one| one.as_str().to_owned()).collect()),
            hours: settings.hours.map(|hours| hours.as_ref().map(|hours| HoursReport::at(hours, now))),
            support_phone: settings.support_phone.clone(),
            brand_name: settings.brand_name.clone(),
            primary: settings.primary.map(ToString::to_string),
            accent: settings.accent.map(ToString::to_string),
            qr_mm: settings.qr_mm,
            diagonal_in: settings.diagonal_in,
            panel_off: settings.panel_off,
            reduced_motion: settings.reduced_motion,
            link_mode: settings.link_mode.map(|mode| mode.as_str().to_owned()),
        }
    }
}

impl HoursReport {
    fn at(hours: &Hours, now: i64) -> Self {
        let state = hours.state_at(now);
        let zone = hours.zone();
        let local =
            |second| Timestamp::from_second(second).ok().map(|time| time.to_zoned_datetime(zone.clone()));
        let written = |time: jiff::ZonedDateTime| time.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
        Self {
            open: state.is_open(),
            until: state.until().and_then(local).map(written),
            today: local(now)
                .map(|time| hours.spans_of_date(time.date()).iter().map(Span::to_string).collect())
                .unwrap_or_default(),
        }
    }
}
