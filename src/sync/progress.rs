//! How far a sync is.

use super::Interruption;
use serde::{Deserialize, Serialize};

/// What a sync is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Looks whether there is anything new
    #[default]
    Asking,
    /// Brings the catalog and its pictures
    Fetching,
    /// Makes thumbnails; the new catalog is on the screen already
    Preparing,
}

/// How far a step is; zeros while that can't be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    pub step: Step,
    pub files: usize,
    pub files_done: usize,
    /// Bytes that had to come when the step began, and that came since
    pub bytes: u64,
    pub bytes_done: u64,
}

/// Who follows a sync.
pub trait Watch {
    fn progress(&mut self, progress: Progress);
    /// Whether this unit is still bound as it was when the sync began
    fn is_wanted(&self) -> bool;

    /// What is more urgent than to go on. Asked many times a second while a sync waits, so it must
    /// know at once.
    fn interruption(&self) -> Option<Interruption> {
        None
    }
}

/// Nobody follows, and nothing is more urgent.
pub(super) struct Unwatched;

impl Watch for Unwatched {
    fn progress(&mut self, _: Progress) {}

    fn is_wanted(&self) -> bool {
        true
    }
}
