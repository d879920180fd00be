//! Opens SQLite files for writing, or for reading beside a writer.

use super::{
    Schema, SqliteError, backup, check_pages,
    schema::{FoundSchema, harden},
    set_aside::COMPANIONS,
};
use crate::plain_file::{NotPlain, NotPlainReason, PlainPath, find_not_plain};
use rusqlite::{Connection, OpenFlags};
use std::{
    fmt::Write as _,
    fs, io,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

/// Each connection belongs to one thread, and no symbolic link is followed.
const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_NO_MUTEX.union(OpenFlags::SQLITE_OPEN_NOFOLLOW);

/// Opens a file for writing, creates it if there is none, and migrates it to the known schema.
///
/// `whole` checks every page, which takes seconds for a big file on a slow SD card. The file of a
/// newer program is left as it is.
pub fn open(path: &Path, schema: &Schema, whole: bool) -> Result<Connection, SqliteError> {
    let path = &resolve_path(path)?;
    let flags = FLAGS | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut db = Connection::open_with_flags(path, flags)?;
    harden(&mut db)?;
    // Checked before anything is written
    let found = schema.find(&db)?;
    if let FoundSchema::Schema(found) = found
        && found > schema.known()
    {
        return Err(SqliteError::Newer { found, known: schema.known() });
    }
    if found == FoundSchema::Empty {
        // Only takes effect before the first table is created
        db.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    }
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    db.execute_batch("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 8388608;")?;
    if let FoundSchema::Schema(found) = found
        && found < schema.known()
    {
        backup::back_up(&db, path, found);
    }
    schema.migrate(&mut db)?;
    if whole {
        check_pages(&db)?;
    }
    Ok(db)
}

/// Opens a file for reading, beside any writer. Writes and creates nothing.
pub fn open_read_only(path: &Path, schema: &Schema) -> Result<Connection, SqliteError> {
    let path = &resolve_path(path)?;
    if !path.exists() {
        return Err(SqliteError::Missing);
    }
    let flags = FLAGS | OpenFlags::SQLITE_OPEN_READ_ONLY;
    let ready = |db| check_schema(db, schema);
    match Connection::open_with_flags(path, flags).map_err(SqliteError::from).and_then(ready) {
        // This user may not create the log. If there is no log to read, the file is complete by
        // itself and has no writer.
        Err(SqliteError::Unreadable(_) | SqliteError::Unwritable(_)) if !has_log(path) => {
            let flags = flags | OpenFlags::SQLITE_OPEN_URI;
            Connection::open_with_flags(immutable_uri(path), flags).map_err(SqliteError::from).and_then(ready)
        }
        result => result,
    }
}

/// Opens a damaged file, to read what can still be read.
pub fn open_damaged(path: &Path) -> Result<Connection, SqliteError> {
    let flags = FLAGS | OpenFlags::SQLITE_OPEN_READ_ONLY;
    let mut db = Connection::open_with_flags(resolve_path(path)?, flags)?;
    harden(&mut db)?;
    Ok(db)
}

/// Checks that the file of a connection is ours and has the known schema.
fn check_schema(mut db: Connection, schema: &Schema) -> Result<Connection, SqliteError> {
    harden(&mut db)?;
    db.pragma_update(None, "query_only", true)?;
    let known = schema.known();
    match schema.find(&db)? {
        FoundSchema::Schema(found) if found == known => Ok(db),
        FoundSchema::Schema(found) if found > known => Err(SqliteError::Newer { found, known }),
        FoundSchema::Schema(found) => Err(SqliteError::Older { found, known }),
        FoundSchema::Empty => Err(SqliteError::Missing),
    }
}

fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

/// Returns the file's URI with `immutable=1`, which tells SQLite that there is no writer.
fn immutable_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => write!(uri, "%{byte:02X}").unwrap_or_default(),
        }
    }
    uri + "?immutable=1"
}

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
