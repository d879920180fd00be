//! Looks at a SQLite file without leaving a trace: neither the file nor its companions are written, created or
//! deleted.
//!
//! SQLite's own read-only mode is not that: for a file in WAL mode it creates the log (`-wal`) and the shared
//! memory (`-shm`), and leaves both behind. What to do instead depends on what is there:
//!
//! - No log, or an empty one: the file is complete. It is opened as immutable.
//! - A log with shared memory: a program has the file open, or has died with it open. It is opened with read-only
//!   shared memory: SQLite takes part if there is a live program, and else reads the log into memory of its own.
//! - A log without shared memory, as after a restored backup, or with one that is of no use: it is opened without
//!   locks, with the log's index in memory.
//!
//! Where SQLite takes no locks, a program may begin to write meanwhile. That shows in the files' times and
//! lengths, and the reading is done again.

use super::{
    Schema, SqliteError,
    open::{FLAGS, check_schema, resolve_path, uri},
};
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// How often a reading is repeated because a program has begun to write, or has ended.
const TRIES: usize = 4;

const READ: OpenFlags = FLAGS.union(OpenFlags::SQLITE_OPEN_READ_ONLY).union(OpenFlags::SQLITE_OPEN_URI);

/// Reads a file that another program may be writing. Writes, creates and deletes nothing. Not for a program that
/// has the file open itself: closing a file a second time gives up the locks of the first.
pub fn inspect<T, E: From<SqliteError>>(
    path: &Path,
    schema: &Schema,
    read: impl Fn(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    let path = resolve_path(path)?;
    for _ in 0..TRIES {
        let before = Traces::of(&path);
        // SQLite deletes the log of an empty file, even if the file is opened for reading
        if before.file.as_ref().is_none_or(|file| file.length == 0) {
            return Err(SqliteError::Missing.into());
        }
        if before.is_shared()
            && let Ok(db) = beside_a_writer(&path, schema)
        {
            return read(&db);
        }
        let result = before.connect(&path, schema).map_err(E::from).and_then(|db| read(&db));
        if Traces::of(&path) == before {
            return result;
        }
    }
    Err(SqliteError::Busy.into())
}

/// Opens a file with its log and its shared memory. Fails if the shared memory is of no use to a reader that may
/// not write to it.
fn beside_a_writer(path: &Path, schema: &Schema) -> Result<Connection, SqliteError> {
    ready_to_leave(Connection::open_with_flags(uri(path, "readonly_shm=1"), READ)?, schema)
}

/// Like [`check_schema`], and never writes the log into the file, as the last program to close it usually does.
fn ready_to_leave(db: Connection, schema: &Schema) -> Result<Connection, SqliteError> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    check_schema(db, schema)
}

/// What a writer changes: of each file its identity, its length and its time of modification.
#[derive(PartialEq, Eq)]
struct Traces {
    file: Option<Trace>,
    log: Option<Trace>,
    shared_memory: Option<Trace>,
}

#[derive(PartialEq, Eq)]
struct Trace {
    inode: (u64, u64),
    length: u64,
    modified: (i64, i64),
}

impl Traces {
    fn of(path: &Path) -> Self {
        let trace = |path: &Path| {
            let about = fs::symlink_metadata(path).ok()?;
            let modified = (about.mtime(), about.mtime_nsec());
            Some(Trace { inode: (about.dev(), about.ino()), length: about.len(), modified })
        };
        Self {
            file: trace(path),
            log: trace(&companion(path, "-wal")),
            shared_memory: trace(&companion(path, "-shm")),
        }
    }

    /// Whether SQLite coordinates with a live program by its shared memory.
    const fn is_shared(&self) -> bool {
        self.log.is_some() && self.shared_memory.is_some()
    }

    /// Opens the file without any locks.
    fn connect(&self, path: &Path, schema: &Schema) -> Result<Connection, SqliteError> {
        let has_log = self.log.as_ref().is_some_and(|log| log.length > 0);
        let db = if has_log {
            // In exclusive mode SQLite needs no shared memory; this VFS takes no locks, which a file that is open
            // for reading can't have
            let db = Connection::open_with_flags_and_vfs(path, READ, "unix-none")?;
            db.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_| Ok(()))?;
            db
        } else {
            Connection::open_with_flags(uri(path, "immutable=1"), READ)?
        };
        ready_to_leave(db, schema)
    }
}

fn companion(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::{super::open, *};
    use std::collections::BTreeMap;

    const SCHEMA: Schema = Schema {
        application_id: 7,
        steps: &["CREATE TABLE t (n INTEGER NOT NULL); INSERT INTO t VALUES (1);"],
    };

    fn number(path: &Path) -> Result<i64, SqliteError> {
        inspect(path, &SCHEMA, |db| Ok(db.query_row("SELECT max(n) FROM t", [], |row| row.get(0))?))
    }

    /// Every file of a directory: its time of modification and its bytes.
    fn listing(dir: &Path) -> BTreeMap<String, (i64, i64, Vec<u8>)> {
        let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
        let file = |entry: fs::DirEntry| {
            let about = entry.metadata().unwrap();
            let bytes = fs::read(entry.path()).unwrap();
            (entry.file_name().into_string().unwrap(), (about.mtime(), about.mtime_nsec(), bytes))
        };
        entries.map(file).collect()
    }

    #[test]
    fn what_is_in_the_file_and_in_its_log_is_read_without_a_trace() {
        let (live, dead) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let writer = open(&live.path().join("a.db"), &SCHEMA, false).unwrap();
        writer.execute("INSERT INTO t VALUES (2)", []).unwrap();
        assert_eq!(number(&live.path().join("a.db")).unwrap(), 2, "beside a live writer");
        // What a program leaves behind that is killed
        for suffix in ["", "-wal", "-shm"] {
            let name = format!("a.db{suffix}");
            fs::copy(live.path().join(&name), dead.path().join(&name)).unwrap();
        }
        let file = dead.path().join("a.db");
        let unchanged = |what: &str, expected: Result<i64, ()>| {
            let before = listing(dead.path());
            assert_eq!(number(&file).map_err(drop), expected, "{what}");
            assert!(listing(dead.path()) == before, "{what} has left a trace");
        };
        unchanged("a log with its shared memory", Ok(2));
        fs::write(companion(&file, "-shm"), "").unwrap();
        unchanged("a log with empty shared memory", Ok(2));
        fs::write(companion(&file, "-shm"), [0xA5; 40_000]).unwrap();
        unchanged("a log with other shared memory", Ok(2));
        fs::remove_file(companion(&file, "-shm")).unwrap();
        unchanged("a log without shared memory", Ok(2));
        drop(writer);
        fs::copy(live.path().join("a.db"), &file).unwrap();
        fs::write(companion(&file, "-wal"), "").unwrap();
        unchanged("an empty log", Ok(2));
        fs::write(companion(&file, "-shm"), [0; 32768]).unwrap();
        unchanged("an empty log with shared memory", Ok(2));
        fs::remove_file(companion(&file, "-wal")).unwrap();
        unchanged("shared memory without a log", Ok(2));
        fs::remove_file(companion(&file, "-shm")).unwrap();
        unchanged("a file by itself", Ok(2));
        fs::write(&file, "no database").unwrap();
        unchanged("a damaged file", Err(()));
        fs::write(&file, "").unwrap();
        unchanged("an empty file", Err(()));
        fs::copy(live.path().join("a.db"), companion(&file, "-wal")).unwrap();
        unchanged("an empty file with a log", Err(()));
        fs::remove_file(&file).unwrap();
        unchanged("no file", Err(()));
    }

    #[test]
    fn a_writer_that_comes_and_goes_is_never_half_read() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.db");
        drop(open(&file, &SCHEMA, false).unwrap());
        let began = std::cell::Cell::new(0);
        let read = inspect(&file, &SCHEMA, |db| {
            let first: i64 = db.query_row("SELECT max(n) FROM t", [], |row| row.get(0))?;
            if began.replace(began.get() + 1) == 0 {
                let writer = open(&file, &SCHEMA, false)?;
                writer.execute("INSERT INTO t VALUES (5)", [])?;
            }
            Ok::<_, SqliteError>(first)
        });
        assert_eq!((read.unwrap(), began.get()), (5, 2));
    }
}
