//! Where a shelf waits for the network: on a runtime of its own, and never longer than it may.

use super::{SyncError, Watch};
use crate::watchdog;
use std::{io, time::Duration};
use tokio::{runtime::Runtime, select, time::sleep};

/// How often one who waits looks for something more urgent.
const BEAT: Duration = Duration::from_millis(100);

/// The connections to one feed's server live here.
pub(super) struct Line(Option<Runtime>);

impl Line {
    pub fn new() -> io::Result<Self> {
        Ok(Self(Some(tokio::runtime::Builder::new_current_thread().enable_all().build()?)))
    }

    /// Waits for an answer until it is there, or something more urgent is.
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
        watchdog::waiting(|| {
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
            None => unreachable!("the runtime is there until this is dropped"),
        }
    }
}

impl Drop for Line {
    /// A name that is being looked up can't be broken off, and is not waited for.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
