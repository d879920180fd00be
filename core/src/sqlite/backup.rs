//! Copy of a database from before a migration, so that a downgraded program finds a file it can
//! read. At most one copy exists.

use super::{Schema, SqliteError, set_aside::COMPANIONS};
use crate::{plain_file, watchdog};
use rusqlite::Connection;
use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

const MARK: &str = ".schema-";
/// Space to leave free beside the copy, so that the unit can still write.
const SPARE_BYTES: u64 = 64 << 20;

/// Copies a file that has this schema. A failure does not stop the unit: a downgrade would then
/// cost a sync.
pub(super) fn back_up(db: &Connection, path: &Path, schema: i64) {
    let target = with_suffix(path, &format!("{MARK}{schema}"));
    match copy(db, path, &target) {
        Ok(()) => tracing::info!(schema, "copied the database before migrating it"),
        Err(error) => tracing::warn!(%error, schema, "cannot copy the database before migrating it"),
    }
}

fn copy(db: &Connection, path: &Path, target: &Path) -> io::Result<()> {
    let partial = with_suffix(target, ".part");
    for old in find_backups(path).into_iter().map(|(_, old)| old).chain([partial.clone()]) {
        match fs::remove_file(old) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    let dir = path.parent().unwrap_or(Path::new("."));
    let needed = fs::metadata(path)?.len().saturating_add(SPARE_BYTES);
    let space = rustix::fs::statvfs(dir)?;
    if space.f_bavail.saturating_mul(space.f_frsize) < needed {
        return Err(io::ErrorKind::StorageFull.into());
    }
    // The copy includes what is still in the log
    let name = partial.to_str().ok_or(io::ErrorKind::InvalidFilename)?;
    db.execute("VACUUM INTO ?1", [name]).map_err(io::Error::other)?;
    let copy = plain_file::open(&partial)?;
    // A whole database on its way to a slow SD card
    watchdog::pause_during(|| copy.sync_all())?;
    fs::rename(&partial, target)?;
    File::open(dir)?.sync_all()
}

/// Replaces the file of a newer program by the copy that this program can read; false if there is
/// none. Data that the newer program has stored is lost with its file.
pub fn restore_backup(path: &Path, schema: &Schema) -> Result<bool, SqliteError> {
    let newest = find_backups(path).into_iter().filter(|(number, _)| *number <= schema.known()).max();
    let Some((_, kept)) = newest else { return Ok(false) };
    let put = || -> io::Result<()> {
        // SQLite would replay a log that stayed behind into the old file
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
    put().map_err(SqliteError::Unwritable)?;
    Ok(true)
}

/// Returns the copies with their schemas.
fn find_backups(path: &Path) -> Vec<(i64, PathBuf)> {
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
