//! The service against the reference receiver.

use super::{
    super::{Activation, DeviceKey, Outbox, Recorder, Service, Standing},
    receiver::{Approval, Fault, Receiver},
    shelf::{Facts, NOW, SharedFacts, Shelf, UNIT, options, paths},
};
use cloud_shelf_core::{
    clock::FixedClock,
    domain::{ItemId, Lang},
    report::{Event, OperatorMessage, PublicJwk},
};
use serde_json::json;
use std::{
    fs,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

fn opened(n: u64) -> Event {
    Event::ItemOpened { item: ItemId::parse(&(100_000 + n).to_string()).unwrap() }
}

#[test]
fn a_unit_is_presented_approved_and_heard_of() {
    let dir = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(&[]);
    receiver.ledger().units.insert(UNIT.into(), Approval::Waits);
    let shelf = Shelf::start(dir.path(), &receiver.address());
    shelf.recorder.record(Event::Woken);
    shelf.recorder.record(opened(1));
    shelf.recorder.record(Event::QrShown { item: ItemId::parse("567812345678").unwrap(), seconds: 34 });
    shelf.recorder.record(Event::Language { lang: Lang::En });
    receiver.until("presented", |ledger| ledger.activations.len() >= 2);
    assert_eq!(shelf.standing().activation, Activation::Pending(OperatorMessage::default()));
    receiver.ledger().units.insert(UNIT.into(), Approval::Given);
    let ledger = receiver.wait("events", |ledger| ledger.events().0 == 4);
    let activation = &ledger.activations[0];
    assert_eq!(activation["brand"], "启赋");
    assert_eq!(activation["iat"], NOW);
    let heartbeat = ledger.heartbeats.last().unwrap();
    assert_eq!((&heartbeat["catalog_version"], &heartbeat["waiting"]), (&json!(777), &json!(4)));
    assert!(heartbeat["free_bytes"].as_u64().unwrap() > 0);
    assert_eq!(heartbeat["under_voltage"], json!(null));
    // The receiver's clock says 1994
    assert_eq!(heartbeat["clock_offset_s"], json!(NOW - 784_111_777));
    assert!(ledger.entries.contains(
        &json!({"kind": "qr_shown", "at": 1_789_999_200, "item_id": "567812345678", "seconds": 34})
    ));
    drop(ledger);
    // Once acknowledged, an event is deleted here
    receiver.until("another heartbeat", |ledger| {
        ledger.heartbeats.last().is_some_and(|heartbeat| heartbeat["waiting"] == 0)
    });
    let standing = shelf.standing();
    assert_eq!(
        standing,
        Standing { sent: 4, activation: Activation::Active, last_report: Some(NOW), ..Standing::default() }
    );
    assert_eq!(receiver.ledger().bad, [""; 0]);
    shelf.stop();
}

#[test]
fn whatever_fails_every_event_arrives_once() {
    let dir = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(&[UNIT]);
    let shelf = Shelf::start(dir.path(), &receiver.address());
    receiver.until("a heartbeat", |ledger| !ledger.heartbeats.is_empty());
    let mut offered = 0;
    for fault in Fault::PASSING {
        receiver.ledger().faults.extend([("heartbeat", fault), ("events", fault), ("events", fault)]);
        for _ in 0..20 {
            shelf.recorder.record(opened(offered));
            offered += 1;
        }
        let ledger = receiver
            .wait(&format!("{fault:?}"), |ledger| ledger.faults.is_empty() && ledger.events().0 == offered);
        assert_eq!(ledger.bad, [""; 0], "{fault:?}");
    }
    let mut items: Vec<_> =
        receiver.ledger().entries.iter().map(|entry| entry["item_id"].as_str().unwrap().to_owned()).collect();
    items.sort_unstable();
    items.dedup();
    assert_eq!(items.len() as u64, offered);
    assert_eq!(shelf.standing().lost, 0);
    shelf.stop();
}

#[test]
fn a_batch_whose_answer_is_lost_is_the_same_when_it_comes_again() {
    let dir = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(&[UNIT]);
    let shelf = Shelf::start(dir.path(), &receiver.address());
    for n in 0..5 {
        receiver.ledger().faults.extend([("events", Fault::Swallow); 3]);
        shelf.recorder.record(opened(n));
        receiver.until("faults", |ledger| ledger.faults.is_empty());
    }
    let ledger = receiver.wait("all", |ledger| ledger.events().0 == 5 && ledger.repeats >= 15);
    assert_eq!(ledger.entries.len(), 5);
    drop(ledger);
    shelf.stop();
}

#[test]
fn a_server_is_not_asked_again_before_it_wants_to() {
    let dir = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(&[UNIT]);
    let busy = Fault::Status("503 Service Unavailable\r\nretry-after: 1");
    receiver.ledger().faults.push(("activation", busy));
    let shelf = Shelf::start(dir.path(), &receiver.address());
    let ledger = receiver.wait("two requests", |ledger| ledger.requests.len() >= 2);
    let wait = ledger.requests[1].0 - ledger.requests[0].0;
    assert!(wait >= Duration::from_secs(1), "{wait:?}");
    drop(ledger);
    shelf.stop();
}

#[test]
fn a_refusal_says_why_and_is_asked_about_again() {
    let dir = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(&[]);
    let shelf = Shelf::start(dir.path(), &receiver.address());
    receiver.until("presented", |ledger| ledger.activations.len() >= 2);
    let Activation::Refused { reason, words } = shelf.standing().activation else { panic!() };
    assert_eq!(
        (reason.as_str(), words.zh.as_str(), words.en.as_str()),
        ("unknown_code", "请联系客服", "Call us")
    );
    // Another unit has been activated with these codes
    let mut ledger = receiver.ledger();
    ledger.units.insert(UNIT.into(), Approval::Given);
    ledger.keys.insert(UNIT.into(), [7; 32]);
    let seen = ledger.activations.len();
    drop(ledger);
    receiver.until("presented again", |ledger| ledger.activations.len() >= seen + 2);
    assert!(
        matches!(shelf.standing().activation, Activation::Refused { reason, .. } if reason == "other_key")
    );
    assert_eq!(receiver.ledger().heartbeats.len(), 0);
    // The operator releases the codes
    receiver.ledger().keys.clear();
    receiver.until("a heartbeat", |ledger| !ledger.heartbeats.is_empty());
    assert_eq!(shelf.standing().activation, Activation::Active);
    shelf.stop();
}

#[test]
fn a_server_that_has_forgotten_the_unit_gets_it_presented_anew() {
    let dir = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(&[UNIT]);
    let shelf = Shelf::start(dir.path(), &receiver.address());
    receiver.until("a heartbeat", |ledger| !ledger.heartbeats.is_empty());
    receiver.ledger().keys.clear();
    shelf.recorder.record(opened(1));
    let ledger = receiver.wait("the event", |ledger| ledger.events().0 == 1);
    assert!(ledger.activations.len() >= 2);
    drop(ledger);
    shelf.stop();
}

#[test]
fn a_batch_that_is_refused_for_good_is_reported_as_lost() {
    let dir = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(&[UNIT]);
    receiver.ledger().units.insert(UNIT.into(), Approval::Waits);
    receiver.ledger().faults.push(("events", Fault::Refuse));
    let shelf = Shelf::start(dir.path(), &receiver.address());
    for n in 0..5 {
        shelf.recorder.record(opened(n));
    }
    shelf.flush();
    receiver.ledger().units.insert(UNIT.into(), Approval::Given);
    let ledger = receiver.wait("the loss", |ledger| ledger.events().1 == 5);
    assert_eq!(ledger.events().0, 0);
    assert_eq!(ledger.entries[0]["reason"], "refused");
    drop(ledger);
    assert_eq!(shelf.standing().lost, 5);
    shelf.stop();
}

#[test]
fn events_that_come_too_fast_are_counted() {
    let dir = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(&[UNIT]);
    let (recorder, inbox) = Recorder::new();
    let start = Instant::now();
    for n in 0..100_256 {
        recorder.record(opened(n % 1000));
    }
    // Nothing reads the queue, and recording still does not block
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    let facts =
        Facts { device: Some("8F6A77C73E".into()), address: Some(receiver.address()), ..Facts::default() };
    let facts = SharedFacts(Arc::new(Mutex::new(facts)));
    let options = options(dir.path());
    let service = thread::spawn(move || Service::new(facts, options, Arc::new(FixedClock(NOW))).run(inbox));
    let ledger = receiver.wait("all", |ledger| ledger.events() == (256, 100_000));
    assert!(ledger.entries.iter().any(|entry| entry["reason"] == "queue"));
    drop((ledger, recorder));
    service.join().unwrap().unwrap();
}

#[test]
fn a_window_is_one_write() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = options(dir.path());
    options.window = Duration::from_secs(3600);
    let facts = Facts {
        device: Some("8F6A77C73E".into()),
        address: Some("https://192.0.2.1".into()),
        ..Facts::default()
    };
    let shelf = Shelf::with(options, SharedFacts(Arc::new(Mutex::new(facts))));
    shelf.recorder.record(opened(0));
    shelf.flush();
    let log = dir.path().join("outbox.db-wal");
    let before = fs::metadata(&log).unwrap().len();
    for n in 0..200 {
        shelf.recorder.record(opened(n));
    }
    shelf.flush();
    // A commit is a few pages of 4 KiB; 200 commits would be some 600 pages
    let pages = (fs::metadata(&log).unwrap().len() - before) / 4096;
    assert!((1..20).contains(&pages), "{pages} pages");
    assert_eq!(shelf.standing().waiting, 201);
    shelf.stop();
}

#[test]
fn the_end_of_the_program_keeps_what_is_pending() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = options(dir.path());
    options.window = Duration::from_secs(3600);
    let facts = Facts {
        device: Some("8F6A77C73E".into()),
        address: Some("https://192.0.2.1".into()),
        ..Facts::default()
    };
    let shelf = Shelf::with(options, SharedFacts(Arc::new(Mutex::new(facts))));
    shelf.recorder.record(Event::SearchEmpty);
    shelf.stop();
    assert_eq!(Outbox::look(&paths(dir.path())).unwrap().waiting, 1);
}

#[test]
fn a_unit_that_nobody_wants_to_hear_of_records_nothing() {
    let dir = tempfile::tempdir().unwrap();
    for facts in [
        Facts::default(),
        Facts { device: Some("8F6A77C73E".into()), ..Facts::default() },
        Facts { address: Some("https://192.0.2.1".into()), ..Facts::default() },
    ] {
        let shelf = Shelf::with(options(dir.path()), SharedFacts(Arc::new(Mutex::new(facts))));
        shelf.recorder.record(Event::Woken);
        shelf.flush();
        shelf.stop();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "not even a key is created");
    }
}

#[test]
fn another_unit_does_not_report_what_was_done_at_the_one_before() {
    let dir = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(&["184454101/049AA6585C"]);
    let shelf = Shelf::start(dir.path(), "https://192.0.2.1");
    shelf.recorder.record(opened(1));
    shelf.flush();
    assert_eq!(shelf.standing().waiting, 1);
    *shelf.facts.0.lock().unwrap() =
        Facts { device: Some("049AA6585C".into()), address: Some(receiver.address()), ..Facts::default() };
    shelf.recorder.record(opened(2));
    shelf.flush();
    let ledger = receiver.wait("an event", |ledger| ledger.events().0 > 0);
    assert_eq!(ledger.entries.len(), 1);
    assert_eq!(ledger.entries[0]["item_id"], "100002");
    drop(ledger);
    shelf.stop();
}

#[test]
fn events_are_held_back_while_they_cannot_be_written() {
    let dir = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(&[UNIT]);
    let shelf = Shelf::start(dir.path(), &receiver.address());
    receiver.until("a heartbeat", |ledger| !ledger.heartbeats.is_empty());
    shelf.stop();
    let file = paths(dir.path()).outbox();
    let schema = |number: u32| {
        rusqlite::Connection::open(&file).unwrap().pragma_update(None, "user_version", number).unwrap();
    };
    // A newer program's file is left alone
    schema(99);
    let shelf = Shelf::start(dir.path(), &receiver.address());
    for n in 0..1500 {
        shelf.recorder.record(opened(n % 100));
        if n % 200 == 199 {
            assert!(!shelf.recorder.flush(Duration::from_millis(50)), "nothing is written");
        }
    }
    schema(1);
    let ledger = receiver.wait("all", |ledger| ledger.events().0 + ledger.events().1 == 1500);
    assert_eq!(ledger.events(), (1024, 476));
    assert!(ledger.entries.iter().any(|entry| entry["reason"] == "disk"));
    drop(ledger);
    shelf.stop();
}

#[test]
fn a_file_that_is_damaged_under_way_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(&[UNIT]);
    receiver.ledger().units.insert(UNIT.into(), Approval::Waits);
    let shelf = Shelf::start(dir.path(), &receiver.address());
    shelf.recorder.record(opened(1));
    shelf.flush();
    let db = rusqlite::Connection::open(paths(dir.path()).outbox()).unwrap();
    db.execute_batch("UPDATE single SET kind = 'visitor'").unwrap();
    drop(db);
    receiver.ledger().units.insert(UNIT.into(), Approval::Given);
    let ledger = receiver.wait("the loss", |ledger| ledger.events().1 == 1);
    assert_eq!(ledger.entries[0]["reason"], "damaged");
    drop(ledger);
    shelf.recorder.record(opened(2));
    receiver.until("an event", |ledger| ledger.events().0 == 1);
    shelf.stop();
}

#[test]
fn the_key_that_signs_is_the_one_in_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(&[UNIT]);
    let key = DeviceKey::load_or_make(&paths(dir.path()).device_key()).unwrap();
    let shelf = Shelf::start(dir.path(), &receiver.address());
    let ledger = receiver.wait("presented", |ledger| !ledger.activations.is_empty());
    assert_eq!(ledger.activations[0]["jwk"], serde_json::to_value(PublicJwk::from(key.public())).unwrap());
    drop(ledger);
    shelf.stop();
}

#[test]
fn a_server_that_holds_on_is_left_for_another_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let (held, other) = (Receiver::start(&[UNIT]), Receiver::start(&["184454101/049AA6585C"]));
    held.ledger().faults.push(("activation", Fault::Stall));
    let facts = Facts {
        device: Some("8F6A77C73E".into()),
        address: Some(held.address()),
        patient: true,
        ..Facts::default()
    };
    let shelf = Shelf::with(options(dir.path()), SharedFacts(Arc::new(Mutex::new(facts))));
    held.until("presented", |ledger| !ledger.requests.is_empty());
    // The status shows that reporting is active, and since when
    assert_eq!(shelf.activity.now().since, Some(NOW));
    // Bound to other codes
    *shelf.facts.0.lock().unwrap() =
        Facts { device: Some("049AA6585C".into()), address: Some(other.address()), ..Facts::default() };
    other.until("a heartbeat", |ledger| !ledger.heartbeats.is_empty());
    shelf.stop();
}

#[test]
fn what_reporting_does_is_seen() {
    let dir = tempfile::tempdir().unwrap();
    let receiver = Receiver::start(&[UNIT]);
    receiver.ledger().faults.push(("activation", Fault::Status("500 Internal Server Error")));
    let mut options = options(dir.path());
    options.pace.round = Duration::from_secs(3600);
    let facts =
        Facts { device: Some("8F6A77C73E".into()), address: Some(receiver.address()), ..Facts::default() };
    let shelf = Shelf::with(options, SharedFacts(Arc::new(Mutex::new(facts))));
    let end = Instant::now() + Duration::from_secs(30);
    while shelf.activity.now().last_accepted.is_none() || shelf.activity.now().since.is_some() {
        assert!(Instant::now() < end, "{:?}", shelf.activity.now());
        thread::sleep(Duration::from_millis(5));
    }
    let activity = shelf.activity.now();
    assert_eq!(activity.last_accepted, Some(NOW));
    assert_eq!(activity.last_failure, Some((NOW, "http_status".into())));
    assert!(activity.next.is_some_and(|next| next > Instant::now()));
    shelf.stop();
}
