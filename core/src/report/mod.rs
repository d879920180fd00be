//! What units tell their operator: both halves, a unit that signs and a server that reads. Pure.
//!
//! A report is a compact JWS by the pointer's rules, signed with the unit's own key. A unit makes a
//! [`Report`] of a [`ReportBody`], signs it and reads the [`ReportAnswer`]; a server takes what came apart as an
//! [`UnverifiedReport`] report, and has the [`ReportClaims`] once it has verified it. `docs/FEED.md`, "Reports", is the
//! specification.

mod address;
mod answer;
mod claims;
mod event;
mod form;

#[cfg(test)]
mod tests;

pub use address::{ReportAddress, ReportAddressError};
pub use answer::{OperatorMessage, ReportAnswer, ReportVerdict};
pub use claims::{InvalidReport, ReportClaims, ReportContent, UnverifiedReport};
pub use event::{
    DAY_S, Event, EventEntry, EventKind, EventRecord, EventTime, LossReason, QUARTER_S, start_of_day,
    start_of_quarter,
};
pub use form::{Heartbeat, LastError, PublicJwk, Report, ReportBody};

/// Schema version of all reports and answers.
const SCHEMA: u32 = 1;
