//! The operations that an update needs of a machine.

use super::{Change, Ledger, Release, UpdateError};
use std::time::Duration;

/// The package cloud-shelf as dpkg has it installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    pub version: Option<String>,
    /// Whether it is unpacked and configured
    pub whole: bool,
}

/// A version that the repository offers to this unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub version: String,
}

/// The verdict on a version that was started.
#[derive(Debug)]
pub enum Proof {
    Good,
    Bad(UpdateError),
    /// Not known now, for example without a screen
    Open,
}

/// A machine that can be updated. Every operation is durable once it returns.
pub trait Hands {
    /// Returns the Unix time in seconds.
    fn now(&self) -> i64;
    /// Sleeps.
    fn pause(&mut self, time: Duration);
    fn keep_ledger(&mut self, ledger: &Ledger) -> Result<(), UpdateError>;
    /// Completes what dpkg was interrupted in, as far as possible.
    fn repair(&mut self) -> Result<(), UpdateError>;
    fn installed(&mut self) -> Result<Installed, UpdateError>;
    /// Fetches the repository's index and verifies its signature.
    fn refresh(&mut self) -> Result<(), UpdateError>;
    /// Returns what the repository has for this unit now, with phasing taken into account.
    fn candidate(&mut self) -> Result<Option<Candidate>, UpdateError>;
    fn is_newer(&mut self, version: &str, than: &str) -> Result<bool, UpdateError>;
    /// Downloads a version completely, verifies it, and checks that it can be installed.
    fn fetch(&mut self, candidate: &Candidate) -> Result<Release, UpdateError>;
    /// Returns a version as a file: the kept one if it is intact, else downloaded again, else repacked from
    /// the installed files.
    fn preserve(&mut self, version: &str, kept: Option<&Release>) -> Result<Release, UpdateError>;
    /// Verifies that a kept file is intact.
    fn verify(&mut self, release: &Release) -> Result<(), UpdateError>;
    fn install(&mut self, release: &Release) -> Result<(), UpdateError>;
    /// Restarts the kiosk with the installed version.
    fn restart(&mut self) -> Result<(), UpdateError>;
    fn has_catalog(&mut self) -> bool;
    /// Watches the new version until its verdict is known.
    fn prove(&mut self, change: &Change) -> Proof;
    /// Deletes all kept files except these.
    fn drop_all_but(&mut self, kept: &[&Release]);
}
