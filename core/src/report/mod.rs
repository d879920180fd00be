//! What units tell their operator: both halves, a unit that signs and a server that reads. Pure.
//!
//! A report is a compact JWS by the pointer's rules, signed with the unit's own key. A unit makes a
//! [`Report`] of a [`Body`], signs it and reads the [`Answer`]; a server takes what came apart as an
//! [`Unverified`] report, and has the [`Claims`] once it has verified it. `docs/FEED.md`, "Reports", is the
//! specification.

mod address;
mod answer;
mod claims;
mod entry;
mod error;
mod event;
mod form;
mod key;

#[cfg(test)]
mod tests;

pub use address::{BadReportAddress, ReportAddress};
pub use answer::{Answer, Verdict, Words};
pub use claims::{Claims, Said, Unverified};
pub use entry::{DAY, Entry, Kind, QUARTER, Record, When, day, quarter};
pub use error::BadReport;
pub use event::{Event, Loss};
pub use form::{Body, Heartbeat, LastError, Report};
pub use key::PublicJwk;

/// Schema version of all reports and answers.
const SCHEMA: u32 = 1;
