//! Files that are truncated, overwritten, foreign or inaccessible.

use super::sample::{draft, open, open_checked, paths, put};
use crate::store::{HealthState, OpenOptions, Store, StoreError, health};
use cloud_shelf_core::{clock::FixedClock, paths::Paths};
use proptest::prelude::*;
use std::{env, fs, os::unix::fs::PermissionsExt, process::Command};

/// Creates a closed database with a catalog and some pictures.
fn filled(paths: &Paths) {
    let mut store = open(paths);
    let pictures: Vec<_> = (0..3).map(|seed| put(&mut store, seed, 9000)).collect();
    store.swap_catalog(&draft(7, 40, &pictures)).unwrap();
}

/// Checks that nothing invalid is shown whatever was done to the file, and that a writer gets a
/// working store.
fn survives(paths: &Paths, what: &str) {
    match Store::open_read_only(paths).and_then(|reader| reader.load()) {
        Ok(_) | Err(StoreError::Missing | StoreError::Damaged { .. }) => {}
        Err(other) => panic!("{what}: {other:?}"),
    }
    let mut store = open_checked(paths).store;
    let wanted = draft(8, 25, &[put(&mut store, 9, 5000)]);
    let version = store.swap_catalog(&wanted).unwrap_or_else(|error| panic!("{what}: {error:?}")).version;
    drop(store);
    let seen = Store::open_read_only(paths).unwrap().snapshot().unwrap().unwrap();
    assert!(wanted.is_in(&seen) && seen.version == version, "{what}");
    assert!(health(paths).is_ok(), "{what}");
}

#[test]
fn a_file_cut_at_any_length_is_survived() {
    let whole = tempfile::tempdir().unwrap();
    filled(&paths(whole.path()));
    let bytes = fs::read(paths(whole.path()).database()).unwrap();
    let cuts =
        (0..200).step_by(13).chain((200..bytes.len()).step_by(4096 - 5)).chain([4096, bytes.len() - 1]);
    for cut in cuts {
        let dir = tempfile::tempdir().unwrap();
        let paths = paths(dir.path());
        fs::write(paths.database(), &bytes[..cut]).unwrap();
        survives(&paths, &format!("cut to {cut} bytes"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn garbage_in_any_page_is_survived(
        spots in prop::collection::vec((any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 1..600)), 1..6)
    ) {
        let dir = tempfile::tempdir().unwrap();
        let paths = paths(dir.path());
        filled(&paths);
        let mut bytes = fs::read(paths.database()).unwrap();
        for (at, garbage) in &spots {
            let at = at.index(bytes.len());
            let end = bytes.len().min(at + garbage.len());
            bytes[at..end].copy_from_slice(&garbage[..end - at]);
        }
        fs::write(paths.database(), &bytes).unwrap();
        // If garbage raised the schema number, the file counts as a newer program's, and stays
        if !matches!(Store::open_read_only(&paths), Err(StoreError::Newer { .. } | StoreError::Older { .. })) {
            survives(&paths, "garbage");
        }
    }
}

#[test]
fn text_that_is_none_is_damage() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    filled(&paths);
    let db = rusqlite::Connection::open(paths.database()).unwrap();
    db.execute("UPDATE catalog SET brand_name = CAST(x'e5ba97ff' AS TEXT)", []).unwrap();
    drop(db);
    let read = Store::open_read_only(&paths).and_then(|reader| reader.load());
    assert!(matches!(read, Err(StoreError::Damaged { .. })), "{read:?}");
}

#[test]
fn what_is_no_database_is_set_aside_and_the_version_goes_on() {
    for (what, make) in [
        ("text", (|path| fs::write(path, "not a database ".repeat(1000)).unwrap()) as fn(&std::path::Path)),
        ("a directory", |path| fs::create_dir(path).unwrap()),
        ("another program's database", |path| {
            rusqlite::Connection::open(path).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
        }),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let paths = paths(dir.path());
        make(&paths.database());
        assert!(matches!(Store::open_read_only(&paths), Err(StoreError::Damaged { .. })), "{what}");
        assert!(matches!(health(&paths).state, HealthState::Failed(StoreError::Damaged { .. })), "{what}");
        let options = OpenOptions { clock: &FixedClock(1_790_000_000), ..OpenOptions::default() };
        let mut opened = Store::open_with(&paths, &options).unwrap();
        let aside = opened.set_aside.take().expect(what);
        assert_eq!(aside.file_name().unwrap(), "shelf.db.damaged-1790000000");
        assert!(aside.exists());
        assert_eq!(opened.store.swap_catalog(&draft(1, 1, &[])).unwrap().version, 1_790_000_001, "{what}");
        drop(opened);
        assert_eq!(health(&paths).set_aside, [aside]);
    }
}

#[test]
fn a_clock_that_was_ahead_does_not_make_versions_fall() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    filled(&paths);
    let db = rusqlite::Connection::open(paths.database()).unwrap();
    // Damage that leaves the counter readable
    db.execute_batch("UPDATE counter SET version = 2000000000; DROP TABLE item; DROP TABLE catalog;")
        .unwrap();
    drop(db);
    let options = OpenOptions { check: true, clock: &FixedClock(5), ..OpenOptions::default() };
    let mut opened = Store::open_with(&paths, &options).unwrap();
    assert!(opened.set_aside.is_some());
    assert_eq!(opened.store.swap_catalog(&draft(1, 1, &[])).unwrap().version, 2_000_000_001);
}

#[test]
fn numbers_that_no_program_writes_are_damage() {
    for garbage in [
        "UPDATE counter SET version = 9223372036854775807",
        "DELETE FROM counter",
        "PRAGMA user_version = 1953719668",
        "PRAGMA application_id = 7",
    ] {
        let dir = tempfile::tempdir().unwrap();
        let paths = paths(dir.path());
        filled(&paths);
        rusqlite::Connection::open(paths.database()).unwrap().execute_batch(garbage).unwrap();
        let opened = Store::open(&paths).unwrap();
        assert!(opened.set_aside.is_some(), "{garbage}");
        drop(opened);
        survives(&paths, garbage);
    }
}

#[test]
fn only_the_last_damaged_files_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    for now in [100, 200, 200, 300] {
        fs::write(paths.database(), [b'x'; 4096]).unwrap();
        let options = OpenOptions { clock: &FixedClock(now), ..OpenOptions::default() };
        assert!(Store::open_with(&paths, &options).unwrap().set_aside.is_some());
        fs::remove_file(paths.database()).unwrap();
    }
    let names: Vec<_> =
        health(&paths).set_aside.iter().map(|path| path.file_name().unwrap().to_owned()).collect();
    assert_eq!(names, ["shelf.db.damaged-201", "shelf.db.damaged-300"]);
}

#[test]
fn a_later_programs_file_is_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    filled(&paths);
    rusqlite::Connection::open(paths.database()).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = fs::read(paths.database()).unwrap();
    assert!(matches!(Store::open_read_only(&paths), Err(StoreError::Newer { found: 99, known: 2 })));
    assert!(matches!(Store::open(&paths), Err(StoreError::Newer { found: 99, known: 2 })));
    assert!(matches!(health(&paths).state, HealthState::Failed(StoreError::Newer { .. })));
    assert_eq!(fs::read(paths.database()).unwrap(), before);
}

#[test]
fn a_reader_moves_on_to_the_file_that_replaced_a_damaged_one() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    filled(&paths);
    let reader = Store::open_read_only(&paths).unwrap();
    assert_eq!(reader.catalog_version().unwrap(), 1);
    fs::rename(paths.database(), dir.path().join("away")).unwrap();
    assert!(matches!(reader.catalog_version(), Err(StoreError::Missing)));
    let wanted = draft(3, 3, &[]);
    open(&paths).swap_catalog(&wanted).unwrap();
    assert!(wanted.is_in(&reader.snapshot().unwrap().unwrap()));
}

#[test]
fn damage_met_while_writing_makes_the_next_writer_check() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    filled(&paths);
    let mut store = open(&paths);
    // The schema stays readable, the items' pages do not
    let mut bytes = fs::read(paths.database()).unwrap();
    bytes[8192..].fill(0xAA);
    fs::write(paths.database(), bytes).unwrap();
    let refused = store.swap_catalog(&draft(1, 3, &[]));
    assert!(matches!(refused, Err(StoreError::Damaged { .. })), "{refused:?}");
    drop(store);
    assert!(Store::open(&paths).unwrap().set_aside.is_some());
}

const STATE: &str = "CLOUD_SHELF_TEST_STORE";

fn read_as_nobody(paths: &Paths) {
    let seen = Store::open_read_only(paths).unwrap().snapshot().unwrap().unwrap();
    assert_eq!((seen.items.len(), seen.brand.name.as_str()), (40, "启赋 7"));
    assert!(health(paths).read_only);
    assert!(matches!(Store::open(paths), Err(StoreError::Unwritable(_))));
}

/// Permissions do not bind root, so the reader runs as nobody in a process of its own
#[test]
fn a_directory_that_cannot_be_written_is_read() {
    if let Some(state) = env::var_os(STATE) {
        return read_as_nobody(&paths(state.as_ref()));
    }
    let dir = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir().unwrap();
    let paths = paths(dir.path());
    filled(&paths);
    let run = || {
        let exe = env::current_exe().unwrap();
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(exe);
        let name = "store::tests::damage::a_directory_that_cannot_be_written_is_read";
        command.args(["--exact", name, "--nocapture"]).env(STATE, dir.path());
        command.output()
    };
    match run() {
        Ok(output) if output.status.success() => {
            assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "{output:?}");
        }
        Ok(output) if String::from_utf8_lossy(&output.stderr).contains("setpriv:") => {
            eprintln!("skipped: this user cannot drop privileges");
            return;
        }
        Ok(output) => panic!("{output:?}"),
        Err(_) => {
            eprintln!("skipped: setpriv is not installed");
            return;
        }
    }
    // And beside a writer whose log and shared memory belong to another user
    let mut store = open(&paths);
    store.swap_catalog(&draft(7, 40, &[])).unwrap();
    let output = run().unwrap();
    assert!(output.status.success(), "{output:?}");
}
