//! One run of the updater, continuing from wherever the last run stopped.

use super::{
    Change, Failure, Hands, Installed, Ledger, Phase, Proof, Release, Step, UpdateError, next,
    note::{enter, failed},
    retreat::{give_up, not_done, put_back, repair, unlocked},
};

/// The outcome of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is not the time for an update
    Rest,
    /// There is no newer version for this unit
    Current,
    /// A newer version is available (`check` only)
    Available {
        version: String,
    },
    /// The newer version was refused before
    Refused {
        version: String,
    },
    Updated {
        from: String,
        to: String,
    },
    /// Rolled back to the old version
    WentBack {
        version: String,
        why: Failure,
    },
    /// Installed, but whether it works is not known yet
    Unproven {
        version: String,
    },
}

/// Continues what was begun, and begins something new if `may_begin`.
pub fn round(ledger: &mut Ledger, hands: &mut dyn Hands, may_begin: bool) -> Result<Outcome, UpdateError> {
    repair(ledger, hands)?;
    let mut outcome = Outcome::Rest;
    // At most one query of the repository per run
    let mut looked = false;
    let mut is_new = false;
    loop {
        let installed = hands.installed()?;
        let step = next(&ledger.phase, &installed, may_begin && !looked);
        match (step, ledger.phase.clone()) {
            (Step::Rest, _) => return Ok(outcome),
            (Step::Look, _) => {
                looked = true;
                match look(ledger, hands, &installed) {
                    Ok(Ok(change)) => {
                        enter(ledger, hands, Phase::Ready { change })?;
                        // The version was downloaded in order to be installed
                        (looked, is_new) = (false, true);
                    }
                    Ok(Err(nothing)) => outcome = nothing,
                    Err(error) => return Err(failed(ledger, hands, error)),
                }
            }
            (Step::Install, Phase::Ready { change }) if !is_new => {
                // The operator may have withdrawn it since, or offer a newer one
                match is_still_offered(ledger, hands, &change) {
                    Ok(true) => is_new = true,
                    Ok(false) => forget(ledger, hands)?,
                    Err(error) => return Err(failed(ledger, hands, error)),
                }
            }
            (Step::Install, Phase::Ready { change }) => {
                // The kept files may have rotted on the card
                if let Err(error) = hands.verify(&change.to).and_then(|()| hands.verify(&change.from)) {
                    ledger.phase = Phase::Idle;
                    hands.drop_all_but(&[]);
                    return Err(failed(ledger, hands, error));
                }
                enter(ledger, hands, Phase::Installing { change, too_slow: 0 })?;
                looked = true;
            }
            (Step::Install, Phase::Installing { change, .. }) => {
                let verified = hands.verify(&change.to);
                verified
                    .and_then(|()| unlocked(hands, |hands| hands.install(&change.to)))
                    .or_else(|error| not_done(ledger, hands, error))?;
            }
            (Step::Start, Phase::Installing { change, .. }) => {
                if let Err(error) = hands.restart() {
                    tracing::warn!(%error, "the kiosk could not be restarted");
                }
                enter(ledger, hands, Phase::Unproven { change })?;
                looked = true;
            }
            (Step::Prove, Phase::Unproven { change }) => match hands.prove(&change) {
                Proof::Good => {
                    outcome =
                        Outcome::Updated { from: change.from.version.clone(), to: change.to.version.clone() };
                    // Keep the old version, too: a person may still want it
                    hands.drop_all_but(&[&change.to, &change.from]);
                    ledger.good = Some(change.to);
                    ledger.failure = None;
                    ledger.waiting_since = Some(hands.now());
                    enter(ledger, hands, Phase::Idle)?;
                    looked = true;
                }
                Proof::Bad(error) => give_up(ledger, hands, change, &error)?,
                Proof::Open => return Ok(Outcome::Unproven { version: change.to.version }),
            },
            (Step::GiveUp, Phase::Unproven { change }) => {
                give_up(ledger, hands, change, &UpdateError::Broken)?;
            }
            (Step::PutBack, Phase::GoingBack { change, .. }) => {
                if let Err(error) = put_back(ledger, hands, &change) {
                    return Err(failed(ledger, hands, error));
                }
            }
            (Step::Settle, Phase::GoingBack { change, why, refuse }) => {
                if let Err(error) = hands.restart() {
                    tracing::warn!(%error, "the kiosk could not be restarted");
                }
                if refuse {
                    ledger.refuse(&change.to.version, &why.code, why.at);
                }
                outcome = Outcome::WentBack { version: change.from.version.clone(), why: why.clone() };
                hands.drop_all_but(&[&change.from]);
                ledger.good = Some(change.from);
                ledger.failure = Some(why);
                ledger.waiting_since = Some(hands.now());
                enter(ledger, hands, Phase::Idle)?;
                looked = true;
            }
            // Only `Forget` is left; no step belongs to another phase
            _ => forget(ledger, hands)?,
        }
    }
}

/// Only checks whether there is a newer version for this unit.
pub fn check(ledger: &mut Ledger, hands: &mut dyn Hands) -> Result<Outcome, UpdateError> {
    let installed = hands.installed()?;
    if let Err(error) = hands.refresh() {
        return Err(failed(ledger, hands, error));
    }
    ledger.looked_at = Some(hands.now());
    hands.keep_ledger(ledger)?;
    offered(ledger, hands, &installed)
}

/// Returns the repository's version if it is newer than the installed one.
fn newer(hands: &mut dyn Hands, installed: &Installed) -> Result<Option<String>, UpdateError> {
    let current = installed.version.as_deref().ok_or(UpdateError::NotInstalled)?;
    let Some(candidate) = hands.candidate()? else { return Ok(None) };
    // apt would not offer an older version either: only this program itself ever rolls back
    Ok(hands.is_newer(&candidate.version, current)?.then_some(candidate.version))
}

/// Returns what the repository has for this unit.
fn offered(ledger: &Ledger, hands: &mut dyn Hands, installed: &Installed) -> Result<Outcome, UpdateError> {
    Ok(match newer(hands, installed)? {
        Some(version) if ledger.is_refused(&version) => Outcome::Refused { version },
        Some(version) => Outcome::Available { version },
        None => Outcome::Current,
    })
}

/// Queries the repository and downloads a newer version, with everything that a rollback would need; or
/// returns why there is none.
fn look(
    ledger: &mut Ledger,
    hands: &mut dyn Hands,
    installed: &Installed,
) -> Result<Result<Change, Outcome>, UpdateError> {
    let current = installed.version.clone().filter(|_| installed.whole).ok_or(UpdateError::NotInstalled)?;
    hands.refresh()?;
    ledger.looked_at = Some(hands.now());
    let offered = offered(ledger, hands, installed)?;
    let Outcome::Available { version } = offered else {
        // The repository answered, so an earlier failure to reach it is over
        if ledger.failure.as_ref().is_some_and(|failure| failure.version.is_none()) {
            ledger.failure = None;
        }
        ledger.waiting_since = ledger.looked_at;
        hands.keep_ledger(ledger)?;
        return Ok(Err(offered));
    };
    let kept = ledger.good.clone().filter(|good| good.version == current);
    let from: Release = hands.preserve(&current, kept.as_ref())?;
    let to = hands.fetch(&super::Candidate { version })?;
    hands.drop_all_but(&[&from, &to]);
    let had_catalog = hands.has_catalog();
    Ok(Ok(Change { from, to, had_catalog }))
}

/// Returns whether a version downloaded in an earlier run is still what the repository offers.
fn is_still_offered(
    ledger: &mut Ledger,
    hands: &mut dyn Hands,
    change: &Change,
) -> Result<bool, UpdateError> {
    hands.refresh()?;
    ledger.looked_at = Some(hands.now());
    Ok(hands.candidate()?.is_some_and(|candidate| candidate.version == change.to.version))
}

fn forget(ledger: &mut Ledger, hands: &mut dyn Hands) -> Result<(), UpdateError> {
    hands.drop_all_but(&ledger.good.iter().collect::<Vec<_>>());
    enter(ledger, hands, Phase::Idle)
}
