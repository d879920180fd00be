//! Makes sure that SQLite opens a regular file with regular companions.

use super::{SqliteError, set_aside::COMPANIONS};
use crate::plain_file::{NotPlain, NotPlainReason, PlainPath, find_not_plain};
use std::{
    io,
    path::{Path, PathBuf},
};

/// Resolves the links in a file's directory. SQLite is told to follow no link, and would therefore
/// also refuse a state directory that an administrator has moved. Refuses companions that are not
/// regular files, because SQLite opens them, too, and would wait for a pipe for ever.
pub(super) fn resolve_path(path: &Path) -> Result<PathBuf, SqliteError> {
    let name =
        path.file_name().ok_or_else(|| SqliteError::Unreadable(io::ErrorKind::InvalidFilename.into()))?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let missing = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => SqliteError::Missing,
        _ => SqliteError::Unreadable(error),
    };
    let path = parent.canonicalize().map_err(missing)?.join(name);
    match PlainPath::new(&path).length() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        // Set aside like a damaged file; the link's target is not touched
        Err(error) => match find_not_plain(&error) {
            Some(NotPlain {
                reason: NotPlainReason::Link | NotPlainReason::Folder | NotPlainReason::Special,
                ..
            }) => {
                return Err(SqliteError::damaged(&error.to_string()));
            }
            _ => return Err(SqliteError::Unreadable(error)),
        },
        Ok(_) => {}
    }
    for companion in COMPANIONS {
        let mut companion_path = path.clone().into_os_string();
        companion_path.push(companion);
        match PlainPath::new(Path::new(&companion_path)).length() {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(SqliteError::Unreadable(error));
            }
            _ => {}
        }
    }
    Ok(path)
}
