//! A sync that is killed at any instant, or whose writes fail, leaves the old or the new catalog.

use crate::rig::{Rig, item, route, shelf};
use cloud_shelf::{
    store::Store,
    sync::Follower,
    telemetry::{Ceiling, Outbox},
    unit::{Bound, ThisUnit},
};
use cloud_shelf_core::{
    clock::SystemClock,
    domain::{Binding, Sha256},
    paths::Paths,
    report::Event,
};
use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

const OLD: [&str; 2] = ["旧一", "旧二"];
const NEW: [&str; 5] = ["新一", "新二", "新三", "新四", "新五"];

/// A unit that shows the old catalog, and a server that has the new one.
struct Site {
    rig: Rig,
    config: PathBuf,
    outbox: Vec<u8>,
}

impl Site {
    fn new() -> Self {
        let rig = Rig::new();
        rig.publish(vec![item(1, OLD[0], &[1, 2]), item(2, OLD[1], &[3])]);
        rig.round().unwrap();
        let subject = shelf(1);
        let binding = Binding {
            brand: "启赋".into(),
            store: subject.store().clone(),
            device: subject.device().clone(),
        };
        let bound = Bound { binding, feed: Some(rig.feed.address.to_string()) };
        ThisUnit::new(&rig.paths).write_binding(&bound).unwrap();
        let mut outbox = Outbox::open(&rig.paths, Ceiling::default(), &SystemClock).unwrap();
        outbox.claim(&subject.to_string()).unwrap();
        outbox.record(&[(Event::Woken, 1_800_000_000)], &[], 1_800_000_000).unwrap();
        drop(outbox);
        let outbox = fs::read(rig.paths.outbox()).unwrap();
        let config = rig.root.path().join("settings.toml");
        fs::write(&config, "[network]\nallow_private_feed = true\n").unwrap();
        let items = NEW.iter().zip(1..).map(|(title, n)| item(n, title, &[n, 10 + n]));
        rig.publish(items.collect());
        rig.server.seen();
        Self { rig, config, outbox }
    }

    /// Creates another unit with the same state.
    fn unit(&self, name: &str) -> Paths {
        let state = self.rig.root.path().join(name);
        copy(self.rig.paths.state_dir(), &state);
        Paths::new(Some(state), Some(self.config.clone()), None)
    }

    fn sync(&self, paths: &Paths) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cloud-shelfctl"));
        command.arg("--state").arg(paths.state_dir()).arg("--config").arg(&self.config).arg("sync");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Checks a unit after a crash: it shows one of the two catalogs, and all other files are
    /// intact. Then the next sync completes, and downloads nothing that is already there. Returns
    /// whether the new catalog was there.
    fn check(&self, paths: &Paths, what: &str) -> bool {
        let store = Store::open(paths).unwrap();
        assert!(store.set_aside.is_none(), "{what}: the database was damaged");
        let has = store.store.objects().unwrap();
        drop(store);
        let is_new = shows(paths, what);
        ThisUnit::new(paths).read_binding().unwrap().unwrap();
        assert_eq!(fs::read(paths.outbox()).unwrap(), self.outbox, "{what}: the outbox");

        self.rig.server.seen();
        let mut follower =
            Follower::new(paths, self.rig.feed.clone(), &route(), Arc::new(SystemClock)).unwrap();
        let mut heard = crate::rig::Heard { progress: Vec::new(), until: None };
        follower.round(true, &mut heard).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(shows(paths, what), "{what}: the next sync has not completed");
        let again: Vec<String> = self.rig.asked().into_iter().filter(|path| named(path, &has)).collect();
        assert!(again.is_empty(), "{what}: {again:?} was downloaded again");
        fs::remove_dir_all(paths.state_dir()).unwrap();
        is_new
    }
}

/// Whether the current catalog is the new one; panics on a mixture.
fn shows(paths: &Paths, what: &str) -> bool {
    let snapshot = Store::open_read_only(paths).unwrap().snapshot().unwrap().unwrap();
    let titles: Vec<&str> = snapshot.items.iter().map(|item| item.title.as_str()).collect();
    let pictures: usize = snapshot.items.iter().map(|item| item.pictures.len()).sum();
    match (&titles[..], pictures) {
        (titles, 3) if *titles == OLD => false,
        (titles, 10) if *titles == NEW => true,
        other => panic!("{what}: neither the one nor the other: {other:?}"),
    }
}

fn named(path: &str, objects: &HashSet<Sha256>) -> bool {
    let name = path.strip_prefix("/v1/objects/").and_then(|name| name.parse().ok());
    name.is_some_and(|name| objects.contains(&name))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Kills at so many instants, spread over the duration of a sync.
fn kill_at(instants: u32, seed: u32) {
    let site = Site::new();
    let whole = site.unit("whole");
    let start = Instant::now();
    assert!(site.sync(&whole).status().unwrap().success());
    let took = start.elapsed();
    assert!(shows(&whole, "undisturbed"));
    let mut noise = seed;
    let (mut old, mut new) = (0, 0);
    for instant in 0..instants {
        let paths = site.unit(&format!("unit-{instant}"));
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let wait = took.mul_f64(1.1 * f64::from(noise >> 8) / f64::from(1 << 24));
        let mut program = site.sync(&paths).spawn().unwrap();
        wait_and_kill(&mut program, wait);
        if site.check(&paths, &format!("killed after {wait:?}")) { new += 1 } else { old += 1 }
    }
    assert!(old > 0 && new > 0, "the instants are not spread over the swap: {old} {new}");
}

fn wait_and_kill(program: &mut Child, wait: Duration) {
    // The delay is what is being tested
    thread::sleep(wait);
    // The program may have finished
    let _ = program.kill();
    program.wait().unwrap();
}

#[test]
fn killed_at_250_instants_it_leaves_one_or_the_other() {
    kill_at(250, 1);
}

#[test]
fn killed_at_250_more_it_leaves_one_or_the_other() {
    kill_at(250, 2);
}

/// Builds a library that makes the nth write to a regular file fail, in every program that loads
/// it.
fn failing_writes(folder: &Path) -> PathBuf {
    let library = folder.join("failing_writes.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/failing_writes.c");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&library)
        .arg(source)
        .arg("-ldl")
        .status()
        .unwrap();
    assert!(built.success());
    library
}

/// Makes each write fail in turn, until one more than there are.
fn fail_each_write(error: &str, for_good: bool) {
    let site = Site::new();
    let library = failing_writes(site.rig.root.path());
    let mut failed = 0;
    for number in 1..5000 {
        let what = format!("write {number} fails with {error}");
        let paths = site.unit(&format!("unit-{number}"));
        let status = site
            .sync(&paths)
            .env("LD_PRELOAD", &library)
            .env("FAIL_WRITE", number.to_string())
            .env("FAIL_WITH", error)
            .env("FAIL_FOR_GOOD", if for_good { "1" } else { "0" })
            .status()
            .unwrap();
        let code = status.code().unwrap_or_else(|| panic!("{what}: it was killed: {status}"));
        let is_new = site.check(&paths, &what);
        match code {
            // After the swap, a failed write costs thumbnails at most, which are made later
            0 | 1 => failed += u32::from(code == 1),
            other => panic!("{what}: exit code {other}, which says that it is not this unit's disk"),
        }
        assert!(code == 1 || is_new, "{what}: it reported success");
        if code == 0 && number > failed + 50 {
            break;
        }
    }
    assert!(failed > 20, "the writes do not fail: {failed}");
}

#[test]
fn with_a_full_disk_from_any_write_on_it_leaves_one_or_the_other() {
    fail_each_write("ENOSPC", true);
}

#[test]
fn with_an_error_at_any_write_it_leaves_one_or_the_other() {
    fail_each_write("EIO", false);
}
