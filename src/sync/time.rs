//! Which time a shelf believes.
//!
//! A unit has no battery behind its clock, and a shop's network may let no time through. What is
//! known for certain is that it is later than the program's build, and later than the newest
//! document that the operator has signed. See `docs/FEED.md`, "Time".

use crate::clock::Clock;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering::Relaxed},
};

/// No unit runs for ten years without a word from its operator: a clock that is so far ahead is wrong.
const FARTHEST_AHEAD_S: i64 = 10 * 366 * 24 * 3600;

/// How the unit's clock is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Plausible,
    /// Before a time that has certainly passed
    Behind,
    /// Years after anything that was ever heard
    Ahead,
}

/// Times that have passed for certain, in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// When the program was built
    pub built: i64,
    /// When the newest document that was accepted says it was signed; 0 without one
    pub newest: i64,
}

/// Whether a time of signing may be right: an operator's clock may be wrong, too.
pub(super) const fn is_credible(built: i64, signed: i64) -> bool {
    signed <= built.saturating_add(FARTHEST_AHEAD_S)
}

impl Known {
    /// The time that has certainly come.
    pub const fn floor(self) -> i64 {
        let newest = if is_credible(self.built, self.newest) { self.newest } else { 0 };
        if newest > self.built { newest } else { self.built }
    }

    pub const fn standing(self, system: i64) -> Standing {
        let floor = self.floor();
        if system < floor {
            Standing::Behind
        } else if system > floor.saturating_add(FARTHEST_AHEAD_S) {
            Standing::Ahead
        } else {
            Standing::Plausible
        }
    }

    /// What a shelf takes for now. One whose clock is certainly wrong takes the last time that
    /// has certainly come: then nothing that is valid seems to have run out.
    pub const fn now(self, system: i64) -> i64 {
        match self.standing(system) {
            Standing::Plausible => system,
            Standing::Behind | Standing::Ahead => self.floor(),
        }
    }
}

/// The system's clock, as far as it is believed.
pub struct TrustedClock {
    system: Arc<dyn Clock>,
    built: i64,
    newest: AtomicI64,
}

impl TrustedClock {
    pub fn new(system: Arc<dyn Clock>, known: Known) -> Self {
        Self { system, built: known.built, newest: AtomicI64::new(known.newest) }
    }

    /// A document says that this time has come.
    pub fn heard(&self, newest: i64) {
        self.newest.fetch_max(newest, Relaxed);
    }

    pub fn known(&self) -> Known {
        Known { built: self.built, newest: self.newest.load(Relaxed) }
    }

    pub fn standing(&self) -> Standing {
        self.known().standing(self.system.now())
    }
}

impl Clock for TrustedClock {
    fn now(&self) -> i64 {
        self.known().now(self.system.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;
    use proptest::prelude::*;

    const YEAR: i64 = 31_556_952;
    const BUILT: i64 = 56 * YEAR;

    #[test]
    fn a_clock_is_believed_between_what_is_certain_and_what_is_absurd() {
        let known = |newest| Known { built: BUILT, newest };
        for (newest, system, now, standing) in [
            (0, BUILT + 5, BUILT + 5, Standing::Plausible),
            (0, BUILT + 3 * YEAR, BUILT + 3 * YEAR, Standing::Plausible),
            // 1970, and what a 32-bit clock may show
            (0, 0, BUILT, Standing::Behind),
            (0, -1, BUILT, Standing::Behind),
            (0, i64::MIN, BUILT, Standing::Behind),
            // Stepped back, after the feed has told a later time
            (BUILT + YEAR, BUILT + 5, BUILT + YEAR, Standing::Behind),
            (BUILT + YEAR, BUILT + YEAR, BUILT + YEAR, Standing::Plausible),
            (0, 68 * YEAR, BUILT, Standing::Ahead),
            (0, i64::MAX, BUILT, Standing::Ahead),
            (BUILT + YEAR, 90 * YEAR, BUILT + YEAR, Standing::Ahead),
            // An operator's own clock was wrong once
            (130 * YEAR, BUILT + 7, BUILT + 7, Standing::Plausible),
            (i64::MAX, 5, BUILT, Standing::Behind),
        ] {
            let known = known(newest);
            assert_eq!((known.now(system), known.standing(system)), (now, standing), "{newest} {system}");
        }
    }

    #[test]
    fn what_is_heard_counts_at_once() {
        let clock = TrustedClock::new(Arc::new(FixedClock(0)), Known { built: BUILT, newest: 0 });
        assert_eq!((clock.now(), clock.standing()), (BUILT, Standing::Behind));
        clock.heard(BUILT + 10);
        clock.heard(BUILT + 5);
        assert_eq!(clock.now(), BUILT + 10);
    }

    proptest! {
        #[test]
        fn time_never_goes_back_behind_what_is_certain(built in 0..i64::MAX, newest: i64, system: i64) {
            let known = Known { built, newest };
            prop_assert!(known.now(system) >= known.floor() && known.floor() >= built);
            prop_assert!(known.now(system) <= known.floor().saturating_add(FARTHEST_AHEAD_S));
        }
    }
}
