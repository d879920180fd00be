//! A unit that is killed again and again while it records and sends to an unreliable server.

use super::{
    super::{Recorder, Service},
    receiver::{Fault, Receiver},
    shelf::{Facts, NOW, SharedFacts, Shelf, UNIT, options},
};
use cloud_shelf_core::{clock::FixedClock, domain::ItemId, report::Event};
use std::{
    collections::HashMap,
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// How often the unit is started and killed.
const LIVES: u64 = 60;
/// Range of event numbers of one run; no run uses more.
const NUMBERS: u64 = 1_000_000;

const KILLED: &str = "telemetry::tests::crash::a_unit_killed_at_any_moment_loses_nothing_that_was_written_and_sends_nothing_twice";
const STATE: &str = "CLOUD_SHELF_TEST_OUTBOX";
const ADDRESS: &str = "CLOUD_SHELF_TEST_ADDRESS";
const FIRST: &str = "CLOUD_SHELF_TEST_FIRST";

fn child(state: &Path, address: &str, first: u64) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", KILLED, "--nocapture"])
        .env(STATE, state)
        .env(ADDRESS, address)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Returns the numbers of an event, encoded in its item.
fn number(entry: &serde_json::Value) -> u64 {
    entry["item_id"].as_str().unwrap().parse().unwrap()
}

fn record_until_killed(state: &Path) {
    let address = env::var(ADDRESS).unwrap();
    let first: u64 = env::var(FIRST).unwrap().parse().unwrap();
    let facts = Facts { device: Some("8F6A77C73E".into()), address: Some(address), ..Facts::default() };
    let (recorder, inbox) = Recorder::new();
    let options = options(state);
    thread::spawn(move || {
        Service::new(SharedFacts(Arc::new(Mutex::new(facts))), options, Arc::new(FixedClock(NOW))).run(inbox)
    });
    for some in (first..first + NUMBERS).collect::<Vec<_>>().chunks(7) {
        for number in some {
            recorder.record(Event::ItemOpened { item: ItemId::parse(&number.to_string()).unwrap() });
        }
        assert!(recorder.flush(Duration::from_secs(60)));
        let numbers: Vec<_> = some.iter().map(u64::to_string).collect();
        println!("written {}.", numbers.join(" "));
    }
}

/// Returns the numbers of a line that says what is written. The test harness prints lines, too, and the last
/// line may be truncated.
fn written(line: &str) -> Option<Vec<u64>> {
    let numbers = line.strip_prefix("written ")?.strip_suffix('.')?;
    Some(numbers.split(' ').map(|number| number.parse().unwrap()).collect())
}

#[test]
fn a_unit_killed_at_any_moment_loses_nothing_that_was_written_and_sends_nothing_twice() {
    if let Some(state) = env::var_os(STATE) {
        return record_until_killed(state.as_ref());
    }
    let dir = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(&[UNIT]);
    let mut all = Vec::new();
    for life in 0..LIVES {
        let failing = [Fault::Swallow, Fault::HangUp, Fault::Cut, Fault::Status("503 No")];
        receiver.ledger().faults.extend([("events", failing[life as usize % 4]); 2]);
        let mut child = child(dir.path(), &receiver.address(), (life + 1) * NUMBERS);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut events = lines.filter_map(|line| written(&line));
        // Killed some time after its first events are written: while it writes, sends, or waits
        let (first, moment) =
            (events.next().expect("it writes events"), Duration::from_micros(life * life * 37));
        let killer = thread::spawn(move || {
            thread::sleep(moment);
            child.kill().unwrap();
            child.wait().unwrap();
        });
        all.extend(first.into_iter().chain(events.flatten()));
        killer.join().unwrap();
    }
    assert!(all.len() as u64 > LIVES, "hardly anything was ever written: {}", all.len());
    // One more run that is not killed
    receiver.ledger().faults.clear();
    let shelf = Shelf::start(dir.path(), &receiver.address());
    receiver.until("an empty outbox", |ledger| {
        ledger.heartbeats.last().is_some_and(|heartbeat| heartbeat["waiting"] == 0)
    });
    assert_eq!((shelf.standing().waiting, shelf.standing().lost), (0, 0));
    let ledger = receiver.ledger();
    let mut arrived: HashMap<u64, u64> = HashMap::new();
    for entry in &ledger.entries {
        *arrived.entry(number(entry)).or_default() += 1;
    }
    assert!(arrived.values().all(|&times| times == 1), "an event was counted twice");
    let missing: Vec<_> = all.iter().filter(|number| !arrived.contains_key(number)).collect();
    assert!(missing.is_empty(), "{missing:?} of {} were written and never arrived", all.len());
    assert!(ledger.repeats > 0, "no batch was ever sent again");
    assert_eq!(ledger.bad, [""; 0]);
    println!("{} written, {} arrived, {} batches were repeated", all.len(), arrived.len(), ledger.repeats);
    drop(ledger);
    shelf.stop();
}
