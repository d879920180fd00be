//! The local control protocol: one JSON object per line over a Unix socket in the state directory.
//!
//! An unknown request gets an error reply, never silence. Business logic lives in the kiosk: the server calls
//! a [`Handler`]. Each user has connection slots ("seats") of their own, so that no user can lock out
//! another.

mod client;
mod error;
mod message;
mod reports;
mod seats;
mod server;
mod sync;
mod words;

pub use client::{ask, request};
pub use error::{ControlError, not_allowed};
pub use message::{CardPlace, KioskStatus, LeftFile, PageName, Reply, Request, Show};
pub use reports::{ReportFailure, ReportsStatus};
pub use server::{Handler, serve};
pub use sync::{SyncDone, SyncInForce, SyncOutcome, SyncProblem, SyncStatus};
pub use words::Words;

/// Upper bound on a line, in bytes, for both sides.
const MAX_LINE: usize = 64 * 1024;
