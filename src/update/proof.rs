//! Decides whether a started version works: one and the same process must be healthy for a while.

use super::{Proof, UpdateError};
use std::time::Duration;

/// How long a version must work; one that crashes sooner keeps crashing.
const SPAN: Duration = Duration::from_secs(90);
/// Divides a short patience: the version must work for this part of it.
const PARTS: u32 = 3;
/// Upper bound on processes: one left of the old version, the new version's first, and two more.
const MOST_PROCESSES: u32 = 4;

/// The health of a running kiosk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vital {
    pub version: String,
    /// Distinguishes one process from the next
    pub started_at: String,
    pub frames: u64,
    pub database_opened: bool,
    pub catalog_read: bool,
}

/// What was observed of a version so far. Starts afresh after a power cut.
#[derive(Debug)]
pub(super) struct Watch {
    had_catalog: bool,
    patience: Duration,
    span: Duration,
    /// The used part of the patience
    waited: Duration,
    processes: u32,
    current: Option<Process>,
    /// What the version still has to show
    owes: Option<UpdateError>,
}

#[derive(Debug)]
struct Process {
    started_at: String,
    frames: u64,
    works_since: Option<Duration>,
}

impl Watch {
    pub fn new(patience: Duration, had_catalog: bool) -> Self {
        let span = SPAN.min(patience / PARTS);
        let owes = Some(UpdateError::NotRunning);
        Self { had_catalog, patience, span, waited: Duration::ZERO, processes: 0, current: None, owes }
    }

    /// Takes an answer of the new version's kiosk, at the time `now` since the beginning.
    pub fn hear(&mut self, now: Duration, answer: Option<&Vital>) -> Option<Proof> {
        if let Some(vital) = answer {
            // After the clock was set back, the next process may report the same start time
            let is_same = |process: &&mut Process| {
                process.started_at == vital.started_at && process.frames <= vital.frames
            };
            match self.current.as_mut().filter(is_same) {
                Some(process) => process.frames = vital.frames,
                None if self.processes == MOST_PROCESSES => return Some(Proof::Bad(UpdateError::NotRunning)),
                None => {
                    self.processes += 1;
                    let (started_at, frames) = (vital.started_at.clone(), vital.frames);
                    self.current = Some(Process { started_at, frames, works_since: None });
                }
            }
        }
        self.owes = judge(answer, self.had_catalog).err();
        let process = self.current.as_mut().filter(|_| self.owes.is_none())?;
        let since = *process.works_since.get_or_insert(now);
        (now.saturating_sub(since) >= self.span).then_some(Proof::Good)
    }

    /// Lets time pass. It does not count against the version while there is no screen, or while the version
    /// works.
    pub fn wait(&mut self, time: Duration, has_screen: bool) -> Option<Proof> {
        if self.owes.is_none() || !has_screen {
            return None;
        }
        self.waited += time;
        if self.waited < self.patience { None } else { self.owes.take().map(Proof::Bad) }
    }

    pub const fn works_now(&self) -> bool {
        self.owes.is_none()
    }
}

/// Returns what a started version still has to show.
fn judge(vital: Option<&Vital>, had_catalog: bool) -> Result<(), UpdateError> {
    let vital = vital.ok_or(UpdateError::NotRunning)?;
    if vital.frames == 0 {
        Err(UpdateError::NothingDrawn)
    } else if had_catalog && !vital.database_opened {
        Err(UpdateError::NoDatabase)
    } else if had_catalog && !vital.catalog_read {
        Err(UpdateError::NoCatalog)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTES: Duration = Duration::from_secs(300);

    /// A healthy kiosk whose process started this many seconds after the beginning.
    fn works(started: u64, now: u64) -> Option<Vital> {
        Some(Vital {
            version: "2".into(),
            started_at: started.to_string(),
            frames: 1 + now - started,
            database_opened: true,
            catalog_read: true,
        })
    }

    /// Polls each second; returns the verdict and its time.
    fn watched(patience: Duration, has_screen: bool, kiosk: impl Fn(u64) -> Option<Vital>) -> (String, u64) {
        let mut watch = Watch::new(patience, true);
        for second in 0..10_000 {
            let proof = watch.hear(Duration::from_secs(second), kiosk(second).as_ref());
            let proof = proof.or_else(|| watch.wait(Duration::from_secs(1), has_screen));
            match proof {
                Some(Proof::Good) => return ("good".into(), second),
                Some(Proof::Bad(error)) => return (error.code().into(), second),
                _ => {}
            }
        }
        ("open".into(), 10_000)
    }

    #[test]
    fn one_process_has_to_work_for_a_while() {
        type Kiosk = fn(u64) -> Option<Vital>;
        let table: [(&str, Kiosk, &str, u64); 9] = [
            ("it works at once", |now| works(0, now), "good", 90),
            ("it takes its time", |now| (now >= 200).then(|| works(200, now)).flatten(), "good", 290),
            ("late, and works", |now| (now >= 299).then(|| works(299, now)).flatten(), "good", 389),
            (
                "it dies, and stays dead",
                |now| (now < 30).then(|| works(0, now)).flatten(),
                "update_not_running",
                329,
            ),
            ("it was restarted once", |now| works(if now < 60 { 0 } else { 60 }, now), "good", 150),
            ("it crashes again and again", |now| works(now - now % 30, now), "update_not_running", 120),
            ("it crashes late, again and again", |now| works(now - now % 80, now), "update_not_running", 320),
            ("one answer is late", |now| (now != 45).then(|| works(0, now)).flatten(), "good", 90),
            ("it never answers", |_| None, "update_not_running", 299),
        ];
        for (what, kiosk, how, when) in table {
            assert_eq!(watched(MINUTES, true, kiosk), (how.into(), when), "{what}");
        }
    }

    #[test]
    fn a_process_is_another_where_its_frames_begin_anew() {
        let kiosk =
            |now: u64| Some(Vital { started_at: "x".into(), frames: 1 + now % 30, ..works(0, 0).unwrap() });
        assert_eq!(watched(MINUTES, true, kiosk), ("update_not_running".into(), 120));
    }

    #[test]
    fn a_short_patience_has_a_short_span() {
        for (patience, good_after) in [(60, 20), (3, 1), (270, 90), (7200, 90)] {
            let told = watched(Duration::from_secs(patience), true, |now| works(0, now));
            assert_eq!(told, ("good".into(), good_after), "{patience}");
        }
    }

    #[test]
    fn without_a_screen_patience_does_not_end() {
        assert_eq!(watched(MINUTES, false, |_| None).0, "open");
        assert_eq!(watched(MINUTES, false, |now| works(0, now)).0, "good");
    }

    #[test]
    fn a_version_owes_a_frame_a_database_and_a_catalog() {
        let vital = |frames, database_opened, catalog_read| Vital {
            frames,
            database_opened,
            catalog_read,
            ..Vital::default()
        };
        let code =
            |vital: Option<Vital>, had| judge(vital.as_ref(), had).map_err(|error| error.code().to_owned());
        assert_eq!(code(None, false), Err("update_not_running".into()));
        assert_eq!(code(Some(vital(0, true, true)), true), Err("update_nothing_drawn".into()));
        assert_eq!(code(Some(vital(1, false, false)), true), Err("update_no_database".into()));
        assert_eq!(code(Some(vital(1, true, false)), true), Err("update_no_catalog".into()));
        assert_eq!(code(Some(vital(1, true, true)), true), Ok(()));
        // A unit without a catalog before need not read one now
        assert_eq!(code(Some(vital(1, false, false)), false), Ok(()));
    }
}
