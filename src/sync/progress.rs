//! Progress of a sync.

use super::Interruption;
use serde::{Deserialize, Serialize};

/// The step that a sync is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Asks whether there is anything new
    #[default]
    Asking,
    /// Downloads the catalog and its pictures
    Fetching,
    /// Makes thumbnails; the new catalog is on the screen already
    Preparing,
}

/// Progress within a step; all zeros while the total is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    pub step: Step,
    pub files: usize,
    pub files_done: usize,
    /// Bytes to download when the step began, and bytes downloaded since
    pub bytes: u64,
    pub bytes_done: u64,
}

/// Observer of a sync, which may also cancel it.
pub trait Watch {
    fn progress(&mut self, progress: Progress);
    /// Whether the unit's binding is unchanged since the sync began
    fn is_wanted(&self) -> bool;

    /// Returns a reason to interrupt the sync. Called many times a second while a sync waits, so it
    /// must not block.
    fn interruption(&self) -> Option<Interruption> {
        None
    }
}

/// Observer that does nothing and never interrupts.
pub(super) struct Unwatched;

impl Watch for Unwatched {
    fn progress(&mut self, _: Progress) {}

    fn is_wanted(&self) -> bool {
        true
    }
}
