//! The operator's side of a feed: from a table to what shelves follow.
//!
//! An `edition` is what all shelves are told, made of a table and of the edition before; a sink is where it
//! goes. There is one sink, a `folder` that any web server serves. Every sink has to hold the same: objects
//! first, nothing leads to them yet; all that a pointer leads to verified as a shelf would; then the
//! pointers, each old or new.

mod edition;
mod error;
mod folder;
mod verify;

pub use edition::{ClockConfirmation, LIFETIME_S};
pub use error::{FeedFault, PublishError};
pub use folder::{
    AddOutcome, BrandChange, FeedFolder, KEY_SETTLING_S, PublishOutcome, RotationOutcome, TableOptions,
    WriteOutcome, verify_dir, write_bundle,
};
pub use verify::{Verification, verify_url};
