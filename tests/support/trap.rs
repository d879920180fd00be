//! A unit whose state belongs to a user other than root, with traps in it.

use super::rig::{Rig, item};
use cloud_shelf_core::paths::Paths;
use notify::{EventKind, RecursiveMode, Watcher, event::AccessKind};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use std::{
    fs::{self, File, Permissions},
    io::Read,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

/// An unused user id.
pub const OWNER: u32 = 4242;
/// Deadline; past it a command counts as hanging.
pub const PATIENCE: Duration = Duration::from_secs(120);
pub const SECRET: &str = "{\"schema\":1,\"words\":\"only root may read this\"}";

pub fn is_root() -> bool {
    let root = rustix::process::geteuid().is_root();
    if !root {
        eprintln!("skipped: only root can act as two users");
    }
    root
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trap {
    Link,
    HardLink,
    Pipe,
}

/// A unit's state owned by [`OWNER`], next to files that only root may read, and a table to import,
/// `table.csv`.
pub struct Unit {
    pub rig: Rig,
}

pub const TABLE: &str = "商品,链接\n奶粉,https://detail.tmall.com/item.htm?id=567812345678\n";

impl Unit {
    /// Creates a unit bound to a feed, with items, a PIN and a screen set-up, all by root's commands.
    pub fn new() -> Self {
        let rig = Rig::new();
        fs::set_permissions(rig.root.path(), Permissions::from_mode(0o755)).unwrap();
        rig.publish(vec![item(1, "一段", &[1, 2])]);
        let unit = Self { rig };
        fs::create_dir(unit.state()).unwrap();
        unit.give(&unit.state());
        fs::create_dir(unit.root_only()).unwrap();
        fs::set_permissions(unit.root_only(), Permissions::from_mode(0o700)).unwrap();
        fs::write(unit.path("own.toml"), "[network]\nallow_private_feed = true\n").unwrap();
        let feed = unit.rig.feed.address.to_string();
        unit.good(&["bind", "--store", "184454101", "--device", "0000000001", "--feed", &feed]);
        unit.good(&["sync"]);
        unit.good(&["screen", "--rotation", "90"]);
        unit.good(&["pin", "--generate"]);
        fs::write(unit.path("table.csv"), TABLE).unwrap();
        copy(&unit.state(), &unit.path("whole"));
        unit
    }

    /// Restores the original state.
    pub fn restore(&self) {
        fs::remove_dir_all(self.state()).unwrap();
        copy(&self.path("whole"), &self.state());
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.rig.root.path().join(name)
    }

    pub fn state(&self) -> PathBuf {
        self.path("state")
    }

    pub fn root_only(&self) -> PathBuf {
        self.path("root")
    }

    pub fn give(&self, path: &Path) {
        std::os::unix::fs::lchown(path, Some(OWNER), Some(OWNER)).unwrap();
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cloud-shelfctl"));
        command
            .args(["--lang", "en"])
            .args(args)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("CLOUD_SHELF_STATE", self.state())
            .env("CLOUD_SHELF_CONFIG", self.path("own.toml"))
            .current_dir(self.root_only())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, args: &[&str]) -> Output {
        bounded(self.command(args).spawn().unwrap(), args)
    }

    #[track_caller]
    pub fn good(&self, args: &[&str]) -> Output {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {output:?}");
        output
    }

    pub fn paths(&self) -> Paths {
        Paths::new(Some(self.state()), None, None)
    }

    /// Returns every path that the programs use, including those beside databases and inside folders.
    pub fn files(&self) -> Vec<PathBuf> {
        let paths = self.paths();
        let mut files = paths.files();
        files.push(paths.update_ledger());
        for database in [paths.database(), paths.outbox()] {
            let beside = |end| PathBuf::from(format!("{}{end}", database.display()));
            files.extend(["-wal", "-shm", "-journal"].map(beside));
        }
        let catalog = self.rig.publisher();
        let objects = fs::read_dir(catalog.public().join("v1/objects")).unwrap();
        files.extend(objects.map(|entry| paths.downloads().join(entry.unwrap().file_name())));
        files
    }

    /// Puts a trap in a file's place; returns what was there.
    pub fn set(&self, trap: Trap, file: &Path, secret: &Path) {
        if let Some(folder) = file.parent().filter(|folder| !folder.exists()) {
            fs::create_dir(folder).unwrap();
            self.give(folder);
        }
        let _ = fs::remove_file(file);
        match trap {
            Trap::Link => {
                symlink(secret, file).unwrap();
                self.give(file);
            }
            Trap::HardLink => fs::hard_link(secret, file).unwrap(),
            Trap::Pipe => {
                mknodat(CWD, file, FileType::Fifo, Mode::from_raw_mode(0o666), 0).unwrap();
                self.give(file);
            }
        }
    }
}

/// Waits for a command; kills it at the deadline and fails.
pub fn bounded(mut child: Child, args: &[&str]) -> Output {
    let begun = Instant::now();
    let (out, err) = (tail(child.stdout.take()), tail(child.stderr.take()));
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
            let words = String::from_utf8_lossy(&err.recv().unwrap()).into_owned();
            panic!("{args:?} hangs: {words}");
        }
        thread::sleep(Duration::from_millis(3));
    }
    Output { status: child.wait().unwrap(), stdout: out.recv().unwrap(), stderr: err.recv().unwrap() }
}

pub fn tail(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.map(|mut pipe| pipe.read_to_end(&mut bytes));
        let _ = sender.send(bytes);
    });
    receiver
}

/// Guards a file that only root may read.
pub struct Guard {
    pub secret: PathBuf,
    /// Opened by the test itself, to know that all earlier events have arrived
    bell: PathBuf,
    opened: Receiver<PathBuf>,
    _watcher: notify::RecommendedWatcher,
}

impl Guard {
    pub fn new(unit: &Unit) -> Self {
        let secret = unit.root_only().join("secret");
        fs::write(&secret, SECRET).unwrap();
        fs::set_permissions(&secret, Permissions::from_mode(0o600)).unwrap();
        let bell = unit.root_only().join("bell");
        fs::write(&bell, "").unwrap();
        let (sender, opened) = channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let event = event.unwrap();
            assert!(!event.need_rescan(), "events are lost");
            if matches!(event.kind, EventKind::Access(AccessKind::Open(_))) {
                event.paths.into_iter().for_each(|path| drop(sender.send(path)));
            }
        })
        .unwrap();
        for path in [&secret, &bell] {
            watcher.watch(path, RecursiveMode::NonRecursive).unwrap();
        }
        let guard = Self { secret, bell, opened, _watcher: watcher };
        drop(File::open(&guard.secret).unwrap());
        assert!(guard.was_opened(), "opening the file is not noticed");
        guard
    }

    /// Returns whether the file has been opened since the last call. Events arrive through another thread, in
    /// order: after the event of opening the bell, all earlier ones have arrived.
    fn was_opened(&self) -> bool {
        drop(File::open(&self.bell).unwrap());
        let next = || self.opened.recv_timeout(PATIENCE).unwrap();
        std::iter::repeat_with(next).take_while(|path| *path != self.bell).count() > 0
    }

    /// Asserts that the file was not opened, changed, given away or printed.
    #[track_caller]
    pub fn check(&self, what: &str, output: &Output) {
        assert!(!self.was_opened(), "{what} has opened the file: {output:?}");
        let said = [&output.stdout[..], &output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(!said.contains("only root may read this"), "{what} printed the file: {said}");
        assert!(!said.contains("panicked"), "{what}: {said}");
        assert!(output.status.code().is_some(), "{what}: {output:?}");
        if !output.status.success() {
            assert!(!output.stderr.is_empty() || !output.stdout.is_empty(), "{what} printed nothing");
        }
        let file = fs::metadata(&self.secret).unwrap();
        assert_eq!((file.uid(), file.gid(), file.mode() & 0o7777), (0, 0, 0o600), "{what}");
        assert_eq!(file.len(), SECRET.len() as u64, "{what}");
    }

    pub fn is_whole(&self) -> bool {
        fs::read(&self.secret).unwrap() == SECRET.as_bytes()
    }
}

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").args(["-a", "-T", "--"]).args([from, to]).status().unwrap().success());
}
