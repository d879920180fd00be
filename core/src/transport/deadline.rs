//! Deadline for a complete response, from the name look-up to the last byte.

use super::{Timeouts, TransferError};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// One deadline for a file, over all its redirects and attempts. Without it, a server that sends a
/// byte now and then holds its client for as long as it likes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline(Instant);

impl Deadline {
    /// Creates the deadline for a transfer of `bytes` in all.
    pub fn new(timeouts: &Timeouts, bytes: u64) -> Self {
        let now = Instant::now();
        // No transfer is so large that its end overflows the clock
        Self(now.checked_add(timeouts.total(bytes)).unwrap_or(now))
    }

    /// Extends the deadline by a wait that our own bandwidth limit caused, which is not the
    /// server's fault.
    pub fn extend(&mut self, by: Duration) {
        self.0 = self.0.checked_add(by).unwrap_or(self.0);
    }

    /// Waits for at most `most`, and never beyond the deadline.
    pub async fn within<T>(&self, most: Duration, work: impl Future<Output = T>) -> Result<T, TransferError> {
        let now = Instant::now();
        // A future that is always ready would never time out
        if now >= self.0 {
            return Err(TransferError::TooSlow);
        }
        let until = now.checked_add(most).map_or(self.0, |until| until.min(self.0));
        timeout_at(until, work).await.map_err(|_| TransferError::TooSlow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};

    fn paused<T>(work: impl Future<Output = T>) -> T {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(work)
    }

    #[test]
    fn the_time_is_in_proportion_to_the_size() {
        let timeouts = Timeouts::default();
        for (bytes, seconds) in [(0, 60), (16 << 10, 62), (1 << 20, 188), (20 << 20, 2620)] {
            assert_eq!(timeouts.total(bytes), Duration::from_secs(seconds), "{bytes}");
        }
        assert!(timeouts.total(u64::MAX) > timeouts.total(1 << 40));
    }

    #[test]
    fn it_holds_over_every_wait_and_is_put_off_by_our_own_waits_only() {
        paused(async {
            let timeouts = Timeouts::default();
            let start = Instant::now();
            let mut deadline = Deadline::new(&timeouts, 0);
            let day = Duration::from_secs(86_400);
            let silence = Duration::from_secs(30);
            assert!(deadline.within(silence, pending::<()>()).await.is_err());
            assert_eq!(start.elapsed(), silence);
            deadline.extend(Duration::from_secs(5));
            assert!(deadline.within(day, pending::<()>()).await.is_err());
            assert_eq!(start.elapsed(), Duration::from_secs(65));
            // After the deadline not even a ready result is returned
            assert!(deadline.within(day, ready(())).await.is_err());
            let deadline = Deadline::new(&timeouts, 0);
            assert!(deadline.within(silence, ready(())).await.is_ok());
        });
    }
}
