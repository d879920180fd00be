//! `feed-waiting.json`: since when a newer version has been held back because too many of its
//! pictures are missing. The file lies beside the database, so the count survives nightly
//! power-offs.

use crate::{durable, plain_file};
use serde::{Deserialize, Serialize};
use std::{io, path::Path};

const SCHEMA: u32 = 1;
const MAX_BYTES: u64 = 4096;

#[derive(Serialize, Deserialize)]
struct Document {
    schema: u32,
    /// Unix time in seconds, by the trusted clock
    since: i64,
}

/// Returns since when a version has waited, and starts the count now if none was waiting. If the
/// file can't be written, the count restarts with the program.
pub(super) fn since(path: &Path, now: i64) -> i64 {
    // A time in the future was written by a wrong clock
    if let Some(since) = read(path).filter(|since| *since <= now) {
        return since;
    }
    let written = serde_json::to_vec(&Document { schema: SCHEMA, since: now })
        .map_err(io::Error::from)
        .and_then(|bytes| durable::replace(path, &bytes));
    if let Err(error) = written {
        tracing::warn!(%error, path = %path.display(), "cannot record since when a version waits");
    }
    now
}

/// Deletes the record: no version waits any more.
pub(super) fn over(path: &Path) {
    if let Err(error) = durable::remove(path) {
        tracing::warn!(%error, path = %path.display(), "cannot delete the record of a waiting version");
    }
}

fn read(path: &Path) -> Option<i64> {
    let document: Document = serde_json::from_slice(&plain_file::read(path, MAX_BYTES).ok()?).ok()?;
    (document.schema == SCHEMA).then_some(document.since)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn it_counts_from_the_first_time_until_it_is_over() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("waiting.json");
        over(&path);
        assert_eq!(since(&path, 100), 100);
        assert_eq!(since(&path, 500), 100);
        // A clock that was set back restarts the count
        assert_eq!(since(&path, 50), 50);
        over(&path);
        assert!(!path.exists());
        assert_eq!(since(&path, 900), 900);
        for rubbish in ["", "{", r#"{"schema":2,"since":1}"#, r#"{"schema":1,"since":"1"}"#] {
            fs::write(&path, rubbish).unwrap();
            assert_eq!(since(&path, 1000), 1000, "{rubbish}");
            assert_eq!(since(&path, 2000), 1000, "{rubbish}");
        }
        assert_eq!(since(&dir.path().join("none/waiting.json"), 7), 7);
    }
}
