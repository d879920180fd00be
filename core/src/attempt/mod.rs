//! Remembers crashes: whatever could end the program is recorded on disk before it is tried.
//!
//! A picture may take more memory than the unit has, or crash its decoder; the kernel or the watchdog then
//! ends the program, which restarts and meets the same picture again. So everything from outside that is not
//! proven goes through this module: record it, try it, remove the record. A record left by a dead process
//! names a suspect. The suspect is tried once more, alone; if the program ends again, the input is set aside
//! (skipped) for a time, or until another version of the program is installed, and people are told. A
//! graceful shutdown clears the record. A crash of the whole machine sets an input aside for a shorter time,
//! since most likely somebody pulled the plug.
//!
//! A kiosk whose last three runs ended early makes a careful start, with proven content only: see [`Start`].

mod file;
mod input;
mod record;
mod signals;

#[cfg(test)]
mod tests;

pub use input::{Input, InputKind, Operation};
pub use record::{Role, SetAside, Start, Verdict};
pub use signals::end_on_signals;

use crate::{clock::Clock, disk, domain::Message, paths::Paths, watchdog};
use file::{Durability, RecordFile};
use record::{Owner, PendingAttempt, Record};
use rustix::{
    io::Errno,
    process::{Pid, test_kill_process},
};
use std::{
    collections::HashSet,
    fs, io, process,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::{self, ThreadId},
};

/// The program's version, as recorded with each attempt.
pub const PROGRAM_VERSION: &str = env!("CARGO_PKG_VERSION");

static GLOBAL: OnceLock<Attempts> = OnceLock::new();

/// Returns this process's record. Before [`Attempts::set_global`], and in tests, it records nothing.
pub fn global() -> &'static Attempts {
    static NONE: OnceLock<Attempts> = OnceLock::new();
    GLOBAL.get().unwrap_or_else(|| NONE.get_or_init(Attempts::none))
}

/// A read-only view of the record, for reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttemptStatus {
    pub set_aside: Vec<SetAside>,
    /// How the running kiosk, or the last one, has started; `Normal` once the run has proven itself
    pub start: Start,
    /// Unix time (seconds) of that start
    pub since: i64,
}

/// Reads what is on record; changes nothing.
pub fn read_status(paths: &Paths, now: i64) -> AttemptStatus {
    let record = RecordFile::new(paths.attempts()).read();
    // A careful run that has proven itself continues as a usual one
    let start_of = |run: &record::Run| if run.proven { Start::Normal } else { run.start };
    let (start, since) = record.run.as_ref().map_or((Start::Normal, 0), |run| (start_of(run), run.at));
    AttemptStatus { set_aside: record.set_aside(PROGRAM_VERSION, now), start, since }
}

/// Describes the kind of start for a person.
pub const fn describe_start(start: Start) -> Message {
    match start {
        Start::Normal => Message::fixed("正常", "as usual"),
        Start::Careful => Message::fixed(
            "谨慎启动：前几次启动后不久就意外退出，先显示上一次正常的商品，同步之后再逐个尝试新内容",
            "careful: the last runs ended soon after their start, so the items that last worked are shown first, and \
             what is new is tried one at a time after a sync",
        ),
    }
}

/// Why something is not tried.
#[derive(Debug, thiserror::Error)]
pub enum AttemptError {
    #[error("the program has crashed {} times on {}", .0.crashes, .0.input)]
    SetAside(SetAside),
    /// Unproven pictures are not drawn yet: see [`Attempts::hold_unproven`]
    #[error("unproven pictures are not drawn yet")]
    Deferred,
    #[error("the attempt can't be recorded: {0}")]
    NotRecorded(#[source] io::Error),
}

impl AttemptError {
    /// What happened and what to do, for a person.
    pub fn message(&self) -> Message {
        match self {
            Self::SetAside(set_aside) => set_aside.message(),
            Self::Deferred => Message::fixed(
                "设备刚从意外退出中恢复，新的内容稍后再显示。",
                "The unit has just recovered from a crash; what is new is shown later.",
            ),
            Self::NotRecorded(cause) => {
                let remedy = disk::remedy(cause);
                Message::new(
                    format!("状态目录写不了（{cause}），新的内容暂不处理。{}。", remedy.zh),
                    format!(
                        "The state directory cannot be written ({cause}); nothing new is taken. {}.",
                        remedy.en
                    ),
                )
            }
        }
    }
}

/// The attempts of one process; cheap to clone.
#[derive(Clone)]
pub struct Attempts(Arc<Inner>);

struct Inner {
    /// `None` records nothing
    file: Option<RecordFile>,
    owner: Owner,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    changed: Condvar,
    /// Each input is tried alone
    careful: AtomicBool,
    /// Pages draw nothing unproven
    held: AtomicBool,
}

#[derive(Default)]
struct State {
    trying: Vec<OpenAttempt>,
    /// Inputs that this process has tried, or that were known to be good when it started
    proven: HashSet<Input>,
    next: u64,
    /// Number of threads that wait for their turn
    waiting: usize,
    ended: bool,
}

struct OpenAttempt {
    ticket: u64,
    thread: ThreadId,
    inputs: Vec<Input>,
    operation: Operation,
    is_long: bool,
    alone: bool,
}

/// An attempt in progress. Dropping it ends the attempt as harmless.
#[must_use]
pub struct Attempt {
    attempts: Attempts,
    /// `None` if nothing is recorded
    ticket: Option<u64>,
    /// Remember across runs that the input is harmless
    keep: bool,
}

impl Attempts {
    /// Opens the record for a process and evaluates what dead processes left in it. Only a kiosk begins a
    /// run.
    pub fn open(paths: &Paths, role: Role, clock: Arc<dyn Clock>) -> (Self, Start) {
        Self::open_as(paths, role, process::id(), &boot(), PROGRAM_VERSION, clock)
    }

    fn open_as(
        paths: &Paths,
        role: Role,
        pid: u32,
        boot: &str,
        program: &str,
        clock: Arc<dyn Clock>,
    ) -> (Self, Start) {
        let file = RecordFile::new(paths.attempts());
        let now = clock.now();
        let owner = Owner { role, pid, boot: boot.to_owned(), program: program.to_owned() };
        let is_gone = |by: &Owner| {
            // The caller holds the kiosk's lock, so any other kiosk is dead, even if its process id is in use
            // again
            let is_own = by.role == Role::Kiosk && role == Role::Kiosk || by.pid == pid;
            is_own || by.boot != boot || is_gone(by.pid)
        };
        let mut start = Start::Normal;
        let settle = |record: &mut Record| {
            let before = record.clone();
            record.blame_dead_processes(is_gone, boot, now);
            if role == Role::Kiosk {
                start = record.begin_run(program, now);
            }
            (record.clone(), *record != before)
        };
        let record = file.change(Durability::Synced, settle).unwrap_or_else(|error| {
            tracing::warn!(%error, "attempts can't be recorded");
            file.read()
        });
        for known in record.set_aside(program, now) {
            tracing::error!(
                thing = %known.input, step = ?known.operation, ends = known.crashes,
                "the program has crashed on it: it is skipped for a time"
            );
        }
        if start != Start::Normal {
            tracing::error!(early = record.early, ?start, "the last runs ended early: careful start");
        }
        let proven = record.proven.iter().filter_map(input::InputForm::input).collect();
        let state = Mutex::new(State { proven, ..State::default() });
        let inner = Inner {
            file: Some(file),
            owner,
            clock,
            state,
            changed: Condvar::new(),
            careful: AtomicBool::new(start != Start::Normal),
            held: AtomicBool::new(start != Start::Normal),
        };
        (Self(Arc::new(inner)), start)
    }

    /// Returns attempts that record nothing and refuse nothing.
    fn none() -> Self {
        let owner = Owner { role: Role::Command, pid: 0, boot: String::new(), program: String::new() };
        let inner = Inner {
            file: None,
            owner,
            clock: Arc::new(crate::clock::SystemClock),
            state: Mutex::default(),
            changed: Condvar::new(),
            careful: AtomicBool::new(false),
            held: AtomicBool::new(false),
        };
        Self(Arc::new(inner))
    }

    /// Makes this record the process's own; later calls have no effect.
    pub fn set_global(&self) {
        if GLOBAL.set(self.clone()).is_err() {
            tracing::warn!("this process already records its attempts");
        }
    }

    /// Returns whether an input may be tried now.
    pub fn verdict(&self, input: &Input) -> Verdict {
        let Some(file) = &self.0.file else { return Verdict::Fresh };
        file.read().verdict(input, &self.0.owner.program, self.0.clock.now())
    }

    /// Returns everything that is skipped now.
    pub fn list_set_aside(&self) -> Vec<SetAside> {
        let Some(file) = &self.0.file else { return Vec::new() };
        file.read().set_aside(&self.0.owner.program, self.0.clock.now())
    }

    /// Returns whether an input was tried without harm, as far as this process knows.
    pub fn is_proven(&self, input: &Input) -> bool {
        self.0.file.is_none() || self.lock().proven.contains(input)
    }

    /// Returns whether inputs are tried one at a time.
    pub fn is_careful(&self) -> bool {
        self.0.careful.load(Relaxed)
    }

    /// Ends a careful start, since the run has proven itself: attempts may run side by side again.
    pub fn end_careful_start(&self) {
        self.0.careful.store(false, Relaxed);
    }

    /// Sets whether pages draw only what is proven.
    pub fn hold_unproven(&self, held: bool) {
        self.0.held.store(held, Relaxed);
    }

    /// Begins an attempt at several inputs together. Suspects are tried alone: blocks until no other attempt
    /// runs.
    pub fn begin(&self, inputs: &[Input], operation: Operation) -> Result<Attempt, AttemptError> {
        self.begin_with(inputs, operation, false, false)
    }

    /// Begins an attempt to draw an original picture. Success is remembered until this process ends; with
    /// `keep`, for later runs too: for a logo, which has no thumbnails to prove it.
    pub fn begin_drawing(&self, input: Input, keep: bool) -> Result<Attempt, AttemptError> {
        if self.is_proven(&input) {
            return Ok(Attempt { attempts: self.clone(), ticket: None, keep });
        }
        if self.0.held.load(Relaxed) {
            return Err(AttemptError::Deferred);
        }
        self.begin_with(&[input], Operation::Draw, false, keep)
    }

    /// Begins an attempt that runs beside all others, from any thread. Drop it once the input is proven.
    pub fn begin_long(&self, input: Input, operation: Operation) -> Result<Attempt, AttemptError> {
        self.begin_with(&[input], operation, true, false)
    }

    fn begin_with(
        &self,
        inputs: &[Input],
        operation: Operation,
        is_long: bool,
        keep: bool,
    ) -> Result<Attempt, AttemptError> {
        let Some(file) = &self.0.file else {
            return Ok(Attempt { attempts: self.clone(), ticket: None, keep });
        };
        let thread = thread::current().id();
        let record = file.read();
        let mut alone = self.is_careful();
        for input in inputs {
            match record.verdict(input, &self.0.owner.program, self.0.clock.now()) {
                Verdict::Fresh => {}
                Verdict::Suspect => alone = true,
                Verdict::SetAside(known) => return Err(AttemptError::SetAside(known)),
            }
        }
        alone &= !is_long;
        let mut state = self.lock();
        // A thread that already has an attempt open does not wait for itself
        let is_blocked = |state: &State| {
            let mut others = state.trying.iter().filter(|entry| entry.thread != thread && !entry.is_long);
            !is_long && others.any(|entry| alone || entry.alone)
        };
        if is_blocked(&state) {
            state.waiting += 1;
            // A new waiting thread is a change, too
            self.0.changed.notify_all();
            state = watchdog::pause_during(|| {
                let done = self.0.changed.wait_while(state, |state| is_blocked(state));
                done.unwrap_or_else(PoisonError::into_inner)
            });
            state.waiting -= 1;
        }
        let ticket = state.next;
        state.next += 1;
        state.trying.push(OpenAttempt { ticket, thread, inputs: inputs.to_vec(), operation, is_long, alone });
        match self.write_current(&state, Durability::Synced, |_| false) {
            Ok(()) => {}
            // A read-only card gets no new content, and what it has must still be shown
            Err(error) if is_read_only(&error) => {}
            Err(error) => {
                state.trying.retain(|entry| entry.ticket != ticket);
                return Err(AttemptError::NotRecorded(error));
            }
        }
        Ok(Attempt { attempts: self.clone(), ticket: Some(ticket), keep })
    }

    fn allow_others(&self, ticket: u64) {
        let mut state = self.lock();
        state.trying.iter_mut().filter(|entry| entry.ticket == ticket).for_each(|entry| entry.alone = false);
        self.0.changed.notify_all();
    }

    fn finish(&self, ticket: u64, keep: bool) {
        let mut state = self.lock();
        let Some(place) = state.trying.iter().position(|entry| entry.ticket == ticket) else { return };
        let done = state.trying.remove(place);
        if done.operation == Operation::Draw {
            state.proven.extend(done.inputs.iter().copied());
        }
        let pass = |record: &mut Record| {
            // `count`, unlike `any`, passes every one of them
            done.inputs.iter().filter(|input| record.record_success(input, keep)).count() > 0
        };
        if let Err(error) = self.write_current(&state, Durability::Unsynced, pass)
            && !is_read_only(&error)
        {
            tracing::warn!(%error, "a finished attempt stays on record");
        }
        self.0.changed.notify_all();
    }

    /// Writes to the file what this process is trying now: for each thread, its innermost attempt.
    fn write_current(
        &self,
        state: &State,
        durability: Durability,
        change: impl FnOnce(&mut Record) -> bool,
    ) -> io::Result<()> {
        let Some(file) = &self.0.file else { return Ok(()) };
        if state.ended {
            return Ok(());
        }
        let is_inner = |entry: &OpenAttempt| {
            !state
                .trying
                .iter()
                .any(|other| !other.is_long && other.thread == entry.thread && other.ticket > entry.ticket)
        };
        let noted = state.trying.iter().filter(|entry| entry.is_long || is_inner(entry));
        let noted: Vec<PendingAttempt> = noted
            .flat_map(|entry| {
                let by = &self.0.owner;
                let (operation, is_long) = (entry.operation, entry.is_long);
                entry.inputs.iter().map(move |input| PendingAttempt {
                    input: (*input).into(),
                    operation,
                    is_long,
                    by: by.clone(),
                })
            })
            .collect();
        file.change(durability, |record| {
            let changed = change(record);
            let before = record.trying.clone();
            record.trying.retain(|attempt| attempt.by != self.0.owner);
            record.trying.extend(noted);
            ((), changed || record.trying != before)
        })
    }

    /// Marks the kiosk's run as proven: if it ends from now on, it did not end early.
    pub fn prove_run(&self) {
        self.change_run("the next start will count this run as ended early", |run| {
            let was = run.proven;
            run.proven = true;
            !was
        });
    }

    /// Ends the process gracefully: whatever is being tried did no harm.
    pub fn end(&self) {
        let mut state = self.lock();
        if state.ended {
            return;
        }
        state.trying.clear();
        let ended = self.write_current(&state, Durability::Unsynced, |record| {
            let own = record.run.as_mut().filter(|_| self.0.owner.role == Role::Kiosk);
            own.is_some_and(|run| !std::mem::replace(&mut run.ended, true))
        });
        state.ended = true;
        if let Err(error) = ended
            && !is_read_only(&error)
        {
            tracing::warn!(%error, "a finished attempt stays on record");
        }
    }

    fn change_run(&self, otherwise: &str, change: impl FnOnce(&mut record::Run) -> bool) {
        let Some(file) = &self.0.file else { return };
        let changed = file.change(Durability::Synced, |record| ((), record.run.as_mut().is_some_and(change)));
        if let Err(error) = changed
            && !is_read_only(&error)
        {
            tracing::warn!(%error, otherwise);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        match self.ticket {
            None => {}
            // An uncaught panic: the attempt stays on record, since the panic may end the program
            Some(ticket) if thread::panicking() => self.attempts.allow_others(ticket),
            Some(ticket) => self.attempts.finish(ticket, self.keep),
        }
    }
}

/// Returns whether the error means that the state directory is read-only for this process.
fn is_read_only(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied)
}

/// Returns the kernel's id of the current boot.
fn boot() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
}

fn is_gone(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    pid.is_none_or(|pid| test_kill_process(pid) == Err(Errno::SRCH))
}
