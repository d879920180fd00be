//! Software updates: installs newer packages from the operator's repository while nobody shops. A new version
//! counts as good only once it has proven itself; otherwise the unit rolls back by itself.
//!
//! `plan` and [`Ledger`] are the rules, without I/O; [`round()`] carries them out through [`Hands`],
//! implemented by [`Debian`] on a unit. Every step is recorded before it is taken, so that after a power cut
//! the next start continues the update, and the cut never counts as a failure.

mod apt;
mod debian;
mod dpkg;
mod error;
mod gate;
mod hands;
mod ledger;
mod note;
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
