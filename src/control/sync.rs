//! How the kiosk stands with its feed, over the control socket.

use super::Words;
use crate::sync::{Blame, Done, InForce, Problem, Progress, Round, Standing};
use serde::{Deserialize, Serialize};
use std::time::Instant;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SyncStatus {
    /// Rounds that have ended since the start, bundles among them
    pub rounds: u64,
    /// Rounds that have begun since the start: one that is asked for now has a greater number
    #[serde(default)]
    pub begun: u64,
    /// What is going on; `None` while nothing is
    pub progress: Option<Progress>,
    /// Since when: RFC 3339
    #[serde(default)]
    pub going_on_since: Option<String>,
    /// The last round that has ended
    pub last: Option<SyncDone>,
    /// When the feed was last found to say what the shelf shows: RFC 3339
    pub in_step_at: Option<String>,
    /// Rounds without an answer since then
    pub failures: u32,
    /// The signed pointer that the catalog on the shelf came from
    #[serde(default)]
    pub in_force: Option<SyncInForce>,
    /// Seconds until the next look; `None` where no feed is followed
    pub next_in_s: Option<u64>,
}

/// What the operator has signed of the catalog on the shelf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncInForce {
    /// As the operator numbered it
    pub version: u64,
    /// RFC 3339
    pub signed_at: String,
    pub expires_at: String,
    /// Whether that time had come when the last round ended
    pub expired: bool,
}

impl From<InForce> for SyncInForce {
    fn from(in_force: InForce) -> Self {
        let InForce { version, signed_at, expires_at, expired } = in_force;
        Self { version, signed_at: time(signed_at), expires_at: time(expires_at), expired }
    }
}

/// What came of a round or of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncDone {
    /// RFC 3339
    pub at: String,
    /// A bundle's file name; `None` for the network
    pub bundle: Option<String>,
    pub outcome: SyncOutcome,
    /// Objects that came
    pub objects: u64,
    /// Why it failed
    pub problem: Option<SyncProblem>,
    /// Its number among those that have begun
    #[serde(default)]
    pub round: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncOutcome {
    Unchanged,
    /// Another catalog is on the shelf now
    Taken,
    /// Only what stands beside the catalog is new, such as settings
    SettingsOnly,
    /// Pictures wait for the download window
    Held,
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncProblem {
    /// A short name
    pub code: String,
    pub blame: Blame,
    #[serde(flatten)]
    pub words: Words,
}

impl From<&Standing> for SyncStatus {
    fn from(standing: &Standing) -> Self {
        let left = |next: Instant| next.saturating_duration_since(Instant::now()).as_secs();
        Self {
            rounds: standing.rounds,
            begun: standing.begun,
            progress: standing.progress,
            going_on_since: standing.since.map(time),
            last: standing.last.as_ref().map(SyncDone::from),
            in_step_at: standing.in_step_at.map(time),
            failures: standing.failures,
            in_force: standing.in_force.map(SyncInForce::from),
            next_in_s: standing.next.map(left),
        }
    }
}

impl From<&Done> for SyncDone {
    fn from(done: &Done) -> Self {
        let (outcome, objects, problem) = match &done.result {
            Ok(Round::Unchanged) => (SyncOutcome::Unchanged, 0, None),
            Ok(Round::Held) => (SyncOutcome::Held, 0, None),
            Ok(Round::Taken { changed: true, objects }) => (SyncOutcome::Taken, *objects, None),
            Ok(Round::Taken { changed: false, objects }) => (SyncOutcome::SettingsOnly, *objects, None),
            Err(problem) => (SyncOutcome::Failed, 0, Some(problem.into())),
        };
        let (bundle, objects) = (done.bundle.clone(), objects as u64);
        Self { at: time(done.at), bundle, outcome, objects, problem, round: done.round }
    }
}

impl From<&Problem> for SyncProblem {
    fn from(problem: &Problem) -> Self {
        Self { code: problem.code.to_owned(), blame: problem.blame, words: problem.message.clone().into() }
    }
}

pub(super) fn time(at: i64) -> String {
    jiff::Timestamp::from_second(at).map(|time| time.to_string()).unwrap_or_default()
}
