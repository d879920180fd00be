//! What is remembered of attempts, and what follows from it. Values in, values out.

use super::thing::{Kind, Step, Thing, ThingForm};
use crate::domain::Message;
use serde::{Deserialize, Serialize};

pub(super) const SCHEMA: u32 = 1;
/// Things that are remembered of each kind of memory; the oldest go first.
const MAX_SUSPECTS: usize = 256;
const MAX_PROVEN: usize = 16;

/// So many ends of the program at one thing, and it is skipped.
const MOST_ENDS: u32 = 2;
const HOUR_S: i64 = 3600;
/// For so long a thing is skipped the first time; each later time doubles it.
const SKIPPED_S: i64 = 24 * HOUR_S;
/// The same where only the power was cut: the thing is most likely innocent.
const SKIPPED_AFTER_CUTS_S: i64 = 6 * HOUR_S;
/// The same for a catalog on the pages: a shelf without one sells nothing.
const PAGES_SKIPPED_S: i64 = 600;
const MOST_DOUBLINGS: u32 = 5;

/// So many starts in a row that ended early, and the next one is careful.
const EARLY_SAFE: u32 = 3;

/// How a kiosk starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    #[default]
    Usual,
    /// With the catalog that last worked, pictures that are proven, and software that draws; what is
    /// new is tried one at a time, after a sync
    Safe,
}

/// Which program a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Kiosk,
    Command,
}

/// A process, as far as its end can be told from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Owner {
    pub role: Role,
    pub pid: u32,
    /// The kernel's name of the time between two starts of the machine
    pub boot: String,
    /// Its version
    pub program: String,
}

/// What a process is trying now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Try {
    #[serde(flatten)]
    pub thing: ThingForm,
    pub step: Step,
    /// It goes on beside everything else, and is to blame only where nothing else was tried
    pub is_long: bool,
    pub by: Owner,
}

/// What the program has ended at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Suspect {
    #[serde(flatten)]
    pub thing: ThingForm,
    pub step: Step,
    /// Ends of the program alone, and those with the whole machine
    pub ends: u32,
    pub cuts: u32,
    /// Unix time (seconds) of the last one
    pub at: i64,
    /// Until when it is skipped; 0 where it is not
    pub until: i64,
    /// The program that ended: another one may do better
    pub program: String,
}

/// A run of the kiosk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Run {
    pub program: String,
    pub start: Start,
    /// Unix time (seconds) of its start
    pub at: i64,
    /// It has lived long enough, and looked at its feed
    pub proven: bool,
    /// It came to its end in good order
    pub ended: bool,
    /// It ended while a catalog on its pages had yet to prove itself
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
    /// What was tried and did no harm, where nothing else tells so
    #[serde(default)]
    pub proven: Vec<ThingForm>,
    #[serde(default)]
    pub run: Option<Run>,
    /// Starts in a row that ended early
    #[serde(default)]
    pub early: u32,
}

/// Something that is skipped, for people and programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    pub thing: Thing,
    pub step: Step,
    /// How often the program, or the whole machine, has ended at it
    pub ends: u32,
    /// Unix time (seconds) of the last time
    pub at: i64,
    /// Unix time from which on it is tried again
    pub until: i64,
}

/// Whether something may be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is known against it
    Fresh,
    /// The program has ended once while it was tried, maybe among others: alone, next time
    Suspect,
    SetAside(SetAside),
}

impl Record {
    /// Takes to account what was being tried by processes that are gone.
    pub fn settle(&mut self, is_gone: impl Fn(&Owner) -> bool, boot: &str, now: i64) {
        let (gone, trying): (Vec<_>, Vec<_>) =
            self.trying.drain(..).partition(|attempt| is_gone(&attempt.by));
        self.trying = trying;
        for attempt in &gone {
            let is_other = |other: &Try| other.by == attempt.by && !other.is_long;
            // What was worked on at that instant is likelier than what stood on the pages, and a plug that is
            // pulled says nothing of what stands there all day
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

    /// All that is skipped.
    pub fn set_aside(&self, program: &str, now: i64) -> Vec<SetAside> {
        self.suspects.iter().filter_map(|suspect| suspect.set_aside(program, now)).collect()
    }

    /// It was tried to its end. True where that was not known.
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

    /// A kiosk starts: how it does so follows from how the last ones ended.
    pub fn begin_run(&mut self, program: &str, now: i64) -> Start {
        match &self.run {
            // Another program gets its own chance
            Some(run) if run.program != program || run.proven => self.early = 0,
            Some(run) if !run.ended => {
                self.early = self.early.saturating_add(1);
                if !run.had_pages {
                    // The kiosk ends early without a catalog on trial, too: none is to blame
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
    /// Until its time, for the same program. A clock that has gone back behind the last end says nothing.
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
            _ => ("请把软件升级到最新版本，或发布新的内容", "Update this program, or publish anew"),
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
