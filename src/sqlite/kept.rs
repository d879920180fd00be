//! The file as it was before a later program brought it to its own schema, so that an earlier one
//! that comes back finds what it can read. There is one at the most.

use super::{Fault, Schema, set_aside::COMPANIONS};
use crate::{plain_file, watchdog};
use rusqlite::Connection;
use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

const MARK: &str = ".schema-";
/// Beside the copy, so that the unit can still write.
const ROOM: u64 = 64 << 20;

/// Keeps a copy of a file that has this schema. Whatever can't be copied does not hold the unit up:
/// going back would then cost a sync.
pub(super) fn keep(db: &Connection, path: &Path, schema: i64) {
    let target = with_suffix(path, &format!("{MARK}{schema}"));
    match copy(db, path, &target) {
        Ok(()) => tracing::info!(schema, "the database is kept as it was, before it gets a newer schema"),
        Err(error) => tracing::warn!(%error, schema, "the database can't be kept as it was"),
    }
}

fn copy(db: &Connection, path: &Path, target: &Path) -> io::Result<()> {
    let partial = with_suffix(target, ".part");
    for old in found(path).into_iter().map(|(_, old)| old).chain([partial.clone()]) {
        match fs::remove_file(old) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    let dir = path.parent().unwrap_or(Path::new("."));
    let needed = fs::metadata(path)?.len().saturating_add(ROOM);
    let space = rustix::fs::statvfs(dir)?;
    if space.f_bavail.saturating_mul(space.f_frsize) < needed {
        return Err(io::ErrorKind::StorageFull.into());
    }
    // What is still in the log is in the copy, too
    let name = partial.to_str().ok_or(io::ErrorKind::InvalidFilename)?;
    db.execute("VACUUM INTO ?1", [name]).map_err(io::Error::other)?;
    let copy = plain_file::open(&partial)?;
    // A whole database on its way to a slow card
    watchdog::waiting(|| copy.sync_all())?;
    fs::rename(&partial, target)?;
    File::open(dir)?.sync_all()
}

/// Puts the copy that this program can read into the place of a later program's file; false where
/// there is none. What the later program has taken in since is lost with its file.
pub fn take_back(path: &Path, schema: &Schema) -> Result<bool, Fault> {
    let newest = found(path).into_iter().filter(|(number, _)| *number <= schema.known()).max();
    let Some((_, kept)) = newest else { return Ok(false) };
    let put = || -> io::Result<()> {
        // A log that stayed behind would be played into the old file
        for companion in COMPANIONS {
            match fs::remove_file(with_suffix(path, companion)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        let dir = path.parent().unwrap_or(Path::new("."));
        File::open(dir)?.sync_all()?;
        fs::rename(&kept, path)?;
        File::open(dir)?.sync_all()
    };
    put().map_err(Fault::Unwritable)?;
    Ok(true)
}

/// The copies, with their schemas.
fn found(path: &Path) -> Vec<(i64, PathBuf)> {
    let (Some(dir), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return Vec::new();
    };
    let prefix = format!("{name}{MARK}");
    let schema =
        |path: &Path| -> Option<i64> { path.file_name()?.to_str()?.strip_prefix(&prefix)?.parse().ok() };
    let entries = fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter_map(|path| Some((schema(&path)?, path))).collect()
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
