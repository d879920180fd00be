//! How a shelf stands with its feed, for people and programs.

use super::{Blame, InForce, Progress, Round, SyncError};
use crate::domain::{Message, text};
use std::{path::Path, time::Instant};

/// What is going on, and what came of it the last time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// Rounds that have ended since the start, bundles among them
    pub rounds: u64,
    /// Rounds that have begun since the start, the one that is going on among them, and those that
    /// were broken off
    pub begun: u64,
    /// `None` while nothing is going on
    pub progress: Option<Progress>,
    /// Since when it is; Unix time (seconds)
    pub since: Option<i64>,
    /// Whether what is going on is a bundle's
    pub bundle: bool,
    /// The last one that has ended
    pub last: Option<Done>,
    /// When the feed was last found to say what the shelf shows; Unix time (seconds)
    pub in_step_at: Option<i64>,
    /// Rounds without an answer since then
    pub failures: u32,
    /// What the catalog on the shelf came from, judged when the last round ended
    pub in_force: Option<InForce>,
    /// When the next look is due
    pub next: Option<Instant>,
}

/// What came of a round or of a bundle.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// Unix time (seconds)
    pub at: i64,
    /// The file's name
    pub bundle: Option<String>,
    pub result: Result<Round, Problem>,
    /// Which of those that have begun this is: see [`Standing::begun`]
    pub round: u64,
}

/// Why it came to nothing.
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

    /// It was broken off for something more urgent, which is no outcome.
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
