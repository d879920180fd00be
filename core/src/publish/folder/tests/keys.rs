//! Key rotation, as a unit experiences it.

use super::{DAY, Desk, NOW, item, shelf};
use crate::{
    clock::FixedClock,
    feed::{FeedError, KeySet, verify_pointer},
    publish::{KEY_SETTLING_S, PublishError, verify_dir},
};
use std::fs;

/// A unit: the keys it trusts, and what it makes of its pointer.
struct Shelf {
    trusted: KeySet,
    version: u64,
}

impl Shelf {
    fn look(&mut self, desk: &Desk, now: i64) -> Result<(), FeedError> {
        let bytes = fs::read(desk.paths().public().join(shelf(1).path())).unwrap();
        let pointer = verify_pointer(&bytes, &self.trusted, &shelf(1), now, self.version)?;
        self.version = pointer.version;
        if let Some(keys) = &pointer.keys {
            self.trusted = keys.clone();
        }
        Ok(())
    }
}

#[test]
fn shelves_that_look_in_between_follow_and_those_that_do_not_say_so() {
    let desk = Desk::new();
    desk.publish(vec![item(2, &[])], NOW).unwrap();
    let old = desk.feed().key().unwrap();
    let mut follows = Shelf { trusted: old.clone(), version: 0 };
    let mut sleeps = Shelf { trusted: old.clone(), version: 0 };
    follows.look(&desk, NOW).unwrap();
    sleeps.look(&desk, NOW).unwrap();

    let announced = desk.feed().announce_key(NOW + DAY).unwrap();
    let written = announced.written.unwrap();
    assert_eq!((written.version, written.pointers), (2, 2));
    assert_eq!(announced.finish_from, Some(NOW + DAY + KEY_SETTLING_S));
    assert_eq!(desk.feed().key().unwrap(), old, "new units are bound with the signing key");
    follows.look(&desk, NOW + 2 * DAY).unwrap();
    assert_eq!(follows.trusted.keys().len(), 2);
    assert!(matches!(desk.feed().announce_key(NOW + 2 * DAY), Err(PublishError::AlreadyAnnounced { .. })));
    assert!(matches!(desk.feed().finish_rotation(NOW + 2 * DAY, false), Err(PublishError::TooSoon { .. })));

    let finished = desk.feed().finish_rotation(NOW + DAY + KEY_SETTLING_S, false).unwrap();
    assert_eq!((finished.next, finished.written.unwrap().version), (None, 3));
    let now = NOW + 32 * DAY;
    follows.look(&desk, now).unwrap();
    assert_eq!(follows.trusted, desk.feed().key().unwrap());
    assert_ne!(follows.trusted, old);
    follows.look(&desk, now).unwrap();
    let error = sleeps.look(&desk, now).unwrap_err();
    assert_eq!(error.code(), "unknown_key");
    // Its installer binds it with the new address
    sleeps.trusted = desk.feed().address().unwrap().unwrap().keys().clone();
    sleeps.look(&desk, now).unwrap();
    // Publishing goes on as usual
    assert_eq!(desk.publish(vec![item(3, &[])], now).unwrap().written.version, 4);
    follows.look(&desk, now).unwrap();
    assert!(verify_dir(&desk.dir(), &FixedClock(now)).unwrap().faults.is_empty());
    assert!(matches!(desk.feed().finish_rotation(now, true), Err(PublishError::NotAnnounced)));
}

#[test]
fn a_stolen_key_is_left_at_once_by_force() {
    let desk = Desk::new();
    desk.publish(vec![item(2, &[])], NOW).unwrap();
    let old = desk.feed().key().unwrap();
    desk.feed().announce_key(NOW).unwrap();
    desk.feed().finish_rotation(NOW + 60, true).unwrap();
    assert_ne!(desk.feed().key().unwrap(), old);
}

#[test]
fn before_the_first_publication_there_is_nobody_to_wait_for() {
    let desk = Desk::new();
    assert_eq!(desk.feed().announce_key(NOW).unwrap().written, None);
    assert_eq!(desk.feed().finish_rotation(NOW, false).unwrap().written, None);
    assert_eq!(desk.publish(vec![item(2, &[])], NOW).unwrap().written.version, 1);
}

#[test]
fn power_may_fail_between_the_key_and_the_pointers() {
    let desk = Desk::new();
    desk.publish(vec![item(2, &[])], NOW).unwrap();
    let kept = |desk: &Desk| {
        let pointer = desk.paths().public().join(shelf(1).path());
        [
            (desk.paths().last_edition(), fs::read(desk.paths().last_edition()).unwrap()),
            (pointer.clone(), fs::read(pointer).unwrap()),
        ]
    };
    desk.feed().announce_key(NOW).unwrap();
    let before = kept(&desk);
    desk.feed().finish_rotation(NOW, true).unwrap();
    // The state names the new key as the signing one; nothing else was written
    before.iter().for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
    let healed = desk.feed().renew(NOW + 1).unwrap();
    assert_eq!((healed.version, healed.pointers), (3, 2));
    assert!(verify_dir(&desk.dir(), &FixedClock(NOW + 1)).unwrap().faults.is_empty());
}
