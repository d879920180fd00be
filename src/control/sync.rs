//! The state of the sync with the feed, as the control socket tells it.

use super::Words;
use crate::sync::{Blame, Done, InForce, Problem, Progress, Round, Standing};
use serde::{Deserialize, Serialize};
use std::time::Instant;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SyncStatus {
    /// Finished rounds since the start, bundles included
    pub rounds: u64,
    /// Rounds begun since the start: a round requested now gets a greater number
    #[serde(default)]
    pub begun: u64,
    /// The round in progress; `None` if there is none
    pub progress: Option<Progress>,
    /// When the round in progress began: RFC 3339
    #[serde(default)]
    pub going_on_since: Option<String>,
    /// The last finished round
    pub last: Option<SyncDone>,
    /// When the feed was last seen to match the shelf: RFC 3339
    pub in_step_at: Option<String>,
    /// Failed rounds since then
    pub failures: u32,
    /// The signed pointer of the catalog on the shelf
    #[serde(default)]
    pub in_force: Option<SyncInForce>,
    /// Seconds until the next poll; `None` if no feed is followed
    pub next_in_s: Option<u64>,
}

/// The signed facts of the catalog on the shelf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncInForce {
    /// The operator's version number
    pub version: u64,
    /// RFC 3339
    pub signed_at: String,
    pub expires_at: String,
    /// Whether it had expired when the last round ended
    pub expired: bool,
}

impl From<InForce> for SyncInForce {
    fn from(in_force: InForce) -> Self {
        let InForce { version, signed_at, expires_at, expired } = in_force;
        Self { version, signed_at: time(signed_at), expires_at: time(expires_at), expired }
    }
}

/// The outcome of a round or of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncDone {
    /// RFC 3339
    pub at: String,
    /// A bundle's file name; `None` for the network
    pub bundle: Option<String>,
    pub outcome: SyncOutcome,
    /// Number of objects received
    pub objects: u64,
    /// Why it failed
    pub problem: Option<SyncProblem>,
    /// The round's number, counting all begun rounds
    #[serde(default)]
    pub round: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncOutcome {
    Unchanged,
    /// A new catalog is on the shelf
    Taken,
    /// The catalog is the same; other content, such as settings, is new
    SettingsOnly,
    /// Pictures wait for the download window
    Held,
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncProblem {
    /// Short code
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
