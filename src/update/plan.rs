//! What to do next, from what was written down and what is there.

use super::{Change, Installed, Phase};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing, for now
    Rest,
    /// See whether there is a newer version, and bring it
    Look,
    /// Have dpkg install the new version
    Install,
    /// It is installed: start it
    Start,
    /// See whether it draws, opens the database and reads the catalog
    Prove,
    /// It is broken as it lies there
    GiveUp,
    /// Have dpkg install the old version
    PutBack,
    /// The old version is back
    Settle,
    /// Somebody else has installed a version by hand: theirs stays
    Forget,
}

/// The next step. `may_begin` is false where nothing new is to be begun; what was begun is always
/// gone on with, for a shop is better off with either version than with half of one.
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
        // A power cut in the middle is no fault of the version: once more
        Phase::Installing { .. } => Step::Install,
        Phase::Unproven { change } if is(&change.to.version) => Step::Prove,
        Phase::Unproven { change } if is(&change.from.version) => Step::Forget,
        Phase::Unproven { .. } => Step::GiveUp,
        Phase::GoingBack { change, .. } if is(&change.from.version) => Step::Settle,
        Phase::GoingBack { .. } => Step::PutBack,
    }
}
