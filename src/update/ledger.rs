//! `state.json` of `/var/lib/cloud-shelf-update`: how far an update is, and what came of those
//! before. Root writes it, everybody reads it.

use super::{Release, UpdateError};
use crate::durable;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::{self, Read},
    os::unix::fs::PermissionsExt,
    path::Path,
};

const SCHEMA: u32 = 1;
/// A few refusals have less.
const MAX_BYTES: u64 = 256 << 10;
/// An operator who ships more bad versions than this has other troubles.
const MAX_REFUSED: usize = 32;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ledger {
    schema: u32,
    pub phase: Phase,
    /// Versions that are never installed again, the newest last
    pub refused: Vec<Refusal>,
    /// What last went wrong; gone with the next thing that goes right
    pub failure: Option<Failure>,
    /// The installed version, once it was proven, as a file to go back to
    pub good: Option<Release>,
    /// When the repository was last asked, in Unix seconds
    pub looked_at: Option<i64>,
}

/// How far an update is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    /// Nothing was begun but, maybe, a download
    #[default]
    Idle,
    /// Both packages are at hand, whole and verified
    Ready { change: Change },
    /// dpkg is, or was, at work
    Installing { change: Change },
    /// Installed, and not proven yet
    Unproven { change: Change },
    /// The old version is being put back
    GoingBack { change: Change, why: Failure, refuse: bool },
}

/// From which version to which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub from: Release,
    pub to: Release,
    /// Whether there was a catalog before: then the new version has to read it, too
    pub had_catalog: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub version: String,
    /// A short name
    pub code: String,
    /// Unix time in seconds
    pub at: i64,
}

/// What went wrong, for reports and for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The version that was tried, where it was about one
    pub version: Option<String>,
    /// A short name
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
    /// Nothing was ever begun where there is no file. A damaged one is an error: whoever begins
    /// afresh may install a version that was refused.
    pub fn load(path: &Path) -> Result<Self, UpdateError> {
        let failed = |error: io::Error| UpdateError::Ledger { path: path.into(), error };
        let file = match File::open(path) {
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
            // The kiosk reads it, as another user
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

    /// The change that is under way.
    pub const fn change(&self) -> Option<&Change> {
        match &self.phase {
            Phase::Idle => None,
            Phase::Ready { change }
            | Phase::Installing { change }
            | Phase::Unproven { change }
            | Phase::GoingBack { change, .. } => Some(change),
        }
    }
}
