//! How a check of many things ends.

use crate::cli::Exit;

/// All good, some, or none.
pub(super) const fn verdict(good: usize, bad: usize) -> Exit {
    match (good, bad) {
        (_, 0) => Exit::Ok,
        (0, _) => Exit::Failed,
        _ => Exit::Partial,
    }
}
