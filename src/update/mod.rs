//! Software updates: a newer package of the operator's own repository, installed when nobody
//! shops, good only once it has proven itself, and else taken back by itself.
//!
//! `plan` and [`Ledger`] are the rules, without I/O; [`round()`] carries them out with [`Hands`],
//! which [`Debian`] lends it on a unit. Every step is written down before it is taken, so that a
//! power cut anywhere is gone on from at the next start, and is never taken for a failure.

mod apt;
mod debian;
mod dpkg;
mod error;
mod gate;
mod hands;
mod ledger;
mod plan;
mod proof;
mod release;
mod repack;
mod retreat;
mod round;
mod window;

#[cfg(test)]
mod tests;

pub use debian::{Debian, Way};
pub use error::UpdateError;
pub use gate::Gate;
pub use hands::{Candidate, Hands, Installed, Proof};
pub use ledger::{Change, Failure, Ledger, Phase, Refusal};
pub use plan::{Step, next};
pub use proof::Vital;
pub use release::{Release, upstream};
pub use round::{Outcome, check, round};
pub use window::{Moment, may_begin};
