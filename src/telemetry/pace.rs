//! When to report next. Pure.

use std::time::Duration;

/// Intervals of reporting, and of retries after failures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Upper bound on the delay of the first report: units that get their power back together do
    /// not report together
    pub first: Duration,
    /// From one report to the next
    pub round: Duration,
    /// Between checks for a report address, while there is none
    pub idle: Duration,
    /// Between checks for the operator's approval
    pub pending: Duration,
    /// Between checks after a refusal
    pub refused: Duration,
    /// After the first failure; doubled by each further one, up to `retry_most`
    pub retry: Duration,
    pub retry_most: Duration,
}

/// Upper bound for `Retry-After`: one hour, including the random tenth.
const PATIENCE: Duration = Duration::from_secs(54 * 60);

impl Default for Pace {
    fn default() -> Self {
        let minutes = |n: u64| Duration::from_secs(60 * n);
        Self {
            first: minutes(1),
            round: minutes(10),
            idle: minutes(1),
            pending: minutes(2),
            refused: minutes(30),
            retry: minutes(1),
            retry_most: minutes(60),
        }
    }
}

/// Outcome of an attempt to report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There is no report address
    Idle,
    Reported,
    Pending,
    Refused,
    Failed {
        retry_after: Option<Duration>,
    },
}

impl Pace {
    /// Returns the time to wait. `failures` counts the failures in a row, including this one;
    /// `chance` is random in 0..1 and spreads units that would otherwise act in step.
    pub fn wait(&self, outcome: Outcome, failures: u32, chance: f64) -> Duration {
        let about = |wait: Duration| wait.mul_f64(0.9 + 0.2 * chance);
        match outcome {
            Outcome::Idle => self.idle,
            Outcome::Reported => about(self.round),
            Outcome::Pending => about(self.pending),
            Outcome::Refused => about(self.refused),
            Outcome::Failed { retry_after } => {
                let doubled = self.retry.saturating_mul(1 << failures.saturating_sub(1).min(16));
                let own = doubled.min(self.retry_most).mul_f64(0.5 + 0.5 * chance);
                match retry_after {
                    // Never earlier than asked for
                    Some(asked) => own.max(asked.min(PATIENCE).mul_f64(1.0 + 0.1 * chance)),
                    None => own,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn failures_wait_longer_and_longer_up_to_a_bound() {
        let pace = Pace::default();
        let failed = Outcome::Failed { retry_after: None };
        let waits =
            [1, 2, 3, 6, 7, 60, u32::MAX].map(|n| pace.wait(failed, n, 0.999_999).as_secs_f64().round());
        assert_eq!(waits, [60.0, 120.0, 240.0, 1920.0, 3600.0, 3600.0, 3600.0]);
        assert_eq!(pace.wait(failed, 1, 0.0), seconds(30));
    }

    #[test]
    fn a_server_is_left_alone_for_as_long_as_it_asks_within_reason() {
        let pace = Pace::default();
        let asked = |s| Outcome::Failed { retry_after: Some(seconds(s)) };
        assert_eq!(pace.wait(asked(1200), 1, 0.0), seconds(1200));
        assert_eq!(pace.wait(asked(86_400), 1, 0.0), PATIENCE);
        assert!(pace.wait(asked(86_400), 1, 0.999_999) <= seconds(3600));
        assert_eq!(pace.wait(asked(0), 1, 0.0), seconds(30));
        assert_eq!(pace.wait(asked(u64::MAX), 1, 0.0), PATIENCE);
    }

    proptest! {
        #[test]
        fn every_wait_is_sane(failures: u32, chance in 0.0..1.0, asked in proptest::option::of(any::<u64>())) {
            let pace = Pace::default();
            let retry_after = asked.map(seconds);
            for outcome in [Outcome::Idle, Outcome::Reported, Outcome::Pending, Outcome::Refused, Outcome::Failed { retry_after }] {
                let wait = pace.wait(outcome, failures, chance);
                prop_assert!(wait >= seconds(30) && wait <= seconds(3600), "{outcome:?}: {wait:?}");
            }
        }
    }
}
