//! Reporting activity, for other threads to show.

use super::ReportError;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// Reporting in progress, and its outcome since the program started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// When the connection in progress began; `None` if there is none. Unix time (seconds), as all
    /// below
    pub since: Option<i64>,
    /// When a server last accepted everything that was waiting
    pub last_accepted: Option<i64>,
    /// When reporting last failed, and the error code
    pub last_failure: Option<(i64, String)>,
    /// When the next report is due
    pub next: Option<Instant>,
}

/// Shared view of the activity; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct SharedActivity(Arc<Mutex<Activity>>);

impl SharedActivity {
    pub fn now(&self) -> Activity {
        self.lock().clone()
    }

    pub(super) fn begin(&self, now: i64) {
        let mut activity = self.lock();
        activity.since = Some(now);
        activity.next = None;
    }

    pub(super) fn accepted(&self, now: i64) {
        self.lock().last_accepted = Some(now);
    }

    pub(super) fn failed(&self, now: i64, error: &ReportError) {
        self.lock().last_failure = Some((now, error.code().to_owned()));
    }

    pub(super) fn rest(&self, until: Option<Instant>) {
        let mut activity = self.lock();
        activity.since = None;
        activity.next = until;
    }

    fn lock(&self) -> MutexGuard<'_, Activity> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
