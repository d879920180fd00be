//! What a unit trusts of times, versions and keys, whatever it is served.

use super::soak::Press;
use crate::rig::{DAY, Heard, Rig, SetClock, item, now, route, shelf};
use cloud_shelf::sync::{
    Feed, Follower, Interruption, Progress, Round, SyncError, Watch, take_bundle, trust_address,
};
use cloud_shelf_core::{
    clock::Clock,
    feed::{FeedAddress, KeySet, Signer},
    paths::Paths,
    publish::{self, ClockConfirmation, TableOptions},
    table::TableItem,
};
use std::{
    cell::Cell,
    io::Cursor,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
};

const POINTER: &str = "/v1/shelves/184454101/0000000001.jws";
const YEARS: i64 = 3 * 366 * DAY;

fn one(title: &str) -> Vec<TableItem> {
    vec![item(1, title, &[1])]
}

fn by(clock: ClockConfirmation) -> TableOptions {
    TableOptions { clock, ..TableOptions::default() }
}

/// A clock that was not set since boot.
struct Unset(i64);

impl Clock for Unset {
    fn now(&self) -> i64 {
        self.0
    }

    fn is_set(&self) -> bool {
        false
    }
}

fn round_of(rig: &Rig, feed: &Feed, clock: Arc<dyn Clock>) -> Result<Round, SyncError> {
    let mut follower = Follower::new(&rig.paths, feed.clone(), &route(), clock)?;
    follower.round(true, &mut Heard { progress: Vec::new(), until: None })
}

/// Returns the pointer that the server has now.
fn served(rig: &Rig) -> Vec<u8> {
    std::fs::read(rig.publisher().public().join(&POINTER[1..])).unwrap()
}

#[test]
fn a_pointer_that_has_expired_is_not_in_step_though_nothing_has_changed() {
    let rig = Rig::with(one("一段"));
    assert_eq!(rig.round().unwrap(), Round::Unchanged);
    rig.clock.0.store(now() + 61 * DAY, SeqCst);
    assert_eq!(rig.code(), "expired");
    // The unit goes on showing its catalog, and is in step again with the next edition
    assert_eq!(rig.titles(), ["一段"]);
    rig.publish_at(one("一段"), now() + 61 * DAY, by(ClockConfirmation::JumpIsRight));
    rig.round().unwrap();
    assert_eq!(rig.round().unwrap(), Round::Unchanged);
}

#[test]
fn an_earlier_version_is_not_in_step_once_a_later_one_was_seen() {
    let rig = Rig::with(one("一段"));
    let first = served(&rig);
    rig.publish(one("二段"));
    rig.server.remove_objects();
    assert_eq!(rig.code(), "catalog_missing");
    rig.server.put(POINTER, first);
    assert_eq!(rig.code(), "rollback");
    rig.upload();
    assert!(matches!(rig.round().unwrap(), Round::Taken { changed: true, .. }));
    assert_eq!(rig.titles(), ["二段"]);
}

/// Another program that imports a bundle while a round waits for the server.
struct Meanwhile<'a> {
    rig: &'a Rig,
    bundle: Cell<Option<Vec<u8>>>,
}

impl Watch for Meanwhile<'_> {
    fn progress(&mut self, _: Progress) {}

    fn is_wanted(&self) -> bool {
        true
    }

    fn interruption(&self) -> Option<Interruption> {
        if let Some(bundle) = self.bundle.take() {
            let mut heard = Heard { progress: Vec::new(), until: None };
            let (rig, clock) = (self.rig, self.rig.clock.clone());
            let round = take_bundle(&rig.paths, &rig.feed, Cursor::new(bundle), clock, &mut heard);
            assert!(matches!(round, Ok(Round::Taken { changed: true, .. })), "{round:?}");
        }
        None
    }
}

#[test]
fn what_another_program_took_while_a_round_waited_is_not_undone() {
    let rig = Rig::with(one("一段"));
    rig.publish(one("二段"));
    let second = served(&rig);
    rig.publish(one("三段"));
    let mut bundle = Vec::new();
    publish::write_bundle(&rig.root.path().join("feed"), &shelf(1), now(), &mut bundle).unwrap();
    rig.server.put(POINTER, second);
    let mut meanwhile = Meanwhile { rig: &rig, bundle: Cell::new(Some(bundle)) };
    let round = rig.follower().round(true, &mut meanwhile);
    assert_eq!(round.unwrap_err().code(), "rollback");
    assert_eq!(rig.titles(), ["三段"]);
    assert_eq!(rig.code(), "rollback", "the older version must stay refused");
}

#[test]
fn a_note_of_trust_that_is_damaged_is_replaced_by_what_the_shelf_has() {
    let rig = Rig::with(one("一段"));
    let first = served(&rig);
    rig.publish(one("二段"));
    rig.round().unwrap();
    rig.server.put(POINTER, first);
    let note = rig.paths.feed_trust();
    let noted = std::fs::read(&note).unwrap();
    std::fs::write(&note, &noted[..noted.len() / 2]).unwrap();
    assert_eq!(rig.code(), "rollback");
    // An unreadable file is no reason to accept more
    let _ = std::fs::remove_file(&note);
    std::os::unix::fs::symlink("/proc/self/mem", &note).unwrap();
    assert_eq!(rig.code(), "rollback");
    assert_eq!(rig.titles(), ["二段"]);
}

fn look(paths: &Paths, feed: &Feed) -> Result<Round, SyncError> {
    let clock = Arc::new(SetClock(AtomicI64::new(now())));
    let mut follower = Follower::new(paths, feed.clone(), &route(), clock)?;
    follower.round(true, &mut Heard { progress: Vec::new(), until: None })
}

#[test]
fn without_its_note_of_trust_a_unit_can_be_bound_to_another_feed_and_loses_no_floor() {
    let root = tempfile::tempdir().unwrap();
    let paths = Paths::new(Some(root.path().join("state")), None, None);
    let (one, other) = (Press::by(7), Press::by(8));
    one.publish(5, vec![one.item(1, "甲", 1)]);
    look(&paths, &one.feed()).unwrap();
    other.publish(1, vec![other.item(1, "乙", 2)]);
    for damage in [None, Some("rubbish")] {
        std::fs::remove_file(paths.feed_trust()).unwrap();
        if let Some(bytes) = damage {
            std::fs::write(paths.feed_trust(), bytes).unwrap();
        }
        trust_address(&paths, &other.feed()).unwrap();
        assert!(matches!(look(&paths, &other.feed()), Ok(Round::Taken { changed: true, .. })), "{damage:?}");
        // An older version of the first feed is still a rollback
        one.publish(4, vec![one.item(1, "旧", 1)]);
        assert_eq!(look(&paths, &one.feed()).unwrap_err().code(), "rollback", "{damage:?}");
        one.publish(5, vec![one.item(1, "甲", 1)]);
        trust_address(&paths, &one.feed()).unwrap();
        assert!(matches!(look(&paths, &one.feed()), Ok(Round::Taken { changed: true, .. })), "{damage:?}");
    }
}

#[test]
fn a_key_that_was_replaced_is_not_trusted_beside_a_key_of_another_feed_either() {
    let root = tempfile::tempdir().unwrap();
    let paths = Paths::new(Some(root.path().join("state")), None, None);
    let (one, other, second) = (Press::by(7), Press::by(8), Signer::from_seed(&[17; 32]));
    one.publish(1, vec![one.item(1, "甲", 1)]);
    look(&paths, &one.feed()).unwrap();
    let both = KeySet::new(vec![one.signer.public(), second.public()]).unwrap();
    one.publish_by(&one.signer, 2, vec![one.item(1, "甲二", 1)], Some(both));
    look(&paths, &one.feed()).unwrap();
    one.publish_by(&second, 3, vec![one.item(1, "甲三", 1)], Some(second.public().into()));
    look(&paths, &one.feed()).unwrap();
    other.publish(1, vec![other.item(1, "乙", 2)]);
    look(&paths, &other.feed()).unwrap();
    // An address with a replaced key beside a current key of another ring, in either order
    one.publish(99, vec![one.item(1, "贼", 3)]);
    let (dead, living) = (one.signer.public(), other.signer.public());
    for keys in [vec![living, dead], vec![dead, living]] {
        let address = FeedAddress::new(&one.server.base(), KeySet::new(keys.clone()).unwrap()).unwrap();
        let feed = Feed { address, subject: shelf(1) };
        trust_address(&paths, &feed).unwrap();
        assert_eq!(look(&paths, &feed).unwrap_err().code(), "unknown_key", "{keys:?}");
        // The address removes neither version floor
        one.publish_by(&second, 2, vec![one.item(1, "甲二", 1)], None);
        assert_eq!(look(&paths, &one.feed()).unwrap_err().code(), "rollback", "{keys:?}");
        one.publish(99, vec![one.item(1, "贼", 3)]);
    }
}

#[test]
fn another_spelling_of_the_address_forgets_no_version() {
    let rig = Rig::with(one("一段"));
    let first = served(&rig);
    rig.publish(one("二段"));
    rig.round().unwrap();
    rig.server.put(POINTER, first);
    let more = format!("{},{}", rig.feed.address, Signer::from_seed(&[9; 32]).public());
    let feed = Feed { address: more.parse().unwrap(), subject: rig.feed.subject.clone() };
    assert_ne!(feed.address.to_string(), rig.feed.address.to_string());
    assert_eq!(round_of(&rig, &feed, rig.clock.clone()).unwrap_err().code(), "rollback");
    assert_eq!(rig.titles(), ["二段"]);
}

#[test]
fn of_two_pointers_that_say_the_same_the_later_one_stays() {
    let rig = Rig::with(one("一段"));
    let first = served(&rig);
    let later = now() + 45 * DAY;
    rig.publisher().renew(later).unwrap();
    rig.upload();
    rig.clock.0.store(later, SeqCst);
    rig.round().unwrap();
    let second = served(&rig);
    assert_ne!(first, second);
    rig.server.put(POINTER, first);
    assert_eq!(rig.round().unwrap(), Round::Unchanged);
    assert_eq!(rig.reader().publication().unwrap().unwrap().pointer, second);
}

#[test]
fn a_pointer_dated_years_ahead_does_not_bar_the_right_ones_after_it() {
    let clocks: [Arc<dyn Clock>; 3] = [
        // Set by the network; never set, in 1970; never set, and about right
        Arc::new(crate::rig::SetClock(now().into())),
        Arc::new(Unset(0)),
        Arc::new(Unset(now())),
    ];
    for clock in clocks {
        let rig = Rig::new();
        rig.publish_at(one("错"), now() + YEARS, by(ClockConfirmation::JumpIsRight));
        assert!(matches!(round_of(&rig, &rig.feed, clock.clone()).unwrap(), Round::Taken { .. }));
        // Serving it again and again moves the time no further
        for _ in 0..20 {
            round_of(&rig, &rig.feed, clock.clone()).unwrap();
        }
        rig.publish_at(one("对"), now(), by(ClockConfirmation::WasWrong));
        assert!(matches!(round_of(&rig, &rig.feed, clock.clone()).unwrap(), Round::Taken { .. }));
        assert_eq!(rig.titles(), ["对"]);
        // The usual pointers after that
        rig.publish_at(one("更对"), now() + DAY, TableOptions::default());
        round_of(&rig, &rig.feed, clock).unwrap();
        assert_eq!(rig.titles(), ["更对"]);
    }
}
