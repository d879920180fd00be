//! Limits concurrent connections per user; root and the kiosk's own user have seats apart from everybody
//! else. Pure.

use std::time::Instant;

/// Connections of root, and as many of the kiosk's own user.
pub(super) const OWN: usize = 8;
/// Connections of any other user, and of all other users together.
const OTHERS: usize = 4;
const ALL_OTHERS: usize = 8;

/// Identifies a connection while it lasts.
pub(super) type Seat = u64;

#[derive(Debug)]
struct Taken {
    seat: Seat,
    uid: u32,
    /// Since when the connection waits for its client; `None` while the kiosk works on a request
    idle: Option<Instant>,
}

/// Whether a new connection is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    Free(Seat),
    /// An idle connection is closed to make room
    InPlaceOf {
        seat: Seat,
        gone: Seat,
    },
    /// All connections of this user are busy
    Full,
}

#[derive(Debug)]
pub(super) struct Seats {
    /// User id of the kiosk
    own: u32,
    last: Seat,
    taken: Vec<Taken>,
}

impl Seats {
    pub fn new(own: u32) -> Self {
        Self { own, last: 0, taken: Vec::new() }
    }

    /// Assigns a seat. If the user has none left, evicts that user's longest idle connection.
    pub fn admit(&mut self, uid: u32, now: Instant) -> Admission {
        let is_first = self.is_first(uid);
        let of_user = self.taken.iter().filter(|taken| taken.uid == uid).count();
        let of_others = self.taken.iter().filter(|taken| !self.is_first(taken.uid)).count();
        let is_users_turn = of_user >= if is_first { OWN } else { OTHERS };
        let gone = if is_users_turn {
            self.idlest(|taken| taken.uid == uid)
        } else if !is_first && of_others >= ALL_OTHERS {
            // Another user's connection may be evicted, but only if that user holds more seats than this one
            // would
            let held = |user: u32| self.taken.iter().filter(|taken| taken.uid == user).count();
            self.idlest(|taken| {
                !self.is_first(taken.uid) && (taken.uid == uid || held(taken.uid) > of_user + 1)
            })
        } else {
            return Admission::Free(self.sit(uid, now));
        };
        match gone {
            Some(gone) => {
                self.leave(gone);
                Admission::InPlaceOf { seat: self.sit(uid, now), gone }
            }
            None => Admission::Full,
        }
    }

    /// Marks a connection as busy (`None`) or as idle since a moment.
    pub fn set_idle(&mut self, seat: Seat, idle: Option<Instant>) {
        if let Some(taken) = self.taken.iter_mut().find(|taken| taken.seat == seat) {
            taken.idle = idle;
        }
    }

    pub fn leave(&mut self, seat: Seat) {
        self.taken.retain(|taken| taken.seat != seat);
    }

    fn is_first(&self, uid: u32) -> bool {
        uid == 0 || uid == self.own
    }

    fn sit(&mut self, uid: u32, now: Instant) -> Seat {
        self.last += 1;
        self.taken.push(Taken { seat: self.last, uid, idle: Some(now) });
        self.last
    }

    fn idlest(&self, may_go: impl Fn(&Taken) -> bool) -> Option<Seat> {
        let idle = self.taken.iter().filter(|taken| may_go(taken));
        idle.filter_map(|taken| Some((taken.idle?, taken.seat))).min().map(|(_, seat)| seat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    const KIOSK: u32 = 990;

    fn seats() -> (Seats, impl FnMut() -> Instant) {
        let (start, mut second) = (Instant::now(), 0);
        let clock = move || {
            second += 1;
            start + Duration::from_secs(second)
        };
        (Seats::new(KIOSK), clock)
    }

    fn count(seats: &Seats, uid: u32) -> usize {
        seats.taken.iter().filter(|taken| taken.uid == uid).count()
    }

    #[test]
    fn a_thousand_of_one_user_take_no_seat_of_another() {
        let (mut seats, mut clock) = seats();
        for number in 0..1000 {
            let admission = seats.admit(4242, clock());
            assert_eq!(matches!(admission, Admission::Free(_)), number < OTHERS, "{number}: {admission:?}");
        }
        assert_eq!(count(&seats, 4242), OTHERS);
        for uid in [0, KIOSK] {
            for _ in 0..OWN {
                assert!(matches!(seats.admit(uid, clock()), Admission::Free(_)));
            }
        }
        assert!(matches!(seats.admit(7, clock()), Admission::Free(_)), "another user must still get a seat");
        assert_eq!(count(&seats, 4242), OTHERS);
    }

    #[test]
    fn who_has_been_idle_longest_goes_and_nobody_who_is_worked_for() {
        let (mut seats, mut clock) = seats();
        let mut sit = |seats: &mut Seats| match seats.admit(0, clock()) {
            Admission::Free(seat) => seat,
            other => panic!("{other:?}"),
        };
        let all: Vec<Seat> = (0..OWN).map(|_| sit(&mut seats)).collect();
        seats.set_idle(all[0], None);
        assert!(matches!(seats.admit(0, clock()), Admission::InPlaceOf { gone, .. } if gone == all[1]));
        seats.set_idle(all[0], Some(clock()));
        assert!(matches!(seats.admit(0, clock()), Admission::InPlaceOf { gone, .. } if gone == all[2]));
        for taken in &mut seats.taken {
            taken.idle = None;
        }
        assert_eq!(seats.admit(0, clock()), Admission::Full);
        seats.leave(all[0]);
        assert!(matches!(seats.admit(0, clock()), Admission::Free(_)));
    }

    #[test]
    fn of_all_the_others_those_who_hold_most_make_room() {
        let (mut seats, mut clock) = seats();
        for uid in [1, 2] {
            for _ in 0..OTHERS {
                seats.admit(uid, clock());
            }
        }
        let admission = seats.admit(3, clock());
        assert!(matches!(admission, Admission::InPlaceOf { .. }), "{admission:?}");
        for _ in 0..100 {
            seats.admit(1, clock());
            seats.admit(2, clock());
        }
        assert!(count(&seats, 3) > 0, "{seats:?}");
        assert!(seats.taken.len() <= ALL_OTHERS);
    }

    proptest! {
        #[test]
        fn no_order_of_events_goes_beyond_a_ceiling(
            events in prop::collection::vec((0u32..6, 0u8..4, any::<prop::sample::Index>()), 0..300)
        ) {
            let (mut seats, mut clock) = seats();
            for (user, what, which) in events {
                let uid = [0, KIOSK, 1, 2, 3, 4][user as usize];
                let some = (!seats.taken.is_empty()).then(|| which.get(&seats.taken).seat);
                let root_was = count(&seats, 0);
                match (what, some) {
                    (0, Some(seat)) => seats.leave(seat),
                    (1, Some(seat)) => seats.set_idle(seat, None),
                    (2, Some(seat)) => seats.set_idle(seat, Some(clock())),
                    _ => {
                        let admission = seats.admit(uid, clock());
                        let is_first = uid == 0 || uid == KIOSK;
                        let limit = if is_first { OWN } else { OTHERS };
                        prop_assert!(count(&seats, uid) <= limit);
                        if is_first && count(&seats, uid) < limit {
                            prop_assert_ne!(admission, Admission::Full);
                        }
                        if uid != 0 {
                            prop_assert_eq!(count(&seats, 0), root_was);
                        }
                    }
                }
                let others = seats.taken.iter().filter(|taken| taken.uid != 0 && taken.uid != KIOSK).count();
                prop_assert!(others <= ALL_OTHERS);
            }
        }
    }
}
