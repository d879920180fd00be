//! The outbox file: what is stored, folded and lost, and that the sums are right.

use super::super::{Activation, BatchId, Ceiling, Outbox, Standing};
use cloud_shelf_core::{
    clock::FixedClock,
    domain::{ItemId, Lang},
    paths::Paths,
    report::{Event, EventEntry, EventKind, EventTime, LossReason, OperatorMessage},
};
use proptest::prelude::*;
use std::{collections::BTreeMap, fs, path::Path};

const NOW: i64 = 1_790_000_000;
const DAY: i64 = 86_400;
const SMALL: Ceiling = Ceiling { rows: 100, bytes: 1 << 20 };

fn paths(dir: &Path) -> Paths {
    Paths::new(Some(dir.into()), None, None)
}

fn open(dir: &Path, ceiling: Ceiling) -> Outbox {
    Outbox::open(&paths(dir), ceiling, &FixedClock(NOW)).unwrap()
}

fn opened(n: u64) -> Event {
    Event::ItemOpened { item: ItemId::parse(&(100_000 + n).to_string()).unwrap() }
}

fn shown(n: u64, seconds: u32) -> Event {
    Event::QrShown { item: ItemId::parse(&(100_000 + n).to_string()).unwrap(), seconds }
}

/// What a receiver makes of batches: a count and an amount for each kind and subject.
#[derive(Debug, Default, PartialEq, Eq)]
struct Received {
    totals: BTreeMap<(&'static str, String), (u64, u64)>,
    entries: usize,
}

impl Received {
    fn take(&mut self, entries: &[EventEntry]) {
        for entry in entries {
            let count = if let EventTime::Day { count, .. } = entry.when { count } else { 1 };
            let key = (entry.record.kind.as_str(), entry.record.about.clone());
            let total = self.totals.entry(key).or_default();
            *total = (total.0 + count, total.1 + entry.record.amount);
            self.entries += 1;
        }
    }

    /// Returns the events that arrived, and those reported as lost.
    fn events(&self) -> (u64, u64) {
        let of = |lost: bool| {
            self.totals.iter().filter(move |((kind, _), _)| (*kind == EventKind::Lost.as_str()) == lost)
        };
        (of(false).map(|(_, total)| total.0).sum(), of(true).map(|(_, total)| total.1).sum())
    }
}

/// Takes every waiting batch.
fn drain(outbox: &mut Outbox) -> Received {
    let mut received = Received::default();
    while let Some(batch) = outbox.batch("").unwrap() {
        assert!(!batch.entries.is_empty() && batch.entries.len() <= 500);
        received.take(&batch.entries);
        outbox.acknowledge(batch.id).unwrap();
    }
    received
}

fn standing(outbox: &Outbox) -> Standing {
    outbox.standing().unwrap()
}

#[test]
fn events_wait_and_are_forgotten_once_they_are_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = open(dir.path(), Ceiling::default());
    assert_eq!(outbox.batch("").unwrap(), None);
    let events = [(Event::Woken, NOW), (opened(1), NOW + 5), (shown(1, 30), NOW + 900)];
    outbox.record(&events, &[], NOW).unwrap();
    assert_eq!(standing(&outbox).waiting, 3);
    let batch = outbox.batch("").unwrap().unwrap();
    assert_eq!(batch.entries.len(), 3);
    // More events arrive while the batch is in flight: the batch stays the same, also after a
    // restart
    outbox.record(&[(opened(2), NOW)], &[], NOW).unwrap();
    drop(outbox);
    let mut outbox = open(dir.path(), Ceiling::default());
    assert_eq!(outbox.batch("").unwrap().unwrap(), batch);
    assert_eq!(standing(&outbox).waiting, 4);
    outbox.acknowledge(batch.id).unwrap();
    // Late, repeated, or never sent
    outbox.acknowledge(batch.id).unwrap();
    assert_eq!((standing(&outbox).waiting, standing(&outbox).sent), (1, 3));
    let next = outbox.batch("").unwrap().unwrap();
    assert_ne!(next.id, batch.id);
    outbox.acknowledge(batch.id).unwrap();
    assert_eq!(outbox.batch("").unwrap().unwrap(), next);
    assert_eq!(drain(&mut outbox).events(), (1, 0));
    assert_eq!(Outbox::look(&paths(dir.path())).unwrap(), Standing { sent: 4, ..Standing::default() });
}

#[test]
fn a_batch_does_not_tell_who_did_what_after_what() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = open(dir.path(), Ceiling::default());
    let events =
        [Event::Woken, opened(9), shown(9, 4), opened(3), Event::Language { lang: Lang::En }, opened(9)];
    outbox.record(&events.map(|event| (event, NOW)), &[], NOW).unwrap();
    let batch = outbox.batch("").unwrap().unwrap();
    let order: Vec<_> =
        batch.entries.iter().map(|e| (e.record.kind.as_str(), e.record.about.as_str())).collect();
    let mut sorted = order.clone();
    sorted.sort_unstable();
    assert_eq!(order, sorted);
}

#[test]
fn near_the_ceiling_events_become_daily_counts_and_nothing_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = open(dir.path(), SMALL);
    for n in 0..500 {
        outbox.record(&[(opened(n % 3), NOW), (shown(n % 3, 2), NOW + DAY)], &[], NOW).unwrap();
    }
    let seen = standing(&outbox);
    assert_eq!((seen.waiting, seen.lost), (1000, 0));
    assert!(seen.folded > 900 && seen.folded <= 1000, "{seen:?}");
    let received = drain(&mut outbox);
    assert!(received.entries <= 100);
    assert_eq!(received.events(), (1000, 0));
    assert_eq!(received.totals[&("qr_shown", "100001".to_owned())], (167, 334));
}

#[test]
fn what_the_ceiling_does_not_hold_is_counted_as_lost() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = open(dir.path(), SMALL);
    // Another item every day: nothing to fold
    for day in 0..1000 {
        outbox.record(&[(opened(day), NOW + day as i64 * DAY)], &[], NOW + day as i64 * DAY).unwrap();
    }
    let seen = standing(&outbox);
    assert_eq!(seen.waiting + seen.lost, 1000);
    assert!(seen.waiting >= 60 && seen.waiting <= 100, "{seen:?}");
    let received = drain(&mut outbox);
    assert_eq!(received.events(), (seen.waiting, seen.lost));
    // The newest days are left
    assert!(received.totals.contains_key(&("item_opened", "100999".to_owned())));
    assert!(received.entries <= 100);
}

#[test]
fn losses_alone_do_not_fill_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = open(dir.path(), SMALL);
    for day in 0..2000 {
        outbox.record(&[], &[(LossReason::Queue, 1), (LossReason::Disk, 2)], NOW + day * DAY).unwrap();
    }
    let received = drain(&mut outbox);
    assert!(received.entries <= 100);
    assert_eq!(received.events(), (0, 6000));
    assert_eq!(standing(&outbox).lost, 6000);
}

/// A busy unit that is offline for a year.
#[test]
fn a_year_offline_stays_below_the_ceiling_and_adds_up() {
    let dir = tempfile::tempdir().unwrap();
    let ceiling = Ceiling::default();
    let mut outbox = open(dir.path(), ceiling);
    let mut offered = 0;
    let mut random = 7_u64;
    let mut largest = 0;
    for hours in (0..365 * 24).step_by(3) {
        let now = NOW + hours * 3600;
        let events: Vec<_> = (0..70)
            .flat_map(|_| {
                random =
                    random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                // A few items are viewed often, most hardly ever
                let item = ((random >> 40) % 60) * ((random >> 52) % 60) / 60;
                [(opened(item), now), (shown(item, (random >> 33) as u32 % 90), now)]
            })
            .chain([(Event::Woken, now)])
            .collect();
        offered += events.len() as u64;
        outbox.record(&events, &[], now).unwrap();
        largest = largest.max(size(dir.path()));
    }
    let seen = standing(&outbox);
    assert_eq!(seen.waiting + seen.lost, offered);
    assert_eq!(seen.lost, 0, "two kinds for sixty items, and one more, on 366 days: below 50,000 rows");
    assert!(largest < 2 * ceiling.bytes, "file and log had {largest} bytes");
    let received = drain(&mut outbox);
    assert_eq!(received.events(), (offered, 0));
    drop(outbox);
    assert!(size(dir.path()) < 2 << 20, "the space of sent events is given back: {}", size(dir.path()));
}

fn size(dir: &Path) -> u64 {
    fs::read_dir(dir).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum()
}

#[test]
fn a_refused_batch_is_lost_and_what_it_said_of_losses_is_said_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = open(dir.path(), Ceiling::default());
    outbox.record(&[(opened(1), NOW), (opened(2), NOW)], &[(LossReason::Queue, 7)], NOW).unwrap();
    let batch = outbox.batch("").unwrap().unwrap();
    outbox.refuse(batch.id, NOW).unwrap();
    outbox.refuse(batch.id, NOW).unwrap();
    let seen = standing(&outbox);
    assert_eq!((seen.waiting, seen.sent, seen.lost), (0, 0, 9));
    // A batch of nothing but losses is not a loss itself
    let batch = outbox.batch("").unwrap().unwrap();
    outbox.refuse(batch.id, NOW).unwrap();
    assert_eq!(standing(&outbox).lost, 9);
    let received = drain(&mut outbox);
    assert_eq!(received.events(), (0, 9));
    assert_eq!(received.totals[&("lost", "queue".to_owned())], (1, 7));
    assert_eq!(received.totals[&("lost", "refused".to_owned())], (1, 2));
}

#[test]
fn another_units_events_are_nobodys_to_report() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = open(dir.path(), Ceiling::default());
    outbox.record(&[(opened(1), NOW)], &[], NOW).unwrap();
    outbox.claim("a/b#key").unwrap();
    assert_eq!(standing(&outbox).waiting, 1, "the first unit to claim the events owns them");
    let batch = outbox.batch("a/b#key").unwrap().unwrap();
    assert_eq!(outbox.batch("a/b#another").unwrap(), None);
    outbox.set_activation(&Activation::Active, NOW).unwrap();
    outbox.claim("a/b#key").unwrap();
    assert_eq!(standing(&outbox).activation, Activation::Active);
    outbox.claim("a/c#key").unwrap();
    assert_eq!(standing(&outbox), Standing::default());
    outbox.acknowledge(batch.id).unwrap();
    assert_eq!(standing(&outbox), Standing::default());
}

#[test]
fn the_operators_word_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = open(dir.path(), Ceiling::default());
    let words = OperatorMessage { zh: "请稍候".into(), en: "Please wait".into() };
    for activation in [
        Activation::Pending(OperatorMessage::default()),
        Activation::Pending(words.clone()),
        Activation::Refused { reason: "other_key".into(), words },
        Activation::Refused { reason: "unknown_code".into(), words: OperatorMessage::default() },
        Activation::Refused { reason: "".into(), words: OperatorMessage::default() },
        Activation::Active,
        Activation::None,
    ] {
        outbox.set_activation(&activation, NOW).unwrap();
        let seen = Outbox::look(&paths(dir.path())).unwrap().activation;
        assert_eq!(seen, activation);
        let message = seen.message();
        assert!(!message.zh.is_empty() && !message.en.is_empty());
    }
    outbox.set_outcome(Err("unreachable")).unwrap();
    assert_eq!(standing(&outbox).problem.as_deref(), Some("unreachable"));
    outbox.set_outcome(Ok(NOW)).unwrap();
    assert_eq!((standing(&outbox).problem, standing(&outbox).last_report), (None, Some(NOW)));
}

#[test]
fn nothing_to_look_at_is_nothing_recorded() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(Outbox::look(&paths(dir.path())).unwrap(), Standing::default());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "reading creates nothing");
}

fn aside(dir: &Path) -> usize {
    let names = fs::read_dir(dir).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    names
        .filter(|name| name.contains("damaged") && !name.ends_with("-wal") && !name.ends_with("-shm"))
        .count()
}

#[test]
fn a_damaged_file_is_set_aside_and_what_was_in_it_is_counted() {
    for (what, harm, known) in [
        (
            "text",
            (|path: &Path| fs::write(path, "not a database ".repeat(1000)).unwrap()) as fn(&Path),
            false,
        ),
        (
            "a directory",
            |path| {
                fs::remove_file(path).unwrap();
                fs::create_dir(path).unwrap();
            },
            false,
        ),
        ("an unknown kind", |path| sql(path, "UPDATE single SET kind = 'visitor' WHERE seq = 1"), true),
        ("an unknown state", |path| sql(path, "UPDATE state SET activation = '?'"), true),
        ("no state", |path| sql(path, "DELETE FROM state"), true),
        ("no schema", |path| sql(path, "PRAGMA user_version = 1953719668"), true),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let mut outbox = open(dir.path(), Ceiling::default());
        outbox.record(&[(opened(1), NOW), (opened(2), NOW), (Event::Woken, NOW)], &[], NOW).unwrap();
        drop(outbox);
        harm(&paths(dir.path()).outbox());
        let mut outbox = open(dir.path(), Ceiling::default());
        assert_eq!(aside(dir.path()), 1, "{what}");
        let lost = if known { 3 } else { 0 };
        assert_eq!(standing(&outbox), Standing { lost, ..Standing::default() }, "{what}");
        outbox.record(&[(opened(3), NOW)], &[], NOW).unwrap();
        let received = drain(&mut outbox);
        assert_eq!(received.events(), (1, lost), "{what}");
        assert_eq!(received.totals[&("lost", "damaged".to_owned())], (1, lost), "{what}");
    }
}

fn sql(path: &Path, text: &str) {
    rusqlite::Connection::open(path).unwrap().execute_batch(text).unwrap();
}

#[test]
fn damage_met_on_the_way_is_set_aside_too() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = open(dir.path(), Ceiling::default());
    outbox.record(&[(opened(1), NOW)], &[], NOW).unwrap();
    let mut outbox = outbox.replace("a page was torn", NOW).unwrap();
    assert_eq!((standing(&outbox).waiting, standing(&outbox).lost), (0, 1));
    outbox.record(&[(opened(2), NOW)], &[], NOW).unwrap();
    assert_eq!(drain(&mut outbox).events(), (1, 1));
    assert_eq!(aside(dir.path()), 1);
}

#[test]
fn a_later_programs_file_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path(), Ceiling::default()));
    let path = paths(dir.path()).outbox();
    sql(&path, "PRAGMA user_version = 99");
    let before = fs::read(&path).unwrap();
    let error = Outbox::open(&paths(dir.path()), Ceiling::default(), &FixedClock(NOW)).unwrap_err();
    assert!(error.message().zh.contains("升级") && error.message().en.contains("99"));
    assert!(Outbox::look(&paths(dir.path())).is_err());
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(aside(dir.path()), 0);
}

#[test]
fn the_file_itself_grows_no_further_than_allowed() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = open(dir.path(), Ceiling { rows: u64::MAX, bytes: 200_000 });
    let many: Vec<_> = (0..1000).map(|n| (opened(n), NOW)).collect();
    let error = (0..100).find_map(|_| outbox.record(&many, &[], NOW).err()).unwrap();
    assert!(error.message().zh.contains("空间"), "{error}");
    let before = standing(&outbox).waiting;
    assert!(outbox.record(&many, &[], NOW).is_err());
    assert_eq!(standing(&outbox).waiting, before, "all or nothing");
    assert_eq!(drain(&mut outbox).events(), (before, 0));
    outbox.record(&many, &[], NOW).unwrap();
}

#[test]
fn ids_of_batches_are_22_characters_that_never_repeat() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = open(dir.path(), Ceiling::default());
    let mut seen: Vec<BatchId> = vec![];
    for _ in 0..50 {
        outbox.record(&[(Event::Woken, NOW)], &[], NOW).unwrap();
        let id = outbox.batch("").unwrap().unwrap().id;
        assert_eq!(id.to_string().len(), 22);
        assert!(!seen.contains(&id));
        outbox.acknowledge(id).unwrap();
        seen.push(id);
    }
}

#[derive(Clone, Debug)]
enum Step {
    Record(Vec<(u64, u32, i64)>, u64),
    Batch,
    Acknowledge,
    Refuse,
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let event = (0..30_u64, 0..100_u32, 0..40_i64);
    prop_oneof![
        6 => (prop::collection::vec(event, 0..12), 0..3_u64).prop_map(|(events, lost)| Step::Record(events, lost)),
        2 => Just(Step::Batch),
        1 => Just(Step::Acknowledge),
        1 => Just(Step::Refuse),
        1 => Just(Step::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whatever happens in whatever order: every recorded event has arrived, waits, or is reported
    /// as lost.
    #[test]
    fn every_event_is_accounted_for(steps in prop::collection::vec(step(), 1..60)) {
        let dir = tempfile::tempdir().unwrap();
        let mut outbox = open(dir.path(), SMALL);
        let (mut offered, mut seconds, mut lost_before) = (0, 0, 0);
        let mut received = Received::default();
        let mut under_way = None;
        for step in steps {
            match step {
                Step::Record(events, lost) => {
                    seconds += events.iter().map(|event| u64::from(event.1)).sum::<u64>();
                    offered += events.len() as u64;
                    lost_before += lost;
                    let events: Vec<_> = events.into_iter().map(|(n, s, day)| (shown(n, s), NOW + day * DAY)).collect();
                    let lost: Vec<_> = (lost > 0).then_some((LossReason::Queue, lost)).into_iter().collect();
                    outbox.record(&events, &lost, NOW).unwrap();
                }
                Step::Batch => {
                    let batch = outbox.batch("").unwrap();
                    if let (Some(before), Some(now)) = (&under_way, &batch) {
                        prop_assert_eq!(before, now);
                    }
                    under_way = batch;
                }
                Step::Acknowledge => if let Some(batch) = under_way.take() {
                    received.take(&batch.entries);
                    outbox.acknowledge(batch.id).unwrap();
                },
                Step::Refuse => if let Some(batch) = under_way.take() {
                    outbox.refuse(batch.id, NOW).unwrap();
                },
                Step::Reopen => {
                    drop(outbox);
                    outbox = open(dir.path(), SMALL);
                }
            }
            let seen = outbox.standing().unwrap();
            prop_assert_eq!(seen.waiting + seen.sent + seen.lost, offered + lost_before);
        }
        let lost = outbox.standing().unwrap().lost;
        while let Some(batch) = outbox.batch("").unwrap() {
            received.take(&batch.entries);
            outbox.acknowledge(batch.id).unwrap();
        }
        let (arrived, reported) = received.events();
        prop_assert_eq!((arrived + lost, reported), (offered + lost_before, lost));
        if lost == 0 {
            let sum: u64 = received.totals.values().map(|total| total.1).sum();
            prop_assert_eq!(sum, seconds);
        }
    }
}
