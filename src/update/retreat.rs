//! The rollback to the old version, and what leads to it.

use super::{
    Change, Failure, Hands, Ledger, Phase, UpdateError,
    note::{enter, failed},
};
use std::time::Duration;

/// Retry interval while dpkg is locked by somebody else.
const LOCK_BEAT: Duration = Duration::from_secs(30);
/// Half an hour in all, since a package may be half installed meanwhile.
const LOCK_TRIES: u32 = 60;
/// A slow card is not the version's fault: an installation that times out gets a second try.
const MOST_TOO_SLOW: u32 = 2;

/// Runs a step of dpkg as soon as dpkg is not locked by somebody else.
pub(super) fn unlocked(
    hands: &mut dyn Hands,
    mut step: impl FnMut(&mut dyn Hands) -> Result<(), UpdateError>,
) -> Result<(), UpdateError> {
    for _ in 0..LOCK_TRIES {
        match step(hands) {
            Err(UpdateError::Busy) => hands.pause(LOCK_BEAT),
            done => return done,
        }
    }
    step(hands)
}

/// Completes an interrupted dpkg run before anything else. Skipped during a rollback, since the new version's
/// scripts may be what hangs.
pub(super) fn repair(ledger: &mut Ledger, hands: &mut dyn Hands) -> Result<(), UpdateError> {
    let repaired = match &ledger.phase {
        Phase::GoingBack { .. } => return Ok(()),
        Phase::Installing { .. } => unlocked(hands, |hands| hands.repair()),
        _ => hands.repair(),
    };
    repaired.or_else(|error| not_done(ledger, hands, error))
}

/// Handles an installation that did not finish: tries again or rolls back.
pub(super) fn not_done(
    ledger: &mut Ledger,
    hands: &mut dyn Hands,
    error: UpdateError,
) -> Result<(), UpdateError> {
    let is_slow = matches!(error, UpdateError::Slow { .. });
    match &mut ledger.phase {
        Phase::Installing { change, too_slow }
            if error.is_over() || is_slow && *too_slow + 1 >= MOST_TOO_SLOW =>
        {
            let change = change.clone();
            give_up(ledger, hands, change, &error)
        }
        Phase::Installing { too_slow, .. } if is_slow => {
            *too_slow += 1;
            Err(failed(ledger, hands, error))
        }
        _ => Err(failed(ledger, hands, error)),
    }
}

pub(super) fn give_up(
    ledger: &mut Ledger,
    hands: &mut dyn Hands,
    change: Change,
    error: &UpdateError,
) -> Result<(), UpdateError> {
    let why = Failure::of(error, Some(&change.to.version), hands.now());
    enter(ledger, hands, Phase::GoingBack { change, why, refuse: error.blames_version() })
}

/// Puts the old version back.
pub(super) fn put_back(
    ledger: &mut Ledger,
    hands: &mut dyn Hands,
    change: &Change,
) -> Result<(), UpdateError> {
    // The kept file may have rotted on the card; `preserve` then gets it again
    let from = hands.preserve(&change.from.version, Some(&change.from))?;
    if let Phase::GoingBack { change, .. } = &mut ledger.phase
        && change.from != from
    {
        change.from = from.clone();
        hands.keep_ledger(ledger)?;
    }
    unlocked(hands, |hands| hands.install(&from))
}
