//! Sets damaged files aside, beside the database, for later analysis.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

const MARK: &str = ".damaged-";
/// Number of damaged files kept: more would fill a failing SD card.
const KEPT: usize = 2;
/// Suffixes of the files that SQLite keeps beside a database.
pub(super) const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Moves the database and its companions out of the way, and returns the database's new path.
///
/// `now`, the Unix time in seconds, becomes part of the new name.
pub fn set_aside(database: &Path, now: i64) -> io::Result<PathBuf> {
    let target = (now.max(0)..)
        .map(|time| with_suffix(database, &format!("{MARK}{time}")))
        .find(|path| path.symlink_metadata().is_err())
        .unwrap_or_else(|| with_suffix(database, MARK));
    // The log goes first: SQLite would replay a log that stayed behind into the new database.
    for companion in COMPANIONS {
        match fs::rename(with_suffix(database, companion), with_suffix(&target, companion)) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
            _ => {}
        }
    }
    fs::rename(database, &target)?;
    let found = list_set_aside(database);
    for old in &found[..found.len().saturating_sub(KEPT)] {
        remove(old);
    }
    Ok(target)
}

/// Returns the databases that were set aside, oldest first.
pub fn list_set_aside(database: &Path) -> Vec<PathBuf> {
    let (Some(dir), Some(name)) = (database.parent(), database.file_name().and_then(|n| n.to_str())) else {
        return Vec::new();
    };
    let prefix = format!("{name}{MARK}");
    let time =
        |path: &Path| -> Option<i64> { path.file_name()?.to_str()?.strip_prefix(&prefix)?.parse().ok() };
    let mut found: Vec<(i64, PathBuf)> = fs::read_dir(dir)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter_map(|path| Some((time(&path)?, path)))
        .collect();
    found.sort();
    found.into_iter().map(|(_, path)| path).collect()
}

fn remove(path: &Path) {
    // What can't be removed is tried again next time. A link is removed, not its target
    let _ = if path.symlink_metadata().is_ok_and(|there| there.is_dir()) {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    for companion in COMPANIONS {
        let _ = fs::remove_file(with_suffix(path, companion));
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
