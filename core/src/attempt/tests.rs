use super::{
    record::{Owner, PendingAttempt, Record, Suspect},
    *,
};
use crate::{clock::Clock, domain::Sha256};
use proptest::prelude::*;
use std::{
    io::{BufRead, BufReader, Write},
    os::unix::process::ExitStatusExt,
    process::{Command, Stdio},
    sync::atomic::{AtomicI64, Ordering::SeqCst},
    sync::mpsc::channel,
    time::Duration,
};
use tempfile::TempDir;

const DAY: i64 = 86_400;
const START: i64 = 1_800_000_000;
/// Higher than any process id.
const GONE: u32 = 4_194_305;

fn picture(number: u8) -> Input {
    Input::picture(Sha256::digest(&[number]))
}

struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> i64 {
        self.0.load(SeqCst)
    }
}

/// A unit whose kiosk a test can start and kill.
struct Unit {
    dir: TempDir,
    clock: Arc<SetClock>,
}

impl Unit {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), clock: Arc::new(SetClock(AtomicI64::new(START))) }
    }

    fn paths(&self) -> Paths {
        Paths::new(Some(self.dir.path().into()), None, None)
    }

    fn later(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, SeqCst);
    }

    fn start(&self, boot: &str, program: &str) -> (Attempts, Start) {
        Attempts::open_as(&self.paths(), Role::Kiosk, GONE, boot, program, self.clock.clone())
    }

    /// Runs a kiosk that dies while it tries these inputs.
    fn dies_at(&self, boot: &str, inputs: &[Input]) {
        let (attempts, _) = self.start(boot, "1");
        attempts.prove_run();
        std::mem::forget(attempts.begin(inputs, Operation::Prepare).unwrap());
    }
}

#[test]
fn the_second_end_at_a_thing_has_it_skipped_for_a_time_that_doubles() {
    let unit = Unit::new();
    unit.dies_at("a", &[picture(1)]);
    let (attempts, start) = unit.start("a", "1");
    assert_eq!((attempts.verdict(&picture(1)), start), (Verdict::Suspect, Start::Normal));
    assert_eq!(attempts.verdict(&picture(2)), Verdict::Fresh);
    for ends in 2..6 {
        unit.dies_at("a", &[picture(1)]);
        let (attempts, _) = unit.start("a", "1");
        let Verdict::SetAside(known) = attempts.verdict(&picture(1)) else { panic!("{ends}") };
        let skipped = DAY << (ends - 2);
        assert_eq!(
            (known.crashes, known.at, known.until),
            (ends, unit.clock.now(), unit.clock.now() + skipped)
        );
        assert!(matches!(attempts.begin(&[picture(1)], Operation::Draw), Err(AttemptError::SetAside(_))));
        unit.later(skipped - 1);
        assert!(matches!(attempts.verdict(&picture(1)), Verdict::SetAside(_)));
        unit.later(1);
        assert_eq!(attempts.verdict(&picture(1)), Verdict::Suspect);
    }
    // An attempt without harm clears the suspicion
    let (attempts, _) = unit.start("a", "1");
    drop(attempts.begin(&[picture(1)], Operation::Prepare).unwrap());
    assert_eq!(attempts.verdict(&picture(1)), Verdict::Fresh);
    let (attempts, _) = unit.start("a", "1");
    assert_eq!(attempts.verdict(&picture(1)), Verdict::Fresh);
}

#[test]
fn another_program_tries_again_and_one_end_is_enough_then() {
    let unit = Unit::new();
    unit.dies_at("a", &[picture(1)]);
    unit.dies_at("a", &[picture(1)]);
    let (attempts, _) = unit.start("a", "2");
    assert_eq!(attempts.verdict(&picture(1)), Verdict::Suspect);
    std::mem::forget(attempts.begin(&[picture(1)], Operation::Draw).unwrap());
    let (attempts, _) = unit.start("a", "2");
    assert!(matches!(attempts.verdict(&picture(1)), Verdict::SetAside(known) if known.crashes == 3));
}

#[test]
fn a_power_cut_condemns_nothing_and_two_cost_a_quarter_of_a_day() {
    let unit = Unit::new();
    unit.dies_at("a", &[picture(1)]);
    let (attempts, _) = unit.start("b", "1");
    assert_eq!(attempts.verdict(&picture(1)), Verdict::Suspect);
    unit.dies_at("b", &[picture(1)]);
    let (attempts, _) = unit.start("c", "1");
    assert!(
        matches!(attempts.verdict(&picture(1)), Verdict::SetAside(known) if known.until == START + DAY / 4)
    );
    // A clock that was set back does not count
    unit.later(-1);
    assert_eq!(attempts.verdict(&picture(1)), Verdict::Suspect);
}

#[test]
fn an_end_in_good_order_is_held_against_nothing() {
    let unit = Unit::new();
    let (attempts, _) = unit.start("a", "1");
    let attempt = attempts.begin(&[picture(1)], Operation::Prepare).unwrap();
    attempts.end();
    std::mem::forget(attempts.begin(&[picture(2)], Operation::Prepare).unwrap());
    std::mem::forget(attempt);
    let (attempts, _) = unit.start("a", "1");
    assert_eq!(attempts.verdict(&picture(1)), Verdict::Fresh);
    assert_eq!(attempts.verdict(&picture(2)), Verdict::Fresh, "an attempt after shutdown is not recorded");
}

#[test]
fn of_those_tried_together_the_guilty_one_is_found_by_trying_each_alone() {
    let unit = Unit::new();
    let all: Vec<Input> = (0..4).map(picture).collect();
    unit.dies_at("a", &all);
    let (attempts, _) = unit.start("a", "1");
    for input in &all[..2] {
        assert_eq!(attempts.verdict(input), Verdict::Suspect);
        drop(attempts.begin(&[*input], Operation::Prepare).unwrap());
    }
    std::mem::forget(attempts.begin(&all[2..3], Operation::Prepare).unwrap());
    let (attempts, _) = unit.start("a", "1");
    let verdicts: Vec<bool> =
        all.iter().map(|input| matches!(attempts.verdict(input), Verdict::SetAside(_))).collect();
    assert_eq!(verdicts, [false, false, true, false]);
    assert_eq!(attempts.verdict(&all[3]), Verdict::Suspect);
}

#[test]
fn what_stands_on_the_pages_is_to_blame_only_where_nothing_else_was_tried() {
    let unit = Unit::new();
    let pages = Input::pages(Sha256::digest(b"catalog"));
    let (attempts, _) = unit.start("a", "1");
    std::mem::forget(attempts.begin_long(pages, Operation::Load).unwrap());
    std::mem::forget(attempts.begin(&[picture(1)], Operation::Prepare).unwrap());
    let (attempts, _) = unit.start("a", "1");
    assert_eq!(attempts.verdict(&pages), Verdict::Fresh);
    assert_eq!(attempts.verdict(&picture(1)), Verdict::Suspect);
    std::mem::forget(attempts.begin_long(pages, Operation::Load).unwrap());
    let (attempts, _) = unit.start("a", "1");
    assert_eq!(attempts.verdict(&pages), Verdict::Suspect);
}

#[test]
fn of_what_one_thread_tries_within_another_the_inner_one_is_to_blame() {
    let unit = Unit::new();
    let (bundle, pointer) =
        (Input::bundle(Sha256::digest(b"bundle")), Input::pointer(Sha256::digest(b"pointer")));
    let (attempts, _) = unit.start("a", "1");
    let outer = attempts.begin(&[bundle], Operation::Read).unwrap();
    let inner = attempts.begin(&[pointer], Operation::Read).unwrap();
    std::mem::forget((outer, inner));
    let (attempts, _) = unit.start("a", "1");
    assert_eq!(attempts.verdict(&bundle), Verdict::Fresh);
    assert_eq!(attempts.verdict(&pointer), Verdict::Suspect);
    // A suspect inside another attempt does not wait for its own thread
    let outer = attempts.begin(&[bundle], Operation::Read).unwrap();
    drop(attempts.begin(&[pointer], Operation::Read).unwrap());
    std::mem::forget(outer);
    let (attempts, _) = unit.start("a", "1");
    assert_eq!(
        attempts.verdict(&bundle),
        Verdict::Suspect,
        "when the inner attempt is done, the outer one is on record again"
    );
}

#[test]
fn a_suspect_waits_until_it_is_alone_and_nothing_begins_beside_it() {
    let unit = Unit::new();
    unit.dies_at("a", &[picture(1)]);
    let (attempts, _) = unit.start("a", "1");
    let other = attempts.begin(&[picture(2)], Operation::Draw).unwrap();
    let (told, heard) = channel();
    let begun = |number: u8| {
        let (attempts, told) = (attempts.clone(), told.clone());
        move || {
            let attempt = attempts.begin(&[picture(number)], Operation::Draw).unwrap();
            told.send((number, attempt)).unwrap();
        }
    };
    let suspect = thread::spawn(begun(1));
    wait_for_a_waiting_thread(&attempts);
    assert!(heard.try_recv().is_err(), "a suspect may not begin beside another attempt");
    drop(other);
    let (number, alone) = heard.recv().unwrap();
    assert_eq!(number, 1);
    suspect.join().unwrap();
    let third = thread::spawn(begun(3));
    wait_for_a_waiting_thread(&attempts);
    assert!(heard.try_recv().is_err(), "nothing may begin beside a suspect");
    drop(alone);
    assert_eq!(heard.recv().unwrap().0, 3);
    third.join().unwrap();
}

fn wait_for_a_waiting_thread(attempts: &Attempts) {
    let long = Duration::from_secs(60);
    let nobody = |state: &mut State| state.waiting == 0;
    let waited = attempts.0.changed.wait_timeout_while(attempts.lock(), long, nobody).unwrap();
    assert!(!waited.1.timed_out(), "no thread waits");
}

#[test]
fn a_panic_that_nobody_catches_within_stays_noted() {
    let unit = Unit::new();
    let (attempts, _) = unit.start("a", "1");
    let caught = attempts.clone();
    let result = thread::spawn(move || {
        let _attempt = caught.begin(&[picture(1)], Operation::Read).unwrap();
        panic!("as a parser might");
    })
    .join();
    assert!(result.is_err());
    // And it blocks nothing
    drop(attempts.begin(&[picture(2)], Operation::Read).unwrap());
    let (attempts, _) = unit.start("a", "1");
    assert_eq!(attempts.verdict(&picture(1)), Verdict::Suspect);
    assert_eq!(attempts.verdict(&picture(2)), Verdict::Fresh);
}

#[test]
fn three_early_ends_make_a_careful_start() {
    let unit = Unit::new();
    let starts = |number: usize| -> Vec<Start> { (0..number).map(|_| unit.start("a", "1").1).collect() };
    use Start::{Careful, Normal};
    assert_eq!(starts(8), [Normal, Normal, Normal, Careful, Careful, Careful, Careful, Careful]);
    assert_eq!(read_status(&unit.paths(), START).start, Careful);
    let (attempts, start) = unit.start("a", "1");
    assert_eq!(start, Careful);
    attempts.prove_run();
    assert_eq!(
        read_status(&unit.paths(), START).start,
        Normal,
        "a run that has proven itself is reported as usual"
    );
    assert_eq!(starts(4), [Normal, Normal, Normal, Careful]);
    // A graceful shutdown does not prove a run
    let (attempts, start) = unit.start("a", "1");
    assert_eq!(start, Careful);
    attempts.end();
    assert_eq!(starts(1), [Careful]);
    assert_eq!(unit.start("a", "2").1, Normal, "another version starts with a clean slate");
}

/// Runs the kiosk once; the run ends while a catalog is on its pages.
fn dies_with_pages(unit: &Unit, boot: &str, pages: Input) {
    let (attempts, _) = unit.start(boot, "1");
    std::mem::forget(attempts.begin_long(pages, Operation::Load).unwrap());
}

#[test]
fn a_catalog_is_not_blamed_for_power_cuts_and_is_soon_tried_again() {
    let pages = Input::pages(Sha256::digest(b"a catalog"));
    let unit = Unit::new();
    for boot in ["a", "b", "c", "d"] {
        dies_with_pages(&unit, boot, pages);
    }
    assert_eq!(
        unit.start("e", "1").0.verdict(&pages),
        Verdict::Fresh,
        "a power cut is not the fault of a catalog"
    );
    // Crashes of the program alone: ten minutes, then twenty
    let unit = Unit::new();
    let mut waits = Vec::new();
    for _ in 0..2 {
        dies_with_pages(&unit, "a", pages);
    }
    for _ in 0..3 {
        let (attempts, _) = unit.start("a", "1");
        let Verdict::SetAside(known) = attempts.verdict(&pages) else {
            panic!("the catalog must be skipped")
        };
        waits.push(known.until - known.at);
        // A run that shows no catalog survives
        attempts.prove_run();
        unit.later(known.until - known.at);
        std::mem::forget(attempts.begin_long(pages, Operation::Load).unwrap());
    }
    assert_eq!(waits, [600, 1200, 2400]);
}

#[test]
fn a_catalog_is_not_blamed_where_the_kiosk_ends_without_it_too() {
    let pages = Input::pages(Sha256::digest(b"a catalog"));
    let unit = Unit::new();
    for _ in 0..2 {
        dies_with_pages(&unit, "a", pages);
    }
    assert!(matches!(unit.start("a", "1").0.verdict(&pages), Verdict::SetAside(_)));
    // That run has ended early, with no catalog on its pages
    assert_eq!(unit.start("a", "1").0.verdict(&pages), Verdict::Fresh);
}

#[test]
fn a_careful_start_draws_what_is_proven_only() {
    let unit = Unit::new();
    let mark = picture(9);
    let (attempts, _) = unit.start("a", "1");
    drop(attempts.begin_drawing(mark, true).unwrap());
    for _ in 0..2 {
        unit.start("a", "1");
    }
    let (attempts, start) = unit.start("a", "1");
    assert_eq!(start, Start::Careful);
    assert!(attempts.is_careful());
    drop(attempts.begin_drawing(mark, true).unwrap());
    assert!(matches!(attempts.begin_drawing(picture(1), false), Err(AttemptError::Deferred)));
    attempts.hold_unproven(false);
    drop(attempts.begin_drawing(picture(1), false).unwrap());
}

#[test]
fn what_cannot_be_noted_is_not_tried_and_a_damaged_note_is_none() {
    let unit = Unit::new();
    let (attempts, _) = unit.start("a", "1");
    std::fs::write(unit.paths().attempts(), "{").unwrap();
    assert_eq!(attempts.verdict(&picture(1)), Verdict::Fresh);
    std::fs::remove_file(unit.paths().attempts()).unwrap();
    std::fs::create_dir(unit.paths().attempts()).unwrap();
    assert!(matches!(attempts.begin(&[picture(1)], Operation::Draw), Err(AttemptError::NotRecorded(_))));
    std::fs::remove_dir(unit.paths().attempts()).unwrap();
    // The record is not read through a symbolic link
    let elsewhere = unit.dir.path().join("elsewhere.json");
    std::fs::write(&elsewhere, r#"{"schema":1,"early":9}"#).unwrap();
    std::os::unix::fs::symlink(&elsewhere, unit.paths().attempts()).unwrap();
    assert_eq!(unit.start("a", "1").1, Start::Normal);
}

#[test]
fn a_lock_that_another_program_holds_is_waited_for_and_not_for_ever() {
    let unit = Unit::new();
    let (attempts, _) = unit.start("a", "1");
    let holder = std::fs::File::open(unit.dir.path()).unwrap();
    holder.lock().unwrap();
    // Nobody lets go: it is noted all the same
    drop(attempts.begin(&[picture(1)], Operation::Prepare).unwrap());
    unit.dies_at("a", &[picture(2)]);
    drop(holder);
    assert_eq!(unit.start("a", "1").0.verdict(&picture(2)), Verdict::Suspect);
}

const ROLE: &str = "CLOUD_SHELF_TEST_ATTEMPT";
const AT_WORK: &str = "at work";

/// Runs as a separate process that tries something for ever.
#[test]
fn signals_end_a_command_in_good_order_and_a_kill_does_not() {
    if let Ok(state) = std::env::var(ROLE) {
        let paths = Paths::new(Some(state.into()), None, None);
        let (attempts, _) = Attempts::open(&paths, Role::Command, Arc::new(crate::clock::SystemClock));
        end_on_signals(&attempts).unwrap();
        let _attempt = attempts.begin(&[picture(1)], Operation::Prepare).unwrap();
        writeln!(io::stdout(), "{AT_WORK}").unwrap();
        loop {
            thread::park();
        }
    }
    for (signal, verdict) in [
        (rustix::process::Signal::INT, Verdict::Fresh),
        (rustix::process::Signal::TERM, Verdict::Fresh),
        (rustix::process::Signal::KILL, Verdict::Suspect),
    ] {
        let unit = Unit::new();
        let mut child = Command::new(std::env::current_exe().unwrap());
        let name = "attempt::tests::signals_end_a_command_in_good_order_and_a_kill_does_not";
        child.args(["--exact", name, "--nocapture"]).env(ROLE, unit.dir.path()).stdout(Stdio::piped());
        let mut child = child.spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        // The child's output ends when the child ends
        assert!(said.any(|line| line.unwrap().ends_with(AT_WORK)), "the child ended by itself");
        // Another process does not touch the attempts of a living one
        let open = || Attempts::open(&unit.paths(), Role::Command, Arc::new(crate::clock::SystemClock)).0;
        assert_eq!(open().verdict(&picture(1)), Verdict::Fresh);
        let pid = Pid::from_raw(child.id().try_into().unwrap()).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(signal.as_raw()));
        assert_eq!(open().verdict(&picture(1)), verdict, "{signal:?}");
    }
}

fn any_record() -> impl Strategy<Value = Record> {
    let owner = (0..3_u32, 0..2_u8).prop_map(|(pid, boot)| Owner {
        role: Role::Kiosk,
        pid,
        boot: boot.to_string(),
        program: "1".into(),
    });
    let attempt = (0..6_u8, any::<bool>(), owner).prop_map(|(number, is_long, by)| PendingAttempt {
        input: picture(number).into(),
        operation: Operation::Draw,
        is_long,
        by,
    });
    let suspect = (0..6_u8, any::<u32>(), any::<u32>(), any::<i64>(), any::<i64>());
    let suspect = suspect.prop_map(|(number, crashes, power_cuts, at, until)| Suspect {
        input: picture(number).into(),
        operation: Operation::Draw,
        crashes,
        power_cuts,
        at,
        until,
        program: "1".into(),
    });
    (prop::collection::vec(attempt, 0..6), prop::collection::vec(suspect, 0..4), any::<u32>()).prop_map(
        |(trying, suspects, early)| Record { schema: 1, trying, suspects, early, ..Record::default() },
    )
}

proptest! {
    #[test]
    fn whatever_stands_in_the_file_is_taken_without_harm(record in any_record(), now: i64, living in 0..3_u32) {
        let mut settled = record.clone();
        settled.blame_dead_processes(|owner| owner.pid != living, "1", now);
        prop_assert!(settled.trying.iter().all(|attempt| attempt.by.pid == living));
        for attempt in record.trying.iter().filter(|attempt| attempt.by.pid != living && !attempt.is_long) {
            let input = attempt.input.input().unwrap();
            prop_assert!(settled.verdict(&input, "1", now) != Verdict::Fresh);
        }
        settled.begin_run("1", now);
        let text = serde_json::to_vec(&settled).unwrap();
        prop_assert_eq!(serde_json::from_slice::<Record>(&text).unwrap(), settled);
    }
}
