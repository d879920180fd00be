//! `gpu-tries`: how many starts in a row have used the GPU without confirming that it works.
//!
//! Without this count, a driver that crashes the program, or hangs until the watchdog does, would
//! do so for ever.

use crate::{durable, plain_file};
use std::{
    io,
    path::{Path, PathBuf},
};

/// Upper bound; the file has one digit.
const MAX_BYTES: u64 = 64;
/// Upper bound on starts; some of them may have ended in a power cut.
const MAX_TRIES: u32 = 3;

#[derive(Clone, Debug)]
pub struct GpuTrial {
    path: PathBuf,
}

impl GpuTrial {
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Counts a try before it is made; returns false if there have been too many.
    pub fn begin(&self) -> io::Result<bool> {
        let tries = tries(&self.path)?;
        if tries >= MAX_TRIES {
            return Ok(false);
        }
        durable::replace(&self.path, (tries + 1).to_string().as_bytes()).map(|()| true)
    }

    /// Resets the count: the GPU works, was given up in an orderly way, or is to be tried again.
    pub fn reset(&self) -> io::Result<()> {
        durable::remove(&self.path).map(drop)
    }
}

/// Reads the count; an invalid file counts as none.
fn tries(path: &Path) -> io::Result<u32> {
    let bytes = plain_file::read_if_exists(path, MAX_BYTES)?.unwrap_or_default();
    Ok(str::from_utf8(&bytes).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn after_three_starts_that_say_nothing_it_is_not_tried_again() {
        let dir = tempfile::tempdir().unwrap();
        let trial = GpuTrial::new(dir.path().join("gpu-tries"));
        for _ in 0..2 {
            assert!(trial.begin().unwrap());
        }
        trial.reset().unwrap();
        for _ in 0..MAX_TRIES {
            assert!(trial.begin().unwrap());
        }
        assert!(!trial.begin().unwrap());
        assert!(!trial.begin().unwrap());
        trial.reset().unwrap();
        trial.reset().unwrap();
        assert!(trial.begin().unwrap());
        fs::write(&trial.path, b"\xFF\xFE").unwrap();
        assert!(trial.begin().unwrap());
    }
}
