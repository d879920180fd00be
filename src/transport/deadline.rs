//! By when an answer has to be here, whole: from the look-up of the name to the last byte.

use super::{Patience, TransferError};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// One deadline for a file, over all its redirects and attempts. Without it a server that sends a
/// byte now and then keeps its client for as long as it likes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline(Instant);

impl Deadline {
    /// For a transfer of `bytes` in all.
    pub fn new(patience: &Patience, bytes: u64) -> Self {
        let now = Instant::now();
        // No transfer of ours is so large that a clock can't name its end
        Self(now.checked_add(patience.total(bytes)).unwrap_or(now))
    }

    /// What our own cap on bandwidth makes us wait is no fault of the server's.
    pub fn put_off(&mut self, by: Duration) {
        self.0 = self.0.checked_add(by).unwrap_or(self.0);
    }

    /// Waits for something for `most`, and never beyond the deadline.
    pub async fn within<T>(&self, most: Duration, work: impl Future<Output = T>) -> Result<T, TransferError> {
        let now = Instant::now();
        // What is always ready would never be timed out
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
        let patience = Patience::default();
        for (bytes, seconds) in [(0, 60), (16 << 10, 62), (1 << 20, 188), (20 << 20, 2620)] {
            assert_eq!(patience.total(bytes), Duration::from_secs(seconds), "{bytes}");
        }
        assert!(patience.total(u64::MAX) > patience.total(1 << 40));
    }

    #[test]
    fn it_holds_over_every_wait_and_is_put_off_by_our_own_waits_only() {
        paused(async {
            let patience = Patience::default();
            let start = Instant::now();
            let mut deadline = Deadline::new(&patience, 0);
            let day = Duration::from_secs(86_400);
            let silence = Duration::from_secs(30);
            assert!(deadline.within(silence, pending::<()>()).await.is_err());
            assert_eq!(start.elapsed(), silence);
            deadline.put_off(Duration::from_secs(5));
            assert!(deadline.within(day, pending::<()>()).await.is_err());
            assert_eq!(start.elapsed(), Duration::from_secs(65));
            // Past it, not even what is there already is taken
            assert!(deadline.within(day, ready(())).await.is_err());
            let deadline = Deadline::new(&patience, 0);
            assert!(deadline.within(silence, ready(())).await.is_ok());
        });
    }
}
