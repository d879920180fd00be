//! When missing pictures are retried, each on its own schedule. Pure.

use cloud_shelf_core::domain::Sha256;
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// Delay after the first failure; doubled by each further one.
const FIRST: Duration = Duration::from_secs(10 * 60);
const LONGEST: Duration = Duration::from_secs(6 * 3600);

/// Pictures that failed by themselves, with failure count and due time. A picture not listed is due
/// at once.
#[derive(Clone, Debug, Default)]
pub(super) struct Retries(HashMap<Sha256, (u32, Instant)>);

impl Retries {
    pub fn failed(&mut self, object: Sha256, now: Instant) {
        let (failures, due) = self.0.entry(object).or_insert((0, now));
        *due = now + FIRST.saturating_mul(1 << (*failures).min(16)).min(LONGEST);
        *failures = failures.saturating_add(1);
    }

    pub fn is_due(&self, object: &Sha256, now: Instant) -> bool {
        self.0.get(object).is_none_or(|(_, due)| *due <= now)
    }

    /// Forgets all pictures that are no longer missing.
    pub fn keep_only(&mut self, is_missing: impl Fn(&Sha256) -> bool) {
        self.0.retain(|object, _| is_missing(object));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_waits_longer_by_itself_and_up_to_six_hours() {
        let mut retries = Retries::default();
        let (one, other) = (Sha256::digest(b"1"), Sha256::digest(b"2"));
        let mut now = Instant::now();
        let mut waits = Vec::new();
        for _ in 0..8 {
            assert!(retries.is_due(&one, now) && retries.is_due(&other, now));
            retries.failed(one, now);
            let wait = (0..).step_by(60).find(|s| retries.is_due(&one, now + Duration::from_secs(*s)));
            waits.push(wait.unwrap() / 60);
            now += Duration::from_secs(wait.unwrap());
        }
        assert_eq!(waits, [10, 20, 40, 80, 160, 320, 360, 360]);
        retries.failed(one, now);
        retries.keep_only(|object| *object == one);
        assert!(!retries.is_due(&one, now));
        retries.keep_only(|_| false);
        assert!(retries.is_due(&one, now));
    }
}
