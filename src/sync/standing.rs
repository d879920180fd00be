//! Status of a unit's syncs, for people and programs.

use super::{Blame, InForce, Progress, Round, SyncError};
use cloud_shelf_core::domain::{Message, text};
use std::{path::Path, time::Instant};

/// The sync in progress, and the outcome of the last one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// Rounds completed since the program started, bundles included
    pub rounds: u64,
    /// Rounds begun since the program started, including the one in progress and interrupted ones
    pub begun: u64,
    /// `None` while no sync is in progress
    pub progress: Option<Progress>,
    /// Unix time (seconds) at which the sync in progress began
    pub since: Option<i64>,
    /// Whether the sync in progress takes in a bundle
    pub bundle: bool,
    /// Outcome of the last completed round
    pub last: Option<Done>,
    /// Unix time (seconds) at which the feed last matched the catalog shown
    pub in_step_at: Option<i64>,
    /// Failed rounds since then
    pub failures: u32,
    /// Pointer of the current catalog, as of the end of the last round
    pub in_force: Option<InForce>,
    /// When the next poll is due
    pub next: Option<Instant>,
}

/// Outcome of a round or of a bundle.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// Unix time (seconds) of the end
    pub at: i64,
    /// The bundle's file name
    pub bundle: Option<String>,
    pub result: Result<Round, Problem>,
    /// Which of the rounds that have begun this is: see [`Standing::begun`]
    pub round: u64,
}

/// Why a round failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    pub code: &'static str,
    pub blame: Blame,
    pub message: Message,
}

impl From<&SyncError> for Problem {
    fn from(error: &SyncError) -> Self {
        Self { code: error.code(), blame: error.blame(), message: error.message() }
    }
}

impl Done {
    pub fn of_round(result: Result<Round, SyncError>, at: i64) -> Self {
        Self { at, bundle: None, result: result.map_err(|error| Problem::from(&error)), round: 0 }
    }

    pub fn of_bundle(path: &Path, result: Result<Round, SyncError>, at: i64) -> Self {
        let name = text::one_line(&path.file_name().unwrap_or_default().to_string_lossy());
        Self { bundle: Some(name), ..Self::of_round(result, at) }
    }

    pub const fn error(&self) -> Option<&Problem> {
        match &self.result {
            Ok(_) => None,
            Err(problem) => Some(problem),
        }
    }
}

impl Standing {
    pub(super) fn begin(&mut self, progress: Progress, bundle: bool, now: i64) {
        self.progress = Some(progress);
        self.since.get_or_insert(now);
        self.bundle = bundle;
    }

    /// Ends an interrupted round, which has no outcome.
    pub(super) fn break_off(&mut self) {
        self.progress = None;
        self.since = None;
    }

    pub(super) fn end(&mut self, mut done: Done, in_force: Option<InForce>) {
        done.round = self.begun;
        self.rounds += 1;
        self.break_off();
        self.in_force = in_force;
        if done.bundle.is_none() {
            match done.result {
                Ok(Round::Held) => self.failures = 0,
                Ok(_) => (self.failures, self.in_step_at) = (0, Some(done.at)),
                Err(_) => self.failures = self.failures.saturating_add(1),
            }
        }
        self.last = Some(done);
    }
}
