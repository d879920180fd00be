//! `feed-waiting.json`: how long a newer version has been held back because too many of its pictures are
//! missing. The file lies beside the database, so the count survives nightly power-offs.
//!
//! Wall-clock time counts only between two moments at which the clock was known to be right: a unit without a
//! clock chip starts with some time in the past. The program's running time always counts.

use super::time::Reading;
use cloud_shelf_core::{durable, plain_file};
use serde::{Deserialize, Serialize};
use std::{io, path::PathBuf, time::Instant};

const SCHEMA: u32 = 2;
const MAX_BYTES: u64 = 4096;
/// How much of the running time may be lost when the program ends, in seconds.
const NOTED_EVERY_S: i64 = 300;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    schema: u32,
    /// Unix time in seconds when a version was first held back, if the clock was known to be right
    since: Option<i64>,
    /// The program's running time since then, in seconds
    ran: i64,
}

/// Measures how long versions have been held back.
#[derive(Debug)]
pub(super) struct Waiting {
    path: PathBuf,
    count: Option<Count>,
}

/// The count of this program.
#[derive(Clone, Copy, Debug)]
struct Count {
    from: Instant,
    /// Running time of earlier programs, in seconds
    ran_before: i64,
    since: Option<i64>,
    /// Content of the file; `None` if the file can't be written
    noted: Option<Note>,
}

impl Waiting {
    pub const fn new(path: PathBuf) -> Self {
        Self { path, count: None }
    }

    /// Returns for how many seconds a version has been held back; starts the count if none was. If the file
    /// can't be written, the count restarts with the program.
    pub fn waited(&mut self, clock: Reading) -> i64 {
        self.waited_at(clock, Instant::now())
    }

    fn waited_at(&mut self, clock: Reading, at: Instant) -> i64 {
        let noted = self.read();
        // If the file is gone, another program has shown the version
        let going_on = self.count.filter(|count| count.noted.is_none() || noted.is_some());
        let mut count = going_on.unwrap_or_else(|| Count {
            from: at,
            ran_before: noted.map_or(0, |noted| noted.ran),
            since: noted.and_then(|noted| noted.since),
            noted,
        });
        if clock.is_set {
            // A time in the future was written by a wrong clock
            count.since = count.since.filter(|since| *since <= clock.at).or(Some(clock.at));
        }
        let running = i64::try_from(at.saturating_duration_since(count.from).as_secs()).unwrap_or(i64::MAX);
        let note = Note { schema: SCHEMA, since: count.since, ran: count.ran_before.saturating_add(running) };
        let is_old = |noted: Note| noted.since != note.since || note.ran - noted.ran >= NOTED_EVERY_S;
        if count.noted.is_none_or(is_old) {
            count.noted = self.write(note).then_some(note);
        }
        self.count = Some(count);
        let by_clock = note.since.filter(|_| clock.is_set).map_or(0, |since| clock.at.saturating_sub(since));
        by_clock.max(note.ran)
    }

    /// Deletes the record: no version waits any more.
    pub fn over(&mut self) {
        self.count = None;
        if let Err(error) = durable::remove(&self.path) {
            tracing::warn!(%error, path = %self.path.display(), "cannot delete the record of a waiting version");
        }
    }

    fn read(&self) -> Option<Note> {
        let note: Note = serde_json::from_slice(&plain_file::read(&self.path, MAX_BYTES).ok()?).ok()?;
        (note.schema == SCHEMA && note.ran >= 0).then_some(note)
    }

    fn write(&self, note: Note) -> bool {
        let written = serde_json::to_vec(&note)
            .map_err(io::Error::from)
            .and_then(|bytes| durable::replace(&self.path, &bytes));
        if let Err(error) = &written {
            tracing::warn!(%error, path = %self.path.display(), "cannot record since when a version waits");
        }
        written.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, time::Duration};

    const fn set(at: i64) -> Reading {
        Reading { at, is_set: true }
    }

    const fn unset(at: i64) -> Reading {
        Reading { at, is_set: false }
    }

    struct Unit {
        dir: tempfile::TempDir,
        start: Instant,
    }

    impl Unit {
        fn new() -> Self {
            Self { dir: tempfile::tempdir().unwrap(), start: Instant::now() }
        }

        fn program(&self) -> Waiting {
            Waiting::new(self.dir.path().join("waiting.json"))
        }

        fn later(&self, seconds: u64) -> Instant {
            self.start + Duration::from_secs(seconds)
        }
    }

    #[test]
    fn by_a_clock_that_is_right_it_counts_over_restarts_until_it_is_over() {
        let unit = Unit::new();
        assert_eq!(unit.program().waited_at(set(1000), unit.later(0)), 0);
        assert_eq!(unit.program().waited_at(set(1500), unit.later(0)), 500);
        // A clock that was set back restarts the count
        assert_eq!(unit.program().waited_at(set(950), unit.later(0)), 0);
        assert_eq!(unit.program().waited_at(set(960), unit.later(0)), 10);
        unit.program().over();
        assert_eq!(unit.program().waited_at(set(9000), unit.later(0)), 0);
    }

    #[test]
    fn a_clock_that_is_set_in_between_makes_no_days() {
        let unit = Unit::new();
        let (mut program, friday, monday) = (unit.program(), 1000, 1000 + 3 * 86_400);
        assert_eq!(program.waited_at(unset(friday), unit.later(0)), 0);
        assert_eq!(program.waited_at(set(monday), unit.later(60)), 60);
        assert_eq!(program.waited_at(set(monday + 90), unit.later(150)), 150);
        // A clock that stands still takes no days away either
        let mut next = unit.program();
        let before = next.waited_at(unset(0), unit.later(0));
        assert!((0..=150).contains(&before), "some minutes may be lost: {before}");
        assert_eq!(next.waited_at(unset(0), unit.later(86_400)), before + 86_400);
        assert_eq!(
            unit.program().waited_at(unset(0), unit.later(0)),
            before + 86_400,
            "but a day must not be lost"
        );
    }

    #[test]
    fn what_another_program_has_shown_waits_no_more_and_rubbish_is_no_note() {
        let unit = Unit::new();
        let mut program = unit.program();
        assert_eq!(program.waited_at(set(100), unit.later(0)), 0);
        unit.program().over();
        assert_eq!(program.waited_at(set(900), unit.later(800)), 0);
        for rubbish in [
            "",
            "{",
            r#"{"schema":1,"since":1}"#,
            r#"{"schema":2,"since":"1","ran":0}"#,
            r#"{"schema":2,"since":1,"ran":-5}"#,
        ] {
            fs::write(&program.path, rubbish).unwrap();
            assert_eq!(unit.program().waited_at(set(1000), unit.later(0)), 0, "{rubbish}");
            assert_eq!(unit.program().waited_at(set(2000), unit.later(0)), 1000, "{rubbish}");
        }
        let mut nowhere = Waiting::new(unit.dir.path().join("none/waiting.json"));
        assert_eq!(nowhere.waited_at(set(7), unit.later(0)), 0);
        assert_eq!(nowhere.waited_at(set(27), unit.later(20)), 20, "the count works without the file, too");
    }
}
