//! Commands that only read leave a unit's state exactly as it is, whatever state it is in.

use crate::rig::{Rig, item, shelf};
use cloud_shelf::{
    pin::{Pin, PinFile},
    telemetry::{Ceiling, DeviceKey, Outbox},
    unit::{Bound, ThisUnit},
};
use cloud_shelf_core::{
    clock::{Clock, SystemClock},
    domain::Sha256,
    panel::{Rotation, ScreenFile, ScreenSetup},
    paths::Paths,
    publish::TableOptions,
    report::Event,
};
use rusqlite::Connection;
use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

const LINE: &str = "启赋品牌，门店id：184454101，设备id:8F6A77C73E";

/// The commands that only read. The slow ones run in fewer states.
const QUICK: [&[&str]; 8] = [
    &["status"],
    &["status", "--json"],
    &["facts"],
    &["screen"],
    &["show", "attract"],
    &["screenshot", "-"],
    &["check", "bindings", LINE],
    &["doctor", "--json", "--root", "machine"],
];
const SLOW: [&[&str]; 1] = [&["bundle", "-"]];

/// What can be wrong with a file.
const FAULTS: [&str; 6] = ["damaged", "empty", "a folder", "a dangling link", "without permissions", "newer"];

/// A unit's files, to be copied for each state.
struct Unit {
    root: TempDir,
}

impl Unit {
    fn copied(&self) -> Self {
        let root = tempfile::tempdir().unwrap();
        copy(self.root.path(), root.path());
        Self { root }
    }

    fn paths(&self) -> Paths {
        let at = |name| Some(self.root.path().join(name));
        Paths::new(at("state"), at("config.toml"), None)
    }

    /// Every file that a program reads of a unit.
    fn files(&self) -> Vec<PathBuf> {
        let paths = self.paths();
        paths.files().into_iter().chain([paths.config().to_owned(), paths.update_ledger()]).collect()
    }

    fn spoil(&self, file: &Path, fault: &str) {
        let is_database = file.extension() == Some(OsStr::new("db"));
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        match fault {
            "newer" if is_database && file.exists() => {
                let db = Connection::open(file).unwrap();
                db.pragma_update(None, "user_version", 99).unwrap();
                return;
            }
            "without permissions" => {
                if !file.exists() {
                    fs::write(file, "{}").unwrap();
                }
                return fs::set_permissions(file, fs::Permissions::from_mode(0o000)).unwrap();
            }
            _ => {}
        }
        let _ = fs::remove_file(file);
        match fault {
            "damaged" => fs::write(file, "\0\0 not { what = it should [be").unwrap(),
            "empty" => fs::write(file, "").unwrap(),
            "a folder" => fs::create_dir(file).unwrap(),
            "a dangling link" => symlink(self.root.path().join("nowhere"), file).unwrap(),
            "newer" => fs::write(file, r#"{"schema":99,"new":["form"]}"#).unwrap(),
            other => panic!("{other}"),
        }
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cloud-shelfctl"));
        let paths = self.paths();
        command.env_clear().env("PATH", self.root.path().join("bin")).current_dir(self.root.path());
        command.arg("--state").arg(paths.state_dir()).arg("--config").arg(paths.config()).args(args);
        command.stdin(Stdio::null()).output().unwrap()
    }

    /// Runs commands, and returns what they have changed, although they only read.
    fn changed_by<'a>(
        &self,
        state: &str,
        commands: impl IntoIterator<Item = &'a &'a [&'a str]>,
    ) -> Vec<String> {
        let mut problems = vec![];
        for args in commands {
            let before = listing(self.root.path());
            let output = self.run(args);
            assert!(output.status.code().is_some(), "{state}: {args:?} was killed: {output:?}");
            let after = listing(self.root.path());
            let paths = before.keys().chain(after.keys().filter(|path| !before.contains_key(*path)));
            for path in paths.filter(|path| before.get(*path) != after.get(*path)) {
                let (was, is) = (before.get(path), after.get(path));
                problems.push(format!("{state}: {args:?} has changed {}: {was:?}, {is:?}", path.display()));
            }
        }
        problems
    }
}

fn none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// What there is to see of a file or a folder: mode, length, time of modification, and content.
#[derive(Debug, PartialEq, Eq)]
struct Trace {
    mode: u32,
    length: u64,
    modified: (i64, i64),
    content: String,
}

/// Lists everything below a folder, and the folder itself: a file that is made and deleted again changes its
/// folder's time.
fn listing(root: &Path) -> BTreeMap<PathBuf, Trace> {
    let mut found = BTreeMap::new();
    let mut left = vec![root.to_owned()];
    while let Some(path) = left.pop() {
        let about = fs::symlink_metadata(&path).unwrap();
        let content = if about.is_dir() {
            left.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            String::new()
        } else if about.is_symlink() {
            fs::read_link(&path).unwrap().display().to_string()
        } else {
            fs::read(&path).map_or_else(|error| error.to_string(), |bytes| Sha256::digest(&bytes).to_string())
        };
        let modified = (about.mtime(), about.mtime_nsec());
        found.insert(path, Trace { mode: about.mode(), length: about.len(), modified, content });
    }
    found
}

/// A feed, and a unit that is bound to it and has everything that a unit can have.
fn unit() -> (Rig, Unit) {
    let rig = Rig::new();
    rig.publish_at(
        vec![item(2, "奶粉", &[1]), item(3, "尿布", &[2])],
        SystemClock.now(),
        TableOptions::default(),
    );
    rig.round().unwrap();
    let unit = Unit { root: tempfile::tempdir().unwrap() };
    let paths = unit.paths();
    fs::create_dir_all(paths.state_dir()).unwrap();
    copy(rig.paths.state_dir(), paths.state_dir());
    for folder in ["bin", "machine"] {
        fs::create_dir(unit.root.path().join(folder)).unwrap();
    }
    fs::write(paths.config(), "[network]\nallow_private_feed = true\n").unwrap();
    let (store, device) =
        shelf(1).to_string().split_once('/').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let binding = cloud_shelf_core::binding::from_parts("启赋", &store, &device).bindings.remove(0).binding;
    let this = ThisUnit::new(&paths);
    this.write_binding(&Bound { binding, feed: Some(rig.feed.address.to_string()) }).unwrap();
    DeviceKey::load_or_make(&paths.device_key()).unwrap();
    PinFile::new(&paths).set(&Pin::parse("4711").unwrap()).unwrap();
    ScreenFile::new(paths.screen())
        .save(&ScreenSetup { rotation: Rotation::Quarter, ..ScreenSetup::default() })
        .unwrap();
    let mut outbox = Outbox::open(&paths, Ceiling::default(), &SystemClock).unwrap();
    outbox.record(&[(Event::Woken, SystemClock.now())], &[], SystemClock.now()).unwrap();
    (rig, unit)
}

#[test]
fn whoever_only_reads_changes_nothing() {
    let (_rig, whole) = unit();
    let all = || QUICK.iter().chain(&SLOW);
    let mut problems = whole.copied().changed_by("whole", all());

    let fresh = whole.copied();
    fs::remove_dir_all(fresh.paths().state_dir()).unwrap();
    fs::remove_file(fresh.paths().config()).unwrap();
    problems.extend(fresh.changed_by("without a state directory", all()));
    fs::create_dir(fresh.paths().state_dir()).unwrap();
    problems.extend(fresh.changed_by("with an empty state directory", all()));

    for fault in FAULTS {
        let spoilt = whole.copied();
        spoilt.files().iter().for_each(|file| spoilt.spoil(file, fault));
        problems.extend(spoilt.changed_by(&format!("every file {fault}"), all()));
    }
    none(&problems);
}

#[test]
fn whoever_only_reads_changes_nothing_beside_one_bad_file() {
    let (_rig, whole) = unit();
    let mut problems = vec![];
    for file in whole.files() {
        for fault in FAULTS {
            let spoilt = whole.copied();
            let name = file.strip_prefix(whole.root.path()).unwrap();
            spoilt.spoil(&spoilt.root.path().join(name), fault);
            problems.extend(spoilt.changed_by(&format!("{} {fault}", name.display()), &QUICK));
        }
    }
    none(&problems);
}

#[test]
fn whoever_only_reads_changes_nothing_of_a_database_that_a_killed_program_has_left() {
    let (_rig, whole) = unit();
    let all = || QUICK.iter().chain(&SLOW);
    let mut problems = vec![];
    for name in ["shelf.db", "outbox.db"] {
        let live = whole.copied();
        let at = |unit: &Unit, suffix: &str| unit.paths().state_dir().join(format!("{name}{suffix}"));
        let writer = Connection::open(at(&live, "")).unwrap();
        writer.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())).unwrap();
        writer.execute_batch("CREATE TABLE extra (a); INSERT INTO extra VALUES (1);").unwrap();
        assert!(fs::metadata(at(&live, "-wal")).unwrap().len() > 0, "the log must be hot");
        problems.extend(live.changed_by(&format!("{name} beside a live program"), all()));
        let dead = || {
            let dead = whole.copied();
            for suffix in ["", "-wal", "-shm"] {
                fs::copy(at(&live, suffix), at(&dead, suffix)).unwrap();
            }
            dead
        };
        problems.extend(dead().changed_by(&format!("{name} with a hot log"), all()));
        let alone = dead();
        fs::remove_file(at(&alone, "-shm")).unwrap();
        problems.extend(alone.changed_by(&format!("{name} with a hot log alone"), all()));
        let torn = dead();
        fs::write(at(&torn, "-shm"), "").unwrap();
        problems.extend(torn.changed_by(&format!("{name} with a hot log and torn shared memory"), &QUICK));
        let cut = dead();
        let log = fs::read(at(&cut, "-wal")).unwrap();
        fs::write(at(&cut, "-wal"), &log[..log.len() - 100]).unwrap();
        problems.extend(cut.changed_by(&format!("{name} with a log that is cut off"), &QUICK));
        for suffix in ["", "-wal", "-shm", "-journal"] {
            for fault in ["damaged", "empty", "a folder", "a dangling link"] {
                let spoilt = dead();
                spoilt.spoil(&at(&spoilt, suffix), fault);
                problems.extend(spoilt.changed_by(&format!("{name}{suffix} {fault}"), &QUICK));
            }
        }
    }
    none(&problems);
}

/// The proof that the tests above can fail.
#[test]
fn whoever_writes_is_noticed() {
    let (_rig, whole) = unit();
    for args in [&["bind", LINE][..], &["unbind"], &["pin", "--remove"], &["screen", "--rotation", "180"]] {
        let unit = whole.copied();
        let before = listing(unit.root.path());
        assert!(unit.run(args).status.success(), "{args:?}");
        assert!(listing(unit.root.path()) != before, "{args:?}");
    }
    // SQLite's own way to read only
    let unit = whole.copied();
    let before = listing(unit.root.path());
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let reader = Connection::open_with_flags(unit.paths().database(), flags).unwrap();
    reader.query_row("SELECT count(*) FROM catalog", [], |row| row.get::<_, i64>(0)).unwrap();
    drop(reader);
    assert!(listing(unit.root.path()) != before, "SQLite leaves its own files behind");
    // A file that is gone again
    let unit = whole.copied();
    let before = listing(unit.root.path());
    fs::write(unit.paths().state_dir().join("probe"), "").unwrap();
    fs::remove_file(unit.paths().state_dir().join("probe")).unwrap();
    assert!(listing(unit.root.path()) != before);
}

#[test]
fn a_damaged_binding_is_said_by_everybody_and_kept_by_whoever_binds_anew() {
    let (_rig, unit) = unit();
    let file = unit.paths().binding();
    fs::write(&file, "{\"schema\":1,\"bra").unwrap();
    for _ in 0..2 {
        let status = unit.run(&["status", "--lang", "en"]);
        assert!(String::from_utf8_lossy(&status.stderr).contains("damaged"), "{status:?}");
        let doctor = unit.run(&["doctor", "--lang", "en", "--root", "machine"]);
        assert!(String::from_utf8_lossy(&doctor.stdout).contains("can't be used"), "{doctor:?}");
    }
    let bound = unit.run(&["bind", LINE, "--lang", "en"]);
    assert!(bound.status.success(), "{bound:?}");
    assert!(String::from_utf8_lossy(&bound.stderr).contains("binding.json.damaged-1"), "{bound:?}");
    assert_eq!(fs::read(file.with_file_name("binding.json.damaged-1")).unwrap(), b"{\"schema\":1,\"bra");
    // A newer program's binding is nobody's to write over
    fs::write(&file, r#"{"schema":99}"#).unwrap();
    let refused = unit.run(&["bind", LINE, "--lang", "en"]);
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("newer"));
    assert_eq!(fs::read(&file).unwrap(), br#"{"schema":99}"#);
}
