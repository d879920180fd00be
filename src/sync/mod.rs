//! The shelf's side of the feed: look, plan, fetch, verify, keep, swap.

mod backoff;
mod jitter;
mod plan;
mod schedule;
mod time;

pub use backoff::Backoff;
pub use plan::{Plan, Want};
pub use schedule::Schedule;
pub use time::{Known, Standing, TrustedClock};
