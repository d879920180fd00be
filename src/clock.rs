//! The only place that reads the time of day.

use std::time::{SystemTime, UNIX_EPOCH};

/// When this program was built, in Unix seconds: no time before this is the right one.
pub const BUILT: i64 = built();

const fn built() -> i64 {
    match i64::from_str_radix(env!("CLOUD_SHELF_BUILT"), 10) {
        Ok(built) => built,
        Err(_) => 0,
    }
}

/// A source of the time of day, which a test can set.
pub trait Clock: Send + Sync {
    /// Unix time in seconds; negative before 1970.
    fn now(&self) -> i64;
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => since.as_secs() as i64,
            Err(before) => -(before.duration().as_secs() as i64),
        }
    }
}

/// A clock that stands still.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub i64);

impl Clock for FixedClock {
    fn now(&self) -> i64 {
        self.0
    }
}
