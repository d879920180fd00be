//! Bandwidth limit for feed downloads, so that the shop's tills keep their share of the line.

use std::{
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, sleep_until};

/// Burst permitted after a pause.
const BURST: Duration = Duration::from_millis(250);

/// Token bucket shared by all connections of a client.
#[derive(Debug)]
pub(super) struct Bandwidth {
    bytes_per_s: NonZeroU32,
    /// When everything taken so far has been paid for
    paid: Mutex<Instant>,
}

impl Bandwidth {
    pub fn new(bytes_per_s: NonZeroU32) -> Self {
        Self { bytes_per_s, paid: Mutex::new(Instant::now()) }
    }

    pub const fn bytes_per_s(&self) -> u64 {
        self.bytes_per_s.get() as u64
    }

    /// Waits until `bytes` more, which have already arrived, are within the limit.
    pub async fn throttle(&self, bytes: usize) {
        let price = Duration::from_secs_f64(bytes as f64 / f64::from(self.bytes_per_s.get()));
        let (now, until) = {
            let mut paid = self.paid.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let saved = now.checked_sub(BURST).unwrap_or(now);
            *paid = (*paid).max(saved) + price;
            (now, *paid)
        };
        if until > now {
            sleep_until(until).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Uses Tokio's paused clock, so the test does not really wait.
    #[test]
    fn what_comes_is_spread_over_time() {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let bandwidth = Bandwidth::new(NonZeroU32::new(100_000).unwrap());
            let start = Instant::now();
            for _ in 0..20 {
                bandwidth.throttle(50_000).await;
            }
            let took = start.elapsed().as_secs_f64();
            assert!((9.7..10.3).contains(&took), "{took}");
            // A pause saves up a quarter of a second and no more
            tokio::time::sleep(Duration::from_secs(60)).await;
            let start = Instant::now();
            bandwidth.throttle(25_000).await;
            assert!(start.elapsed() < Duration::from_millis(2), "{:?}", start.elapsed());
            bandwidth.throttle(100_000).await;
            assert!(start.elapsed() > Duration::from_millis(990), "{:?}", start.elapsed());
        });
    }
}
