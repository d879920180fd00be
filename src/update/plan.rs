//! Decides the next step, from the recorded phase and the installed version.

use super::{Change, Installed, Phase};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing to do for now
    Rest,
    /// Check for a newer version and download it
    Look,
    /// Have dpkg install the new version
    Install,
    /// Restart the kiosk with the installed version
    Start,
    /// Check that the version draws, opens the database and reads the catalog
    Prove,
    /// The new version is broken: roll back
    GiveUp,
    /// Have dpkg install the old version
    PutBack,
    /// The old version is back: finish
    Settle,
    /// A person has installed another version: it stays
    Forget,
}

/// Returns the next step. With `may_begin` false, nothing new is begun; what has begun is always continued,
/// since a shop is better off with either version than with half of one.
pub fn next(phase: &Phase, installed: &Installed, may_begin: bool) -> Step {
    let is = |version: &str| installed.whole && installed.version.as_deref() == Some(version);
    let is_another =
        |change: &Change| installed.whole && !is(&change.from.version) && !is(&change.to.version);
    match phase {
        Phase::Idle if may_begin => Step::Look,
        Phase::Idle => Step::Rest,
        Phase::Ready { change } if !is(&change.from.version) => Step::Forget,
        Phase::Ready { .. } if may_begin => Step::Install,
        Phase::Ready { .. } => Step::Rest,
        Phase::Installing { change, .. } | Phase::Unproven { change } | Phase::GoingBack { change, .. }
            if is_another(change) =>
        {
            Step::Forget
        }
        Phase::Installing { change, .. } if is(&change.to.version) => Step::Start,
        // A power cut during the installation is not the version's fault: install again
        Phase::Installing { .. } => Step::Install,
        Phase::Unproven { change } if is(&change.to.version) => Step::Prove,
        Phase::Unproven { change } if is(&change.from.version) => Step::Forget,
        Phase::Unproven { .. } => Step::GiveUp,
        Phase::GoingBack { change, .. } if is(&change.from.version) => Step::Settle,
        Phase::GoingBack { .. } => Step::PutBack,
    }
}
