//! Opens SQLite files for writing, or for reading beside a writer.

use super::{
    Fault, Schema, check, kept,
    place::place,
    schema::{Found, harden},
};
use rusqlite::{Connection, OpenFlags};
use std::{fmt::Write as _, fs, os::unix::ffi::OsStrExt, path::Path};

/// Each connection belongs to one thread, and no symbolic link is followed.
pub(super) const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_NO_MUTEX.union(OpenFlags::SQLITE_OPEN_NOFOLLOW);

/// Opens a file for writing, creates it if there is none, and migrates it to the known schema.
///
/// `whole` checks every page, which takes seconds for a big file on a slow SD card. The file of a
/// newer program is left as it is.
pub fn open(path: &Path, schema: &Schema, whole: bool) -> Result<Connection, Fault> {
    let path = &place(path)?;
    let flags = FLAGS | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut db = Connection::open_with_flags(path, flags)?;
    harden(&mut db)?;
    // Checked before anything is written
    let found = schema.find(&db)?;
    if let Found::Schema(found) = found
        && found > schema.known()
    {
        return Err(Fault::Newer { found, known: schema.known() });
    }
    if found == Found::Empty {
        // Only takes effect before the first table is created
        db.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    }
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    db.execute_batch("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 8388608;")?;
    if let Found::Schema(found) = found
        && found < schema.known()
    {
        kept::keep(&db, path, found);
    }
    schema.migrate(&mut db)?;
    if whole {
        check(&db)?;
    }
    Ok(db)
}

/// Opens a file for reading, beside any writer. Writes nothing to the file itself, but SQLite creates its log and
/// its shared memory if they are missing: see [`inspect`](super::inspect()) for leaving no trace.
pub fn open_read_only(path: &Path, schema: &Schema) -> Result<Connection, Fault> {
    let path = &place(path)?;
    if !path.exists() {
        return Err(Fault::Missing);
    }
    let flags = FLAGS | OpenFlags::SQLITE_OPEN_READ_ONLY;
    let ready = |db| ready(db, schema);
    match Connection::open_with_flags(path, flags).map_err(Fault::from).and_then(ready) {
        // This user may not create the log. If there is no log to read, the file is complete by
        // itself and has no writer.
        Err(Fault::Unreadable(_) | Fault::Unwritable(_)) if !has_log(path) => {
            let flags = flags | OpenFlags::SQLITE_OPEN_URI;
            Connection::open_with_flags(uri(path, "immutable=1"), flags).map_err(Fault::from).and_then(ready)
        }
        result => result,
    }
}

/// Opens a damaged file, to read what can still be read.
pub fn open_damaged(path: &Path) -> Result<Connection, Fault> {
    let flags = FLAGS | OpenFlags::SQLITE_OPEN_READ_ONLY;
    let mut db = Connection::open_with_flags(place(path)?, flags)?;
    harden(&mut db)?;
    Ok(db)
}

/// Checks that the file of a connection is ours and has the known schema.
pub(super) fn ready(mut db: Connection, schema: &Schema) -> Result<Connection, Fault> {
    harden(&mut db)?;
    db.pragma_update(None, "query_only", true)?;
    let known = schema.known();
    match schema.find(&db)? {
        Found::Schema(found) if found == known => Ok(db),
        Found::Schema(found) if found > known => Err(Fault::Newer { found, known }),
        Found::Schema(found) => Err(Fault::Older { found, known }),
        Found::Empty => Err(Fault::Missing),
    }
}

fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

/// Returns the file's URI with a parameter, such as `immutable=1`, which tells SQLite that there is no writer.
pub(super) fn uri(path: &Path, parameter: &str) -> String {
    let mut uri = String::from("file:");
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => write!(uri, "%{byte:02X}").unwrap_or_default(),
        }
    }
    uri + "?" + parameter
}
