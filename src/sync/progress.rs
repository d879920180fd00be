//! How far a sync is.

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
}
