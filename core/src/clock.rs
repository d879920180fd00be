//! Clocks. The only module that reads the time of day.

use std::{
    fs,
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

/// Build time of this program in Unix seconds: every earlier time is wrong.
pub const BUILD_TIME: i64 = build_time();

const fn build_time() -> i64 {
    match i64::from_str_radix(env!("CLOUD_SHELF_BUILT"), 10) {
        Ok(built) => built,
        Err(_) => 0,
    }
}

/// Source of the time of day; tests can replace it.
pub trait Clock: Send + Sync {
    /// Unix time in seconds; negative before 1970.
    fn now(&self) -> i64;

    /// Whether the time was set: by the network, or from a battery-backed clock chip.
    fn is_set(&self) -> bool {
        true
    }
}

/// The system clock.
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

/// The clock of a unit that has the machine for itself and may lack a clock chip; without one, the
/// time continues after each boot from the moment of power loss.
#[derive(Clone, Debug)]
pub struct UnitClock {
    /// `/`, except in tests
    root: PathBuf,
}

impl UnitClock {
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Returns the clock chip's time; with an empty battery it starts at some long past year.
    fn hardware_time(&self) -> Option<i64> {
        fs::read_to_string(self.root.join("sys/class/rtc/rtc0/since_epoch")).ok()?.trim().parse().ok()
    }

    /// Whether an NTP client runs: systemd-timesyncd creates a file (systemd-timesyncd.service(8)),
    /// and chrony sets the clock when it starts.
    fn is_synchronized(&self) -> bool {
        ["run/systemd/timesync/synchronized", "run/chrony"].iter().any(|mark| self.root.join(mark).exists())
    }
}

impl Clock for UnitClock {
    fn now(&self) -> i64 {
        SystemClock.now()
    }

    fn is_set(&self) -> bool {
        self.now() >= BUILD_TIME
            && (self.is_synchronized() || self.hardware_time().is_some_and(|chip| chip >= BUILD_TIME))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_units_clock_is_set_by_the_network_or_a_chip_with_a_battery() {
        let mark = |path: &str, text: &str| {
            let root = tempfile::tempdir().unwrap();
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
            UnitClock::new(root.path()).is_set()
        };
        let chip = "sys/class/rtc/rtc0/since_epoch";
        assert!(!UnitClock::new("/nowhere").is_set(), "it continues from the power loss");
        assert!(mark("run/systemd/timesync/synchronized", ""));
        assert!(mark("run/chrony/chronyd.pid", "7"), "the file is chrony's own, and unreadable for others");
        assert!(mark(chip, &format!("{BUILD_TIME}\n")));
        assert!(!mark(chip, "946684800\n"), "a chip without a battery begins in 2000");
        assert!(!mark(chip, "?"));
    }
}
