//! Threads that must not be stuck: each says when it begins a piece of work and when it is done,
//! and whoever feeds the system's watchdog asks whether all of them are.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// No piece of work takes this long, on the smallest unit and with the largest picture.
pub const MOST: Duration = Duration::from_secs(12);

#[derive(Debug, Default)]
struct Shared(Mutex<Vec<(&'static str, Instant)>>);

/// What is being worked on. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Watchdog(Arc<Shared>);

/// A piece of work that lasts until this is dropped.
#[derive(Debug)]
#[must_use]
pub struct Work {
    shared: Arc<Shared>,
    begun: (&'static str, Instant),
}

impl Watchdog {
    /// The calling thread begins something, which has a name for the log.
    pub fn begin(&self, name: &'static str, now: Instant) -> Work {
        self.works().push((name, now));
        Work { shared: self.0.clone(), begun: (name, now) }
    }

    /// What has been worked on for too long.
    pub fn stuck(&self, now: Instant) -> Option<&'static str> {
        let works = self.works();
        works.iter().find(|(_, since)| now.saturating_duration_since(*since) >= MOST).map(|(name, _)| *name)
    }

    fn works(&self) -> std::sync::MutexGuard<'_, Vec<(&'static str, Instant)>> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let mut works = self.shared.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = works.iter().position(|work| *work == self.begun) {
            works.swap_remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_is_not_stuck() {
        let (watchdog, start) = (Watchdog::default(), Instant::now());
        let slow = watchdog.begin("slow", start);
        let quick = watchdog.begin("quick", start);
        assert_eq!(watchdog.stuck(start + MOST - Duration::from_millis(1)), None);
        drop(quick);
        assert_eq!(watchdog.stuck(start + MOST), Some("slow"));
        drop(slow);
        assert_eq!(watchdog.stuck(start + 10 * MOST), None);
    }

    #[test]
    fn work_that_ends_in_a_panic_is_not_stuck() {
        let (watchdog, start) = (Watchdog::default(), Instant::now());
        let other = watchdog.clone();
        let panicked = std::thread::spawn(move || {
            let _work = other.begin("a broken picture", start);
            panic!("as a decoder might");
        });
        assert!(panicked.join().is_err());
        assert_eq!(watchdog.stuck(start + MOST), None);
    }
}
