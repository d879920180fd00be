//! `state.json` of the updates: the phase of the current update and the results of earlier ones. Root writes
//! it, everybody reads it.

use super::{Release, UpdateError};
use cloud_shelf_core::{durable, plain_file::PlainPath};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    io::{self, Read},
    os::unix::fs::PermissionsExt,
    path::Path,
};

const SCHEMA: u32 = 1;
/// Upper bound on the file's size, in bytes.
const MAX_BYTES: u64 = 256 << 10;
/// Upper bound on the refused versions kept.
const MAX_REFUSED: usize = 32;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ledger {
    schema: u32,
    pub phase: Phase,
    /// Versions that are never installed again, newest last
    pub refused: Vec<Refusal>,
    /// The last failure; cleared by the next success
    pub failure: Option<Failure>,
    /// The installed version as a file, once it was proven, for a rollback
    pub good: Option<Release>,
    /// Unix time (seconds) of the last successful query of the repository
    pub looked_at: Option<i64>,
    /// Unix time (seconds) since which no query has succeeded; initially, since there was a source
    pub waiting_since: Option<i64>,
}

/// The phase of an update.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    /// No update has begun, except perhaps a download
    #[default]
    Idle,
    /// Both packages are at hand, complete and verified
    Ready { change: Change },
    /// dpkg is running, or was interrupted
    Installing {
        change: Change,
        /// How often dpkg has timed out
        #[serde(default)]
        too_slow: u32,
    },
    /// Installed, but not yet proven
    Unproven { change: Change },
    /// Rolling back to the old version
    GoingBack { change: Change, why: Failure, refuse: bool },
}

/// The old and the new version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub from: Release,
    pub to: Release,
    /// Whether there was a catalog before, which the new version must then be able to read
    pub had_catalog: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub version: String,
    /// Short code
    pub code: String,
    /// Unix time in seconds
    pub at: i64,
}

/// A failure, for reports and for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The version that was tried, if the failure is about one
    pub version: Option<String>,
    /// Short code
    pub code: String,
    pub zh: String,
    pub en: String,
    /// Unix time in seconds
    pub at: i64,
}

impl Failure {
    pub fn of(error: &UpdateError, version: Option<&str>, at: i64) -> Self {
        let message = error.message();
        Self {
            version: version.map(str::to_owned),
            code: error.code().to_owned(),
            zh: message.zh.into_owned(),
            en: message.en.into_owned(),
            at,
        }
    }
}

impl Ledger {
    /// Loads the ledger. A missing file means that no update was ever begun. A damaged file is an error:
    /// starting afresh could install a refused version.
    pub fn load(path: &Path) -> Result<Self, UpdateError> {
        let failed = |error: io::Error| UpdateError::Ledger { path: path.into(), error };
        let file = match PlainPath::in_folder(path).open() {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(failed(error)),
        };
        let mut bytes = Vec::new();
        file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(failed)?;
        let ledger: Self = serde_json::from_slice(&bytes).map_err(|error| failed(error.into()))?;
        if ledger.schema > SCHEMA {
            return Err(failed(io::Error::other(format!("schema {}", ledger.schema))));
        }
        Ok(ledger)
    }

    pub fn keep(&self, path: &Path) -> Result<(), UpdateError> {
        let written = serde_json::to_vec_pretty(&Self { schema: SCHEMA, ..self.clone() })
            .map_err(io::Error::from)
            .and_then(|bytes| durable::replace(path, &bytes))
            // The kiosk reads it as another user
            .and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(0o644)));
        written.map_err(|error| UpdateError::Ledger { path: path.into(), error })
    }

    pub fn is_refused(&self, version: &str) -> bool {
        self.refused.iter().any(|refusal| refusal.version == version)
    }

    pub fn refuse(&mut self, version: &str, code: &str, at: i64) {
        if !self.is_refused(version) {
            self.refused.push(Refusal { version: version.to_owned(), code: code.to_owned(), at });
            let too_many = self.refused.len().saturating_sub(MAX_REFUSED);
            self.refused.drain(..too_many);
        }
    }

    /// Starts waiting, counted from the last query or from now; returns false if it already waits.
    pub fn begin_waiting(&mut self, now: i64) -> bool {
        let begins = self.waiting_since.is_none();
        self.waiting_since = self.waiting_since.or(self.looked_at).or(Some(now));
        begins
    }

    /// Returns the change in progress.
    pub const fn change(&self) -> Option<&Change> {
        match &self.phase {
            Phase::Idle => None,
            Phase::Ready { change }
            | Phase::Installing { change, .. }
            | Phase::Unproven { change }
            | Phase::GoingBack { change, .. } => Some(change),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloud_shelf_core::domain::Sha256;

    #[test]
    fn what_was_written_down_is_read_again_in_every_phase() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state.json");
        assert_eq!(Ledger::load(&path).unwrap(), Ledger::default());
        let release = |version: &str| Release {
            version: version.into(),
            file: format!("cloud-shelf_{version}.deb"),
            sha256: Sha256::digest(version.as_bytes()),
        };
        let change = Change { from: release("0.1.0-1"), to: release("0.2.0-1"), had_catalog: true };
        let why = Failure::of(&UpdateError::NothingDrawn, Some("0.2.0-1"), 7);
        for phase in [
            Phase::Idle,
            Phase::Ready { change: change.clone() },
            Phase::Installing { change: change.clone(), too_slow: 1 },
            Phase::Unproven { change: change.clone() },
            Phase::GoingBack { change: change.clone(), why: why.clone(), refuse: true },
        ] {
            let mut ledger = Ledger {
                phase,
                failure: Some(why.clone()),
                good: Some(release("0.1.0-1")),
                ..Ledger::default()
            };
            ledger.refuse("0.0.9-1", "update_dpkg", 5);
            ledger.refuse("0.0.9-1", "update_broken", 6);
            ledger.keep(&path).unwrap();
            let read = Ledger::load(&path).unwrap();
            assert_eq!(read, Ledger { schema: SCHEMA, ..ledger });
            assert!(read.is_refused("0.0.9-1") && read.refused.len() == 1 && !read.is_refused("0.2.0-1"));
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o644);
        }
    }

    #[test]
    fn what_an_older_program_has_written_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state.json");
        let release = format!(r#"{{"version":"0.2.0","file":"x.deb","sha256":"{}"}}"#, Sha256::digest(b""));
        let text = format!(
            r#"{{"schema":1,"phase":{{"phase":"installing","change":{{"from":{release},"to":{release},"had_catalog":true}}}},"refused":[],"looked_at":7}}"#
        );
        fs::write(&path, text).unwrap();
        let ledger = Ledger::load(&path).unwrap();
        assert!(matches!(ledger.phase, Phase::Installing { too_slow: 0, .. }), "{:?}", ledger.phase);
        assert_eq!((ledger.looked_at, ledger.waiting_since), (Some(7), None));
    }

    #[test]
    fn a_unit_waits_from_its_last_look_or_its_first_day_on() {
        for (looked_at, since) in [(Some(5), 5), (None, 8)] {
            let mut ledger = Ledger { looked_at, ..Ledger::default() };
            assert!(ledger.begin_waiting(8) && !ledger.begin_waiting(9));
            assert_eq!(ledger.waiting_since, Some(since));
        }
    }

    #[test]
    fn a_damaged_record_is_said_and_not_begun_afresh() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state.json");
        for text in ["", "{", r#"{"schema":2,"phase":{"phase":"idle"}}"#, r#"{"phase":{"phase":"later"}}"#] {
            fs::write(&path, text).unwrap();
            let error = Ledger::load(&path).unwrap_err();
            assert_eq!(error.code(), "update_ledger", "{text}");
            assert!(error.message().zh.contains("state.json"));
        }
        let mut ledger = Ledger::default();
        (0..100).for_each(|version| ledger.refuse(&version.to_string(), "x", 0));
        assert!(ledger.is_refused("99") && ledger.refused.len() == MAX_REFUSED);
    }
}
