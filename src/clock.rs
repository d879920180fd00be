//! The only place that reads the time of day.

use std::{
    fs,
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

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

    /// Whether somebody has set it: the network, or a clock chip that went on without power.
    fn is_set(&self) -> bool {
        true
    }
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

/// The clock of a unit that has its machine for itself, and may have no clock chip: then it goes on
/// after each start from the moment at which the power went.
#[derive(Clone, Debug)]
pub struct UnitClock {
    /// `/` except in a test
    root: PathBuf,
}

impl UnitClock {
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// What the clock chip says; one with an empty battery begins at some year long past.
    fn chip(&self) -> Option<i64> {
        fs::read_to_string(self.root.join("sys/class/rtc/rtc0/since_epoch")).ok()?.trim().parse().ok()
    }

    /// systemd-timesyncd leaves a mark (systemd-timesyncd.service(8)); chrony sets the clock at its start.
    fn is_kept(&self) -> bool {
        ["run/systemd/timesync/synchronized", "run/chrony"].iter().any(|mark| self.root.join(mark).exists())
    }
}

impl Clock for UnitClock {
    fn now(&self) -> i64 {
        SystemClock.now()
    }

    fn is_set(&self) -> bool {
        self.now() >= BUILT && (self.is_kept() || self.chip().is_some_and(|chip| chip >= BUILT))
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
        assert!(!UnitClock::new("/nowhere").is_set(), "it goes on from when the power went");
        assert!(mark("run/systemd/timesync/synchronized", ""));
        assert!(mark("run/chrony/chronyd.pid", "7"), "it is chrony's own, and nobody else sees into it");
        assert!(mark(chip, &format!("{BUILT}\n")));
        assert!(!mark(chip, "946684800\n"), "a chip without a battery begins in 2000");
        assert!(!mark(chip, "?"));
    }
}
