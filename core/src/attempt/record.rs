//! The record of attempts, and what follows from it. Pure: values in, values out.

use super::thing::{Kind, Step, Thing, ThingForm};
use crate::domain::Message;
use serde::{Deserialize, Serialize};

pub(super) const SCHEMA: u32 = 1;
/// Upper bounds on the entries of each list; the oldest are dropped first.
const MAX_SUSPECTS: usize = 256;
const MAX_PROVEN: usize = 16;

/// Number of crashes on a thing after which it is skipped.
const MOST_ENDS: u32 = 2;
const HOUR_S: i64 = 3600;
/// How long a thing is skipped the first time; the time doubles with each further crash.
const SKIPPED_S: i64 = 24 * HOUR_S;
/// The same if only the power was cut: the thing is most likely innocent.
const SKIPPED_AFTER_CUTS_S: i64 = 6 * HOUR_S;
/// The same for a catalog on the pages: a shelf without a catalog sells nothing.
const PAGES_SKIPPED_S: i64 = 600;
const MOST_DOUBLINGS: u32 = 5;

/// Number of early ends in a row after which the next start is careful.
const EARLY_SAFE: u32 = 3;

/// How a kiosk starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    #[default]
    Usual,
    /// With the last proven catalog, proven pictures, and the software renderer; new content is tried one
    /// thing at a time, after a sync
    Safe,
}

/// Which program a process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Kiosk,
    Command,
}

/// Identifies a process well enough to tell whether it is still alive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Owner {
    pub role: Role,
    pub pid: u32,
    /// The kernel's boot id
    pub boot: String,
    /// The program's version
    pub program: String,
}

/// What a process is trying now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Try {
    #[serde(flatten)]
    pub thing: ThingForm,
    pub step: Step,
    /// The attempt runs beside all others, and is to blame only if nothing else was tried
    pub is_long: bool,
    pub by: Owner,
}

/// A thing on which the program has crashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Suspect {
    #[serde(flatten)]
    pub thing: ThingForm,
    pub step: Step,
    /// Crashes of the program, and crashes of the whole machine
    pub ends: u32,
    pub cuts: u32,
    /// Unix time (seconds) of the last crash
    pub at: i64,
    /// Unix time (seconds) until which the thing is skipped; 0 if it is not
    pub until: i64,
    /// The version that crashed: another version may do better
    pub program: String,
}

/// A run of the kiosk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Run {
    pub program: String,
    pub start: Start,
    /// Unix time (seconds) of its start
    pub at: i64,
    /// It lasted long enough and has asked its feed
    pub proven: bool,
    /// It has shut down gracefully
    pub ended: bool,
    /// It ended while an unproven catalog was on its pages
    #[serde(default)]
    pub had_pages: bool,
}

/// `attempts.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    pub schema: u32,
    #[serde(default)]
    pub trying: Vec<Try>,
    #[serde(default)]
    pub suspects: Vec<Suspect>,
    /// Things that were tried without harm, if nothing else records it
    #[serde(default)]
    pub proven: Vec<ThingForm>,
    #[serde(default)]
    pub run: Option<Run>,
    /// Number of early ends in a row
    #[serde(default)]
    pub early: u32,
}

/// A thing that is skipped, for people and programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    pub thing: Thing,
    pub step: Step,
    /// Number of crashes, of the program or the whole machine
    pub ends: u32,
    /// Unix time (seconds) of the last crash
    pub at: i64,
    /// Unix time (seconds) from which the thing is tried again
    pub until: i64,
}

/// Whether a thing may be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is known against it
    Fresh,
    /// The program crashed once while it was tried, perhaps among others: try it alone
    Suspect,
    SetAside(SetAside),
}

impl Record {
    /// Moves the attempts of dead processes to the suspects.
    pub fn settle(&mut self, is_gone: impl Fn(&Owner) -> bool, boot: &str, now: i64) {
        let (gone, trying): (Vec<_>, Vec<_>) =
            self.trying.drain(..).partition(|attempt| is_gone(&attempt.by));
        self.trying = trying;
        for attempt in &gone {
            let is_other = |other: &Try| other.by == attempt.by && !other.is_long;
            // An attempt in progress at the crash is more likely to blame than the catalog on the pages,
            // and a power cut says nothing about a catalog that is on them all day
            let is_innocent = attempt.by.boot != boot || gone.iter().any(is_other);
            if !(attempt.is_long && is_innocent) {
                self.blame(attempt, boot, now);
            }
        }
        let had_pages = gone.iter().any(|attempt| attempt.thing.kind == Kind::Pages);
        if let Some(run) = self.run.as_mut().filter(|_| had_pages) {
            run.had_pages = true;
        }
    }

    fn blame(&mut self, attempt: &Try, boot: &str, now: i64) {
        let place = self.suspects.iter().position(|suspect| suspect.thing == attempt.thing);
        let mut suspect = place.map(|place| self.suspects.remove(place)).unwrap_or_else(|| Suspect {
            thing: attempt.thing.clone(),
            step: attempt.step,
            ends: 0,
            cuts: 0,
            at: now,
            until: 0,
            program: String::new(),
        });
        if attempt.by.boot == boot {
            suspect.ends = suspect.ends.saturating_add(1);
        } else {
            suspect.cuts = suspect.cuts.saturating_add(1);
        }
        (suspect.step, suspect.at) = (attempt.step, now);
        suspect.program.clone_from(&attempt.by.program);
        let ends = suspect.ends.saturating_add(suspect.cuts);
        if ends >= MOST_ENDS {
            let first = match suspect.thing.kind {
                Kind::Pages => PAGES_SKIPPED_S,
                _ if suspect.ends == 0 => SKIPPED_AFTER_CUTS_S,
                _ => SKIPPED_S,
            };
            suspect.until = now.saturating_add(first << (ends - MOST_ENDS).min(MOST_DOUBLINGS));
        }
        self.suspects.push(suspect);
        let spare = self.suspects.len().saturating_sub(MAX_SUSPECTS);
        self.suspects.drain(..spare);
    }

    pub fn verdict(&self, thing: &Thing, program: &str, now: i64) -> Verdict {
        match self.suspects.iter().find(|suspect| suspect.thing.is(thing)) {
            None => Verdict::Fresh,
            Some(suspect) => suspect.set_aside(program, now).map_or(Verdict::Suspect, Verdict::SetAside),
        }
    }

    /// Returns everything that is skipped.
    pub fn set_aside(&self, program: &str, now: i64) -> Vec<SetAside> {
        self.suspects.iter().filter_map(|suspect| suspect.set_aside(program, now)).collect()
    }

    /// Records that a thing was tried without harm. Returns true if the record has changed.
    pub fn pass(&mut self, thing: &Thing, keep: bool) -> bool {
        let before = self.suspects.len();
        self.suspects.retain(|suspect| !suspect.thing.is(thing));
        let is_new = keep && !self.proven.iter().any(|known| known.is(thing));
        if is_new {
            let spare = (self.proven.len() + 1).saturating_sub(MAX_PROVEN);
            self.proven.drain(..spare);
            self.proven.push((*thing).into());
        }
        is_new || self.suspects.len() < before
    }

    /// Begins a kiosk's run. How the last runs ended decides how it starts.
    pub fn begin_run(&mut self, program: &str, now: i64) -> Start {
        match &self.run {
            // Another version starts with a clean slate
            Some(run) if run.program != program || run.proven => self.early = 0,
            Some(run) if !run.ended => {
                self.early = self.early.saturating_add(1);
                if !run.had_pages {
                    // The kiosk ends early without a catalog on trial, too, so no catalog is to blame
                    self.suspects.retain(|suspect| suspect.thing.kind != Kind::Pages);
                }
            }
            _ => {}
        }
        let start = if self.early < EARLY_SAFE { Start::Usual } else { Start::Safe };
        let program = program.to_owned();
        self.run = Some(Run { program, start, at: now, proven: false, ended: false, had_pages: false });
        start
    }
}

impl Suspect {
    /// Returns the thing if it is skipped now by this version. A clock set back before the last crash does
    /// not count.
    fn set_aside(&self, program: &str, now: i64) -> Option<SetAside> {
        let Self { step, ends, cuts, at, until, .. } = *self;
        let is_skipped = self.program == program && (at..until).contains(&now);
        let thing = self.thing.thing().filter(|_| is_skipped)?;
        Some(SetAside { thing, step, ends: ends.saturating_add(cuts), at, until })
    }
}

impl SetAside {
    /// What happened and what to do, for a person.
    pub fn message(&self) -> Message {
        let (what, step) = (self.thing.kind.words(), self.step.words());
        let remedy = match self.thing.kind {
            Kind::Picture => ("请换一张图片", "Use another picture"),
            _ => ("请把软件升级到最新版本，或发布新的内容", "Update this program, or publish again"),
        };
        let ends = self.ends;
        Message::new(
            format!(
                "{}时程序意外退出了 {ends} 次，这个{}已暂时跳过，之后会自动再试。{}，并告诉运营方。",
                step.zh, what.zh, remedy.0
            ),
            format!(
                "The program ended {ends} times at this {}, while {}; it is skipped for now and tried again later by itself. \
                 {}, and tell the operator.",
                what.en, step.en, remedy.1
            ),
        )
    }
}
