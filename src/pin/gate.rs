//! Checks PINs in a running program and enforces the wait after wrong tries.

use super::{Pin, PinFile, PinFileError, tries, wait_after};
use std::time::{Duration, Instant};

/// The outcome of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Right,
    /// Wrong; the next try has to wait this long
    Wrong(Duration),
    /// Too early by this much; nothing was tried
    Wait(Duration),
    /// No PIN is set, so none is right
    NoPin,
}

/// Admits people who know the PIN.
pub struct Gate {
    file: PinFile,
    /// Time of the last wrong try, or the program's start: waiting done before a restart does not count
    since: Instant,
    /// Salt of the PIN and its count of wrong tries, for a disk that can't store the count
    counted: (String, u32),
}

impl Gate {
    /// Creates a gate; `now` is the program's start.
    pub fn new(file: PinFile, now: Instant) -> Self {
        Self { file, since: now, counted: (String::new(), 0) }
    }

    pub fn is_set(&self) -> Result<bool, PinFileError> {
        self.file.is_set()
    }

    /// Returns the time left before the next try.
    pub fn wait(&self, now: Instant) -> Result<Duration, PinFileError> {
        Ok(self.file.read()?.map_or(Duration::ZERO, |hash| self.left(hash.salt(), now)))
    }

    /// Checks a typed PIN. Takes as long as the hash does: a few tenths of a second.
    pub fn open(&mut self, typed: &str, now: Instant) -> Result<Answer, PinFileError> {
        let Some(hash) = self.file.read()? else { return Ok(Answer::NoPin) };
        let left = self.left(hash.salt(), now);
        if !left.is_zero() {
            return Ok(Answer::Wait(left));
        }
        // Counted before the check, so that pulling the plug does not undo the try
        let wrong = self.wrong(hash.salt()).saturating_add(1);
        self.count(hash.salt(), wrong);
        self.since = now;
        let right = match Pin::parse(typed) {
            Ok(pin) => hash.matches(&pin).inspect_err(|_| self.count(hash.salt(), wrong - 1))?,
            Err(_) => false,
        };
        if right {
            self.count(hash.salt(), 0);
            return Ok(Answer::Right);
        }
        Ok(Answer::Wrong(wait_after(wrong)))
    }

    fn left(&self, salt: &str, now: Instant) -> Duration {
        wait_after(self.wrong(salt)).saturating_sub(now.saturating_duration_since(self.since))
    }

    fn wrong(&self, salt: &str) -> u32 {
        let (of, wrong) = &self.counted;
        tries::load(self.file.tries(), salt).max(if of == salt { *wrong } else { 0 })
    }

    fn count(&mut self, salt: &str, wrong: u32) {
        self.counted = (salt.to_owned(), wrong);
        if let Err(error) = tries::save(self.file.tries(), salt, wrong) {
            tracing::warn!(%error, "wrong PIN tries can't be stored: a restart forgets them");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloud_shelf_core::paths::Paths;
    use std::{fs, os::unix::fs::PermissionsExt};

    struct Unit {
        dir: tempfile::TempDir,
        start: Instant,
    }

    impl Unit {
        fn new(pin: Option<&str>) -> Self {
            let unit = Self { dir: tempfile::tempdir().unwrap(), start: Instant::now() };
            if let Some(pin) = pin {
                unit.file().set(&Pin::parse(pin).unwrap()).unwrap();
            }
            unit
        }

        fn paths(&self) -> Paths {
            Paths::new(Some(self.dir.path().into()), None, None)
        }

        fn file(&self) -> PinFile {
            PinFile::new(&self.paths())
        }

        fn at(&self, seconds: u64) -> Instant {
            self.start + Duration::from_secs(seconds)
        }

        fn gate(&self, seconds: u64) -> Gate {
            Gate::new(self.file(), self.at(seconds))
        }
    }

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn only_the_right_pin_opens() {
        let unit = Unit::new(Some("4711"));
        let mut gate = unit.gate(0);
        assert_eq!(gate.open("4711", unit.at(0)).unwrap(), Answer::Right);
        assert_eq!(gate.open("4712", unit.at(0)).unwrap(), Answer::Wrong(seconds(1)));
        assert_eq!(
            gate.open("4711", unit.at(0)).unwrap(),
            Answer::Wait(seconds(1)),
            "the right PIN must wait, too"
        );
        assert_eq!(gate.open("4711", unit.at(1)).unwrap(), Answer::Right);
        assert_eq!(gate.wait(unit.at(1)).unwrap(), Duration::ZERO, "the right PIN resets the wait");
    }

    #[test]
    fn there_is_no_default() {
        let unit = Unit::new(None);
        let mut gate = unit.gate(0);
        assert!(!gate.is_set().unwrap());
        for typed in ["", "0000", "1234", "4711"] {
            assert_eq!(gate.open(typed, unit.at(0)).unwrap(), Answer::NoPin);
        }
    }

    #[test]
    fn a_restart_makes_no_wait_shorter() {
        let unit = Unit::new(Some("4711"));
        let mut now = 0;
        for wrong in 1..=5 {
            assert_eq!(unit.gate(now).wait(unit.at(now)).unwrap(), wait_after(wrong - 1));
            let mut gate = unit.gate(now);
            now += wait_after(wrong - 1).as_secs();
            assert_eq!(gate.open("9999", unit.at(now)).unwrap(), Answer::Wrong(wait_after(wrong)));
            // Pulling the plug loses the time waited so far
        }
        let mut gate = unit.gate(now + 1_000);
        assert_eq!(gate.open("4711", unit.at(now + 1_000)).unwrap(), Answer::Wait(seconds(16)));
        assert_eq!(gate.open("4711", unit.at(now + 1_016)).unwrap(), Answer::Right);
    }

    #[test]
    fn another_pin_begins_anew_while_the_program_runs() {
        let unit = Unit::new(Some("4711"));
        let mut gate = unit.gate(0);
        assert_eq!(
            gate.open("1", unit.at(0)).unwrap(),
            Answer::Wrong(seconds(1)),
            "an impossible PIN counts, too"
        );
        unit.file().set(&Pin::parse("8520").unwrap()).unwrap();
        assert_eq!(gate.open("8520", unit.at(0)).unwrap(), Answer::Right);
        assert!(unit.file().remove().unwrap());
        assert_eq!(gate.open("8520", unit.at(0)).unwrap(), Answer::NoPin);
    }

    #[test]
    fn a_disk_that_keeps_nothing_still_slows_down_and_lets_staff_in() {
        let unit = Unit::new(Some("4711"));
        // A directory in place of the count: not even root can write it
        fs::create_dir(unit.paths().pin_tries()).unwrap();
        let mut gate = unit.gate(0);
        assert_eq!(gate.open("1111", unit.at(0)).unwrap(), Answer::Wrong(seconds(1)));
        assert_eq!(gate.open("1111", unit.at(1)).unwrap(), Answer::Wrong(seconds(2)));
        assert_eq!(gate.open("4711", unit.at(2)).unwrap(), Answer::Wait(seconds(1)));
        assert_eq!(gate.open("4711", unit.at(3)).unwrap(), Answer::Right);
    }

    #[test]
    fn the_files_are_their_owners_and_do_not_hold_the_pin() {
        let unit = Unit::new(Some("471147"));
        unit.gate(0).open("123", unit.at(0)).unwrap();
        for path in [unit.paths().pin(), unit.paths().pin_tries()] {
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            assert!(!fs::read_to_string(path).unwrap().contains("471147"));
        }
    }

    #[test]
    fn a_damaged_or_greedy_file_opens_nothing() {
        let unit = Unit::new(Some("4711"));
        let path = unit.paths().pin();
        let good = fs::read_to_string(&path).unwrap();
        for bad in [
            String::new(),
            "{}".into(),
            good.replace("argon2id", "plain"),
            good.replace("19456", "4000000"),
            good.replace("\"passes\": 2", "\"passes\": 0"),
            good[..good.len() - 3].into(),
            "x".repeat(5000),
        ] {
            fs::write(&path, &bad).unwrap();
            let opened = unit.gate(0).open("4711", unit.at(0));
            assert!(matches!(opened, Err(PinFileError::Damaged { .. })), "{bad}");
        }
        fs::write(&path, good).unwrap();
        assert_eq!(unit.gate(0).open("4711", unit.at(0)).unwrap(), Answer::Right);
    }
}
