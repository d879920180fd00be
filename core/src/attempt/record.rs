//! The record of attempts, and what follows from it. Pure: values in, values out.

use super::input::{Input, InputForm, InputKind, Operation};
use crate::domain::Message;
use serde::{Deserialize, Serialize};

pub(super) const SCHEMA: u32 = 1;
/// Upper bounds on the entries of each list; the oldest are dropped first.
const MAX_SUSPECTS: usize = 256;
const MAX_PROVEN: usize = 16;

/// Number of crashes on an input after which it is skipped.
const CRASHES_UNTIL_SKIPPED: u32 = 2;
const HOUR_S: i64 = 3600;
/// How long an input is skipped the first time; the time doubles with each further crash.
const SKIPPED_S: i64 = 24 * HOUR_S;
/// The same if only the power was cut: the input is most likely innocent.
const SKIPPED_AFTER_CUTS_S: i64 = 6 * HOUR_S;
/// The same for a catalog on the pages: a shelf without a catalog sells nothing.
const PAGES_SKIPPED_S: i64 = 600;
const MAX_DOUBLINGS: u32 = 5;

/// Number of early ends in a row after which the next start is careful.
const EARLY_ENDS_UNTIL_CAREFUL: u32 = 3;

/// How a kiosk starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    #[default]
    #[serde(rename = "usual")]
    Normal,
    /// With the last proven catalog, proven pictures, and the software renderer; new content is tried one
    /// input at a time, after a sync
    #[serde(rename = "safe")]
    Careful,
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
pub(super) struct PendingAttempt {
    #[serde(flatten)]
    pub input: InputForm,
    #[serde(rename = "step")]
    pub operation: Operation,
    /// The attempt runs beside all others, and is to blame only if nothing else was tried
    pub is_long: bool,
    pub by: Owner,
}

/// An input on which the program has crashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Suspect {
    #[serde(flatten)]
    pub input: InputForm,
    #[serde(rename = "step")]
    pub operation: Operation,
    /// Crashes of the program
    #[serde(rename = "ends")]
    pub crashes: u32,
    /// Crashes of the whole machine
    #[serde(rename = "cuts")]
    pub power_cuts: u32,
    /// Unix time (seconds) of the last crash
    pub at: i64,
    /// Unix time (seconds) until which the input is skipped; 0 if it is not
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
    pub trying: Vec<PendingAttempt>,
    #[serde(default)]
    pub suspects: Vec<Suspect>,
    /// Inputs that were tried without harm, if nothing else records it
    #[serde(default)]
    pub proven: Vec<InputForm>,
    #[serde(default)]
    pub run: Option<Run>,
    /// Number of early ends in a row
    #[serde(default)]
    pub early: u32,
}

/// An input that is skipped, for people and programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    pub input: Input,
    pub operation: Operation,
    /// Number of crashes, of the program or the whole machine
    pub crashes: u32,
    /// Unix time (seconds) of the last crash
    pub at: i64,
    /// Unix time (seconds) from which the input is tried again
    pub until: i64,
}

/// Whether an input may be tried.
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
    pub fn blame_dead_processes(&mut self, is_gone: impl Fn(&Owner) -> bool, boot: &str, now: i64) {
        let (gone, trying): (Vec<_>, Vec<_>) =
            self.trying.drain(..).partition(|attempt| is_gone(&attempt.by));
        self.trying = trying;
        for attempt in &gone {
            let is_other = |other: &PendingAttempt| other.by == attempt.by && !other.is_long;
            // An attempt in progress at the crash is more likely to blame than the catalog on the pages,
            // and a power cut says nothing about a catalog that is on them all day
            let is_innocent = attempt.by.boot != boot || gone.iter().any(is_other);
            if !(attempt.is_long && is_innocent) {
                self.blame(attempt, boot, now);
            }
        }
        let had_pages = gone.iter().any(|attempt| attempt.input.kind == InputKind::Pages);
        if let Some(run) = self.run.as_mut().filter(|_| had_pages) {
            run.had_pages = true;
        }
    }

    fn blame(&mut self, attempt: &PendingAttempt, boot: &str, now: i64) {
        let place = self.suspects.iter().position(|suspect| suspect.input == attempt.input);
        let mut suspect = place.map(|place| self.suspects.remove(place)).unwrap_or_else(|| Suspect {
            input: attempt.input.clone(),
            operation: attempt.operation,
            crashes: 0,
            power_cuts: 0,
            at: now,
            until: 0,
            program: String::new(),
        });
        if attempt.by.boot == boot {
            suspect.crashes = suspect.crashes.saturating_add(1);
        } else {
            suspect.power_cuts = suspect.power_cuts.saturating_add(1);
        }
        (suspect.operation, suspect.at) = (attempt.operation, now);
        suspect.program.clone_from(&attempt.by.program);
        let ends = suspect.crashes.saturating_add(suspect.power_cuts);
        if ends >= CRASHES_UNTIL_SKIPPED {
            let first = match suspect.input.kind {
                InputKind::Pages => PAGES_SKIPPED_S,
                _ if suspect.crashes == 0 => SKIPPED_AFTER_CUTS_S,
                _ => SKIPPED_S,
            };
            suspect.until = now.saturating_add(first << (ends - CRASHES_UNTIL_SKIPPED).min(MAX_DOUBLINGS));
        }
        self.suspects.push(suspect);
        let spare = self.suspects.len().saturating_sub(MAX_SUSPECTS);
        self.suspects.drain(..spare);
    }

    pub fn verdict(&self, input: &Input, program: &str, now: i64) -> Verdict {
        match self.suspects.iter().find(|suspect| suspect.input.matches(input)) {
            None => Verdict::Fresh,
            Some(suspect) => suspect.set_aside(program, now).map_or(Verdict::Suspect, Verdict::SetAside),
        }
    }

    /// Returns everything that is skipped.
    pub fn set_aside(&self, program: &str, now: i64) -> Vec<SetAside> {
        self.suspects.iter().filter_map(|suspect| suspect.set_aside(program, now)).collect()
    }

    /// Records that an input was tried without harm. Returns true if the record has changed.
    pub fn record_success(&mut self, input: &Input, keep: bool) -> bool {
        let before = self.suspects.len();
        self.suspects.retain(|suspect| !suspect.input.matches(input));
        let is_new = keep && !self.proven.iter().any(|known| known.matches(input));
        if is_new {
            let spare = (self.proven.len() + 1).saturating_sub(MAX_PROVEN);
            self.proven.drain(..spare);
            self.proven.push((*input).into());
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
                    self.suspects.retain(|suspect| suspect.input.kind != InputKind::Pages);
                }
            }
            _ => {}
        }
        let start = if self.early < EARLY_ENDS_UNTIL_CAREFUL { Start::Normal } else { Start::Careful };
        let program = program.to_owned();
        self.run = Some(Run { program, start, at: now, proven: false, ended: false, had_pages: false });
        start
    }
}

impl Suspect {
    /// Returns the input if it is skipped now by this version. A clock set back before the last crash does
    /// not count.
    fn set_aside(&self, program: &str, now: i64) -> Option<SetAside> {
        let Self { operation, crashes, power_cuts, at, until, .. } = *self;
        let is_skipped = self.program == program && (at..until).contains(&now);
        let input = self.input.input().filter(|_| is_skipped)?;
        Some(SetAside { input, operation, crashes: crashes.saturating_add(power_cuts), at, until })
    }
}

impl SetAside {
    /// What happened and what to do, for a person.
    pub fn message(&self) -> Message {
        let (what, operation) = (self.input.kind.describe(), self.operation.describe());
        let remedy = match self.input.kind {
            InputKind::Picture => ("请换一张图片", "Use another picture"),
            _ => ("请把软件升级到最新版本，或发布新的内容", "Update this program, or publish again"),
        };
        let ends = self.crashes;
        Message::new(
            format!(
                "{}时程序意外退出了 {ends} 次，这个{}已暂时跳过，之后会自动再试。{}，并告诉运营方。",
                operation.zh, what.zh, remedy.0
            ),
            format!(
                "The program ended {ends} times at this {}, while {}; it is skipped for now and tried again later by itself. \
                 {}, and tell the operator.",
                what.en, operation.en, remedy.1
            ),
        )
    }
}
