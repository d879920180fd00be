//! What a unit reports to its operator: what shoppers do, without who they are, and the unit's own
//! state.
//!
//! The pages hand `Event`s to a [`Recorder`], which never blocks. A thread of its own stores them
//! in an [`Outbox`] and reports them, signed with the unit's [`DeviceKey`], to the operator's
//! endpoints for activation, heartbeat and events. `docs/FEED.md`, "Reports", is the specification.
//!
//! A unit without a report address records nothing.

mod activity;
mod device_key;
mod error;
mod machine;
mod outbox;
mod pace;
mod recorder;
mod sender;
mod service;

#[cfg(test)]
mod tests;

pub use activity::{Activity, SharedActivity};
pub use device_key::{DeviceKey, DeviceKeyError};
pub use error::ReportError;
pub use machine::Machine;
pub use outbox::{Activation, Batch, BatchId, Ceiling, Outbox, OutboxError, Standing};
pub use pace::{Outcome, Pace};
pub use recorder::{Inbox, Recorder};
pub use service::{Catalog, Options, Service, Unit};
