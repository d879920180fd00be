//! The local control protocol: one JSON object a line over a Unix socket in the state directory.
//!
//! A request that is not understood gets an error reply, never silence. Business logic lives
//! with the kiosk: the server calls a [`Handler`]. Each user has seats of their own, and nobody takes another's.

mod client;
mod message;
mod reports;
mod seats;
mod server;
mod sync;

pub use client::{ControlError, ask, not_allowed, request};
pub use message::{CardPlace, KioskStatus, LeftFile, PageName, Reply, Request, Show, Words};
pub use reports::{ReportFailure, ReportsStatus};
pub use server::{Handler, serve};
pub use sync::{SyncDone, SyncInForce, SyncOutcome, SyncProblem, SyncStatus};

/// The longest line that either side reads, in bytes.
const MAX_LINE: usize = 64 * 1024;
