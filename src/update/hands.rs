//! What carrying out an update needs of a machine.

use super::{Change, Ledger, Release, UpdateError};
use std::time::Duration;

/// Our package as dpkg has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    pub version: Option<String>,
    /// Unpacked and configured
    pub whole: bool,
}

/// A version that the repository offers to this unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub version: String,
}

/// What is to be said of a version that was started.
#[derive(Debug)]
pub enum Proof {
    Good,
    Bad(UpdateError),
    /// Nobody can tell now, such as without a screen
    Open,
}

/// A machine that can be updated. Whatever it does is durable once it has returned.
pub trait Hands {
    /// Unix time in seconds.
    fn now(&self) -> i64;
    /// Lets time go by.
    fn pause(&mut self, time: Duration);
    fn keep_ledger(&mut self, ledger: &Ledger) -> Result<(), UpdateError>;
    /// Brings what dpkg was cut in to its end, as far as that goes.
    fn repair(&mut self) -> Result<(), UpdateError>;
    fn installed(&mut self) -> Result<Installed, UpdateError>;
    /// Asks the repository, whose signature must be right.
    fn refresh(&mut self) -> Result<(), UpdateError>;
    /// What it has for this unit now, phasing counted in.
    fn candidate(&mut self) -> Result<Option<Candidate>, UpdateError>;
    fn is_newer(&mut self, version: &str, than: &str) -> Result<bool, UpdateError>;
    /// Brings a version whole, verifies it, and sees that it could be installed.
    fn fetch(&mut self, candidate: &Candidate) -> Result<Release, UpdateError>;
    /// A version as a file: the kept one where it still is what it was, else brought again, or made of
    /// what is installed.
    fn preserve(&mut self, version: &str, kept: Option<&Release>) -> Result<Release, UpdateError>;
    /// That a kept file still is what it was.
    fn verify(&mut self, release: &Release) -> Result<(), UpdateError>;
    fn install(&mut self, release: &Release) -> Result<(), UpdateError>;
    /// Starts the kiosk anew, by what is installed.
    fn restart(&mut self) -> Result<(), UpdateError>;
    fn has_catalog(&mut self) -> bool;
    /// Watches the new version for as long as it takes.
    fn prove(&mut self, change: &Change) -> Proof;
    /// Drops all kept files but these.
    fn drop_all_but(&mut self, kept: &[&Release]);
}
