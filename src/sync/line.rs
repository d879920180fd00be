//! Waits for the network, on a runtime of its own, and stops when something more urgent comes up.

use super::{SyncError, Watch};
use cloud_shelf_core::watchdog;
use std::{io, time::Duration};
use tokio::{runtime::Runtime, select, time::sleep};

/// Interval at which interruption is checked.
const BEAT: Duration = Duration::from_millis(100);

/// Runtime that owns the connections to one feed's server.
pub(super) struct Line(Option<Runtime>);

impl Line {
    pub fn new() -> io::Result<Self> {
        Ok(Self(Some(tokio::runtime::Builder::new_current_thread().enable_all().build()?)))
    }

    /// Waits until the work is done or the watch interrupts it.
    pub fn wait<T, E: Into<SyncError>>(
        &self,
        watch: &dyn Watch,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, SyncError> {
        let urgent = async {
            loop {
                if let Some(why) = watch.interruption() {
                    return why;
                }
                sleep(BEAT).await;
            }
        };
        watchdog::pause_during(|| {
            self.block_on(async {
                select! {
                    done = work => done.map_err(Into::into),
                    why = urgent => Err(SyncError::Interrupted(why)),
                }
            })
        })
    }

    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        match &self.0 {
            Some(runtime) => runtime.block_on(work),
            None => unreachable!("the runtime exists until drop"),
        }
    }
}

impl Drop for Line {
    /// Does not wait for a name lookup in progress, which can't be cancelled.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
