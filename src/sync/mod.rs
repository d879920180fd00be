//! The unit's side of the feed: poll, plan, fetch, verify, store, swap.
//!
//! A [`Follower`] runs one round; the [`Service`] runs rounds on the unit's own schedule. Whatever
//! fails, the current catalog stays, and objects that have arrived are not downloaded again.

mod backoff;
mod bundle;
mod decency;
mod doubt;
mod error;
mod feed;
mod fetch;
mod follower;
mod in_force;
mod interruption;
mod jitter;
mod line;
mod plan;
mod prepare;
mod progress;
mod retries;
mod schedule;
mod service;
mod settings;
mod stage;
mod standing;
mod time;
mod trust;
mod trust_file;
mod waiting;

pub use backoff::Backoff;
pub use bundle::{bundle_holds, is_bundle, take_bundle};
pub use error::{Blame, SyncError};
pub use feed::{Feed, route};
pub use follower::{Follower, Round};
pub use in_force::InForce;
pub use interruption::Interruption;
pub use plan::{Plan, Want};
pub use progress::{Progress, Step, Watch};
pub use schedule::Schedule;
pub use service::{Handle, Service, Unit};
pub use settings::{FeedSettings, UnreadHours, feed_settings};
pub use standing::{Done, Problem, Standing};
pub use time::{Known, Reading, Standing as ClockStanding, TrustedClock};
pub use trust::{accepted, forget_time, known_times, trust_address};
