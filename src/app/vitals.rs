//! Milestones of this run. An update counts as good only after all of them.

use cloud_shelf_core::clock::{Clock, SystemClock};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

/// The milestones; cheap to clone, all clones share one state.
#[derive(Clone, Debug)]
pub struct Vitals {
    started_at: i64,
    achieved: Arc<Achieved>,
}

#[derive(Debug, Default)]
struct Achieved {
    database_opened: AtomicBool,
    catalog_read: AtomicBool,
}

impl Vitals {
    /// Call at the program's start.
    pub fn new() -> Self {
        Self { started_at: SystemClock.now(), achieved: Arc::default() }
    }

    /// The start time, as RFC 3339.
    pub fn started_at(&self) -> String {
        jiff::Timestamp::from_second(self.started_at).unwrap_or_default().to_string()
    }

    pub fn set_database_opened(&self) {
        self.achieved.database_opened.store(true, Relaxed);
    }

    pub fn database_opened(&self) -> bool {
        self.achieved.database_opened.load(Relaxed)
    }

    pub fn set_catalog_read(&self) {
        self.achieved.catalog_read.store(true, Relaxed);
    }

    pub fn catalog_read(&self) -> bool {
        self.achieved.catalog_read.load(Relaxed)
    }
}
