//! What is written down of an update on its way.

use super::{Failure, Hands, Ledger, Phase, UpdateError};

/// Records a phase before it begins.
pub(super) fn enter(ledger: &mut Ledger, hands: &mut dyn Hands, phase: Phase) -> Result<(), UpdateError> {
    ledger.phase = phase;
    hands.keep_ledger(ledger)
}

/// Records a failure.
pub(super) fn failed(ledger: &mut Ledger, hands: &mut dyn Hands, error: UpdateError) -> UpdateError {
    let begun = ledger.change().filter(|_| !matches!(ledger.phase, Phase::Ready { .. }));
    // While no update is in progress, a lock or a missing source is not worth recording
    let is_nothing = match error {
        UpdateError::NoSource { .. } => true,
        UpdateError::Busy => begun.is_none(),
        _ => false,
    };
    if !is_nothing {
        let version = begun.map(|change| change.to.version.clone());
        ledger.failure = Some(Failure::of(&error, version.as_deref(), hands.now()));
    }
    // The first error is the one to report
    let _ = hands.keep_ledger(ledger);
    error
}
