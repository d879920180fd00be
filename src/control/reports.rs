//! The state of the reports to the operator, as the control socket tells it.

use super::sync::time;
use crate::telemetry::Activity;
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// The reports since the kiosk's start. All times are RFC 3339.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportsStatus {
    /// When the current upload began; `None` if none is running
    pub going_on_since: Option<String>,
    /// When a server last accepted everything there was to report
    pub last_accepted: Option<String>,
    pub last_failure: Option<ReportFailure>,
    /// Seconds until the next report is due
    pub next_in_s: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportFailure {
    pub at: String,
    /// Short code
    pub code: String,
}

impl From<&Activity> for ReportsStatus {
    fn from(activity: &Activity) -> Self {
        let left = |next: Instant| next.saturating_duration_since(Instant::now()).as_secs();
        let failure = activity.last_failure.as_ref();
        Self {
            going_on_since: activity.since.map(time),
            last_accepted: activity.last_accepted.map(time),
            last_failure: failure.map(|(at, code)| ReportFailure { at: time(*at), code: code.clone() }),
            next_in_s: activity.next.map(left),
        }
    }
}
