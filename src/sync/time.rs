//! Which time a unit trusts.
//!
//! A unit may have no battery-backed clock, and a shop's network may block NTP. The only certain
//! lower bound is the program's build time. A signed document says that its time of signing has
//! passed, but the operator's clock may be wrong, too. So a document never overrides a clock that
//! is known to be right, and without such a clock, one document moves the time by a week at most.
//! See `docs/FEED.md`, "Time".

use cloud_shelf_core::clock::Clock;
use std::sync::{Arc, Mutex, PoisonError};

/// No unit runs for ten years without a new document from its operator: a clock that far ahead is
/// wrong.
const FARTHEST_AHEAD_S: i64 = 10 * 366 * 24 * 3600;
/// Tolerated difference between two right clocks.
const TOLERANCE_S: i64 = 600;
/// How far one document may move the time of a unit whose clock is not set. Far less than the life
/// of a new pointer, so a signer whose clock was years ahead can't make later, correct pointers
/// seem expired.
const STEP_S: i64 = 7 * 86_400;

/// Judgement on the unit's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Plausible,
    /// Before a time that has certainly passed
    Behind,
    /// Years after every time known to have passed
    Ahead,
}

/// Reading of the unit's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Unix time in seconds
    pub at: i64,
    /// Whether the time is known to be right: NTP has set it since boot, or it comes from a
    /// battery-backed clock
    pub is_set: bool,
}

impl Reading {
    pub fn of(clock: &dyn Clock) -> Self {
        Self { at: clock.now(), is_set: clock.is_set() }
    }
}

/// Times known to have passed, in Unix seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Build time of the program
    pub built: i64,
    /// Latest time that signed documents have made believable; 0 without one
    pub newest: i64,
    /// Latest signing time of any document, believable or not; a document signed no later adds
    /// nothing
    pub signed: i64,
}

impl Known {
    /// Returns the latest time that has certainly passed.
    pub const fn floor(self, clock: Reading) -> i64 {
        let farthest = self.built.saturating_add(FARTHEST_AHEAD_S);
        if self.newest > self.built && self.newest <= farthest && !self.is_refuted_by(clock) {
            self.newest
        } else {
            self.built
        }
    }

    pub const fn standing(self, clock: Reading) -> Standing {
        let floor = self.floor(clock);
        let slack = if clock.is_set { TOLERANCE_S } else { 0 };
        if clock.at < floor.saturating_sub(slack) {
            Standing::Behind
        } else if clock.at > floor.saturating_add(FARTHEST_AHEAD_S) {
            Standing::Ahead
        } else {
            Standing::Plausible
        }
    }

    /// Returns the time to use as now. If the clock is certainly wrong, this is the floor: then no
    /// valid document seems expired.
    pub const fn now(self, clock: Reading) -> i64 {
        let floor = self.floor(clock);
        match self.standing(clock) {
            Standing::Plausible if clock.at > floor => clock.at,
            _ => floor,
        }
    }

    /// Returns what is known after a document signed at `signed` has been accepted.
    pub const fn after(self, signed: i64, clock: Reading) -> Self {
        let most = if self.is_right(clock) {
            clock.at.saturating_add(TOLERANCE_S)
        } else {
            self.floor(clock).saturating_add(STEP_S)
        };
        let is_news = signed > self.newest && signed > self.signed;
        let newest = match is_news {
            true if signed <= most => signed,
            // The signer's clock is wrong: this one is known to be right
            true if self.is_right(clock) => self.newest,
            true if most > self.newest => most,
            _ => self.newest,
        };
        let signed = if signed > self.signed { signed } else { self.signed };
        Self { built: self.built, newest, signed }
    }

    /// Lowers the known times to what a clock known to be right allows: a later time was a mistake.
    pub const fn revised(self, clock: Reading) -> Self {
        if !self.is_right(clock) {
            return self;
        }
        let most = clock.at.saturating_add(TOLERANCE_S);
        let newest = if self.newest > most { clock.at } else { self.newest };
        let signed = if self.signed > most { clock.at } else { self.signed };
        Self { built: self.built, newest, signed }
    }

    const fn is_refuted_by(self, clock: Reading) -> bool {
        self.is_right(clock) && self.newest > clock.at.saturating_add(TOLERANCE_S)
    }

    /// A clock that is set, but to before the build or to decades after it, is not right.
    const fn is_right(self, clock: Reading) -> bool {
        clock.is_set && clock.at >= self.built && clock.at <= self.built.saturating_add(FARTHEST_AHEAD_S)
    }
}

/// The system clock, corrected by the times known to have passed.
pub struct TrustedClock {
    system: Arc<dyn Clock>,
    known: Mutex<Known>,
}

impl TrustedClock {
    pub fn new(system: Arc<dyn Clock>, known: Known) -> Self {
        Self { system, known: Mutex::new(known) }
    }

    /// Replaces the known times.
    pub fn set_known(&self, known: Known) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = known;
    }

    pub fn known(&self) -> Known {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the system clock's reading.
    pub fn reading(&self) -> Reading {
        Reading::of(self.system.as_ref())
    }

    pub fn standing(&self) -> Standing {
        self.known().standing(self.reading())
    }
}

impl Clock for TrustedClock {
    fn now(&self) -> i64 {
        self.known().now(self.reading())
    }

    fn is_set(&self) -> bool {
        self.system.is_set()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloud_shelf_core::clock::FixedClock;
    use proptest::prelude::*;

    const YEAR: i64 = 31_556_952;
    const BUILT: i64 = 56 * YEAR;

    const fn known(newest: i64) -> Known {
        Known { built: BUILT, newest, signed: newest }
    }

    const fn unset(at: i64) -> Reading {
        Reading { at, is_set: false }
    }

    const fn set(at: i64) -> Reading {
        Reading { at, is_set: true }
    }

    #[test]
    fn a_clock_is_believed_between_what_is_certain_and_what_is_absurd() {
        for (newest, clock, now, standing) in [
            (0, unset(BUILT + 5), BUILT + 5, Standing::Plausible),
            (0, unset(BUILT + 3 * YEAR), BUILT + 3 * YEAR, Standing::Plausible),
            // 1970, and what a 32-bit clock may show
            (0, unset(0), BUILT, Standing::Behind),
            (0, unset(-1), BUILT, Standing::Behind),
            (0, unset(i64::MIN), BUILT, Standing::Behind),
            (0, set(0), BUILT, Standing::Behind),
            // Stepped back after the feed has given a later time
            (BUILT + YEAR, unset(BUILT + 5), BUILT + YEAR, Standing::Behind),
            (BUILT + YEAR, unset(BUILT + YEAR), BUILT + YEAR, Standing::Plausible),
            (0, unset(68 * YEAR), BUILT, Standing::Ahead),
            (0, set(68 * YEAR), BUILT, Standing::Ahead),
            (0, unset(i64::MAX), BUILT, Standing::Ahead),
            (BUILT + YEAR, unset(90 * YEAR), BUILT + YEAR, Standing::Ahead),
            // Years beyond anything that can have been signed
            (130 * YEAR, unset(BUILT + 7), BUILT + 7, Standing::Plausible),
            (i64::MAX, unset(5), BUILT, Standing::Behind),
            // The operator's clock was wrong; NTP has set this one
            (BUILT + 3 * YEAR, set(BUILT + 7), BUILT + 7, Standing::Plausible),
            (BUILT + 3 * YEAR, unset(BUILT + 7), BUILT + 3 * YEAR, Standing::Behind),
            // Two right clocks differ a little
            (BUILT + 60, set(BUILT + 7), BUILT + 60, Standing::Plausible),
            (BUILT + 60, unset(BUILT + 7), BUILT + 60, Standing::Behind),
        ] {
            let known = known(newest);
            assert_eq!((known.now(clock), known.standing(clock)), (now, standing), "{newest} {clock:?}");
        }
    }

    #[test]
    fn a_document_counts_for_no_more_than_a_clock_that_is_right() {
        let at = BUILT + YEAR;
        for (signed, newest) in [
            (at - 50, at - 50),
            (at + TOLERANCE_S, at + TOLERANCE_S),
            (at + TOLERANCE_S + 1, 0),
            (at + 8 * 3600, 0),
            (at + 3 * YEAR, 0),
            (i64::MAX, 0),
        ] {
            assert_eq!(known(0).after(signed, set(at)).newest, newest, "{signed}");
        }
    }

    #[test]
    fn without_a_clock_one_document_counts_for_a_week_however_often_it_comes() {
        let late = BUILT + 3 * YEAR;
        let once = known(0).after(late, unset(0));
        assert_eq!(once, Known { built: BUILT, newest: BUILT + STEP_S, signed: late });
        assert_eq!(once.after(late, unset(0)), once);
        assert_eq!(once.after(BUILT + 30 * 86_400, unset(0)), once);
        // One document a day, as an operator publishes
        let week = known(0).after(BUILT + 86_400, unset(0)).after(BUILT + 9 * 86_400, unset(0));
        assert_eq!(week.newest, BUILT + 8 * 86_400);
    }

    #[test]
    fn a_clock_that_the_network_sets_takes_a_wrong_time_back() {
        let at = BUILT + YEAR;
        let wrong = known(BUILT + 3 * YEAR);
        assert_eq!(wrong.revised(unset(at)), wrong);
        assert_eq!(wrong.revised(set(at)), known(at));
        // A clock that is wrong itself corrects nothing
        assert_eq!(wrong.revised(set(0)), wrong);
        let right = known(at - 86_400);
        assert_eq!(right.revised(set(at)), right);
    }

    #[test]
    fn what_is_known_counts_at_once() {
        let clock = TrustedClock::new(Arc::new(FixedClock(0)), known(0));
        assert_eq!((clock.now(), clock.standing()), (BUILT, Standing::Behind));
        clock.set_known(known(BUILT + 10));
        assert_eq!(clock.now(), BUILT + 10);
    }

    proptest! {
        #[test]
        fn time_never_goes_back_behind_what_is_certain(
            built in 0..i64::MAX, newest: i64, at: i64, is_set: bool, signed: i64,
        ) {
            let (known, clock) = (Known { built, newest, signed: newest }, Reading { at, is_set });
            prop_assert!(known.now(clock) >= known.floor(clock) && known.floor(clock) >= built);
            prop_assert!(known.now(clock) <= known.floor(clock).saturating_add(FARTHEST_AHEAD_S));
            // Documents move the time on, a little at a time
            let after = known.after(signed, clock);
            prop_assert!(after.floor(clock) >= known.floor(clock));
            prop_assert!(after.floor(clock) <= known.floor(clock).saturating_add(STEP_S)
                || (is_set && after.floor(clock) <= at.saturating_add(TOLERANCE_S)));
        }
    }
}
