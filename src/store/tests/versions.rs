//! Upgrade and downgrade: a database that meets a newer program, then an older one.

use super::sample::{draft, open, paths, put};
use crate::store::{KNOWN_SCHEMA, Store, StoreError};
use rusqlite::Connection;
use std::{fs, path::Path};

/// Returns the copies beside the database, and other files named like one.
fn copies(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name.starts_with("shelf.db.")).collect();
    names.sort();
    names
}

/// Changes a file as a newer program would.
fn make_newer(path: &Path) {
    let db = Connection::open(path).unwrap();
    db.pragma_update(None, "user_version", KNOWN_SCHEMA + 1).unwrap();
    db.execute_batch("ALTER TABLE counter ADD COLUMN later INTEGER").unwrap();
}

#[test]
fn a_file_is_kept_before_it_gets_a_newer_schema() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/db/v1.db");
    fs::copy(&old, paths.database()).unwrap();
    // Left over from an earlier attempt and an earlier update
    fs::write(dir.path().join("shelf.db.schema-0"), "old").unwrap();
    fs::write(dir.path().join("shelf.db.schema-1.part"), "half").unwrap();
    assert!(matches!(Store::open_read_only(&paths), Err(StoreError::Older { found: 1, .. })));
    Store::suit(&paths).unwrap();
    assert!(Store::open_read_only(&paths).unwrap().snapshot().unwrap().is_some());
    assert_eq!(copies(dir.path()), ["shelf.db.schema-1"]);
    let kept = Connection::open(dir.path().join("shelf.db.schema-1")).unwrap();
    let number = |sql: &str| kept.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let original = Connection::open(&old).unwrap();
    let items = original.query_row("SELECT count(*) FROM item", [], |row| row.get::<_, i64>(0)).unwrap();
    assert!(items > 0);
    assert_eq!((number("PRAGMA user_version"), number("SELECT count(*) FROM item")), (1, items));
    assert_eq!(kept.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)).unwrap(), "ok");
    // Opening the file again changes nothing
    drop(open(&paths));
    assert_eq!(copies(dir.path()), ["shelf.db.schema-1"]);
}

#[test]
fn an_earlier_program_gets_its_own_file_back() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    let mut store = open(&paths);
    let picture = put(&mut store, 1, 3000);
    store.swap_catalog(&draft(1, 5, &[picture])).unwrap();
    drop(store);
    fs::copy(paths.database(), dir.path().join(format!("shelf.db.schema-{KNOWN_SCHEMA}"))).unwrap();
    make_newer(&paths.database());
    fs::write(dir.path().join("shelf.db-wal"), "a log of the newer program").unwrap();
    Store::suit(&paths).unwrap();
    let reader = Store::open_read_only(&paths).unwrap();
    assert_eq!(reader.snapshot().unwrap().unwrap().items.len(), 5);
    assert_eq!(copies(dir.path()), [""; 0]);
    drop(reader);
    assert_eq!(open(&paths).swap_catalog(&draft(2, 7, &[])).unwrap().version, 2);
}

#[test]
fn a_later_file_stays_where_nothing_older_was_kept() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    open(&paths).swap_catalog(&draft(1, 5, &[])).unwrap();
    make_newer(&paths.database());
    fs::write(dir.path().join(format!("shelf.db.schema-{}", KNOWN_SCHEMA + 2)), "of an even newer one")
        .unwrap();
    assert!(matches!(Store::suit(&paths), Err(StoreError::Newer { .. })));
    assert!(matches!(Store::open_read_only(&paths), Err(StoreError::Newer { .. })));
}

#[test]
fn a_unit_without_a_database_is_given_none() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    Store::suit(&paths).unwrap();
    assert!(!paths.database().exists());
}
