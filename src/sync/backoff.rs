//! Exponential back-off after failed syncs.

use super::jitter::Jitter;
use std::time::Duration;

const FIRST: Duration = Duration::from_secs(10);
/// Upper bound of the doubling
const LONGEST: Duration = Duration::from_secs(30 * 60);
/// Upper bound of every wait, even if the server asks for more (`Retry-After`)
const CAP: Duration = Duration::from_secs(3600);
/// Upper bound for the server's `Retry-After`; the remainder of [`CAP`] is for jitter
const HEEDED: Duration = Duration::from_secs(54 * 60);

/// Exponential back-off with jitter.
#[derive(Clone, Debug)]
pub struct Backoff {
    failures: u32,
    jitter: Jitter,
}

impl Backoff {
    /// Creates a back-off; different seeds give different jitter.
    pub const fn new(seed: u64) -> Self {
        Self { failures: 0, jitter: Jitter::new(seed) }
    }

    pub const fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// Returns the wait after one more failure: at least `retry_after` (up to `HEEDED`), plus
    /// jitter so that units do not return in the same second.
    pub fn failed(&mut self, retry_after: Option<Duration>) -> Duration {
        let longest = FIRST.saturating_mul(1 << self.failures.min(16)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        let own = self.jitter.between(longest / 2, longest);
        let asked = retry_after.map_or(Duration::ZERO, |asked| {
            let asked = asked.min(HEEDED);
            self.jitter.between(asked, (asked + asked / 4 + Duration::from_secs(1)).min(CAP))
        });
        own.max(asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn waits_double_up_to_half_an_hour_and_start_anew_after_a_success() {
        let mut backoff = Backoff::new(7);
        let waits: Vec<u64> = (0..12).map(|_| backoff.failed(None).as_secs()).collect();
        for (n, wait) in waits.iter().enumerate() {
            let longest = (10 << n).min(1800);
            assert!((longest / 2..=longest).contains(wait), "{waits:?}");
        }
        backoff.succeeded();
        assert!(backoff.failed(None).as_secs() <= 10);
    }

    #[test]
    fn a_thousand_shelves_that_failed_together_do_not_come_back_together() {
        let day = Duration::from_secs(86_400);
        for asked in [None, Some(day)] {
            let mut waits: Vec<u64> =
                (0..1000).map(|seed| Backoff::new(seed).failed(asked).as_millis() as u64).collect();
            waits.sort_unstable();
            let spread = waits[950] - waits[50];
            assert!(spread > if asked.is_some() { 300_000 } else { 4000 }, "{spread}");
        }
    }

    proptest! {
        #[test]
        fn it_is_never_short_of_what_the_server_asked_nor_beyond_an_hour(
            seed: u64, asked in prop::collection::vec(prop::option::of(0..200_000_u64), 1..40)
        ) {
            let (mut one, mut same) = (Backoff::new(seed), Backoff::new(seed));
            for asked in asked {
                let asked = asked.map(Duration::from_secs);
                let wait = one.failed(asked);
                prop_assert!(wait <= CAP && wait >= asked.unwrap_or_default().min(HEEDED));
                prop_assert!(wait >= FIRST / 2);
                prop_assert_eq!(wait, same.failed(asked));
            }
        }
    }
}
