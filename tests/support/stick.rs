//! Events in the inbox and on a stick, as a script with one action per line. The fuzzer writes
//! scripts; the invariants are checked after each action.
//!
//! `bundle|other|file|link|folder PLACE NAME` creates something, where PLACE is `inbox` or `stick`;
//! `bind TEXT` creates a `bind.toml` on the stick; `move NAME NAME` and `remove NAME` act on the
//! inbox; `look` scans, and `take` or `refuse` decides on the bundle that was handed over first.

use cloud_shelf::{
    enrolment::BindFile,
    inbox::{Found, Inbox, Ledger, Refusal},
    sync::{Feed, is_bundle},
};
use cloud_shelf_core::{
    domain::{DeviceId, Message, StoreId},
    feed::{FeedAddress, Signer, Subject},
    paths::Paths,
};
use std::{
    collections::{HashSet, VecDeque},
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

const MAX_ACTS: usize = 64;
const MAX_NAME: usize = 100;

struct Scene {
    paths: Paths,
    stick: PathBuf,
    inbox: Inbox,
    ledger: Ledger,
    feed: Feed,
    handed: VecDeque<PathBuf>,
    refused: HashSet<PathBuf>,
    acts: usize,
}

/// Runs a script, and panics if an invariant is violated. Returns the number of accepted bundles.
pub fn play(script: &[u8]) -> usize {
    let state = tempfile::tempdir().unwrap();
    let paths = Paths::new(Some(state.path().into()), None, None);
    let (stick, ledger) = (paths.sticks().join("sda1"), Ledger::default());
    fs::create_dir_all(&stick).unwrap();
    fs::create_dir_all(paths.inbox()).unwrap();
    let subject = subject("184454101");
    let address =
        FeedAddress::new("https://feed.example.com", Signer::from_seed(&[1; 32]).public().into()).unwrap();
    let mut scene = Scene {
        inbox: Inbox::new(&paths, &ledger),
        feed: Feed { address, subject },
        handed: VecDeque::new(),
        refused: HashSet::new(),
        acts: 0,
        paths,
        stick,
        ledger,
    };
    let mut taken = 0;
    for line in String::from_utf8_lossy(script).lines().take(MAX_ACTS) {
        taken += usize::from(scene.act(line));
    }
    // Without further actions it finishes, and only refused bundles are left in the inbox
    for _ in 0..MAX_ACTS {
        let is_more = scene.look();
        while scene.take() {
            taken += 1;
        }
        if !is_more && scene.handed.is_empty() && scene.look_finds_nothing() {
            break;
        }
    }
    for path in entries(&scene.paths.inbox()) {
        let is_file = fs::symlink_metadata(&path).unwrap().is_file();
        let is_left = is_file && fs::read(&path).is_ok_and(|bytes| is_bundle(&bytes));
        assert!(!is_left || scene.refused.contains(&path), "{} was ignored", path.display());
    }
    taken
}

impl Scene {
    fn act(&mut self, line: &str) -> bool {
        self.acts += 1;
        let words: Vec<&str> = line.splitn(3, ' ').collect();
        match words[..] {
            ["look"] => drop(self.look()),
            ["take"] => return self.take(),
            ["refuse"] => self.refuse(),
            ["bind", ..] => {
                let text = line.strip_prefix("bind ").unwrap_or_default();
                self.put(self.stick.join("bind.toml"), |path| fs::write(path, text.replace("\\n", "\n")));
            }
            ["move", from, to] if is_name(from) && is_name(to) => {
                let (from, to) = (self.paths.inbox().join(from), self.paths.inbox().join(to));
                let is_moved = fs::rename(&from, &to).is_ok();
                if is_moved {
                    let _ = self.refused.remove(&from);
                    let _ = self.refused.remove(&to);
                }
                self.inbox.forget(&from);
                self.inbox.forget(&to);
            }
            ["remove", name] if is_name(name) => {
                let path = self.paths.inbox().join(name);
                let _ = fs::remove_file(&path);
                self.refused.remove(&path);
            }
            [what, place, name] if is_name(name) => {
                let folder = if place == "inbox" { self.paths.inbox() } else { self.stick.clone() };
                let (path, number) = (folder.join(name), self.acts);
                match what {
                    "bundle" => self.put(path, |path| fs::write(path, bundle("184454101", number))),
                    "other" => self.put(path, |path| fs::write(path, bundle("1", number))),
                    "file" => self.put(path, |path| fs::write(path, [number as u8; 400])),
                    "link" => self.put(path, |path| symlink("/etc/passwd", path)),
                    "folder" => self.put(path, |path| fs::create_dir(path)),
                    _ => {}
                }
            }
            _ => {}
        }
        false
    }

    /// Writes a file as a user does, with the notification that inotify sends.
    fn put(&mut self, path: PathBuf, make: impl FnOnce(&Path) -> std::io::Result<()>) {
        if fs::symlink_metadata(&path).is_ok_and(|there| !there.is_file()) {
            return;
        }
        if make(&path).is_ok() {
            self.refused.remove(&path);
            self.inbox.forget(&path);
        }
    }

    fn look(&mut self) -> bool {
        let Found { bundles, bind_files, is_more } = self.inbox.look(Some(&self.feed), |_| false);
        for path in bundles {
            assert!(fs::symlink_metadata(&path).unwrap().is_file(), "{} is not a file", path.display());
            self.handed.push_back(path);
        }
        for (path, bytes) in bind_files {
            assert!(
                path.starts_with(&self.stick) && bytes.len() as u64 <= cloud_shelf::enrolment::MAX_BYTES + 1
            );
            let _ = BindFile::parse(&bytes);
        }
        let (left, count) = self.ledger.left();
        assert!(left.len() <= count);
        for left in left {
            let Message { zh, en } = left.message();
            assert!(![left.name(), zh.into(), en.into()].iter().any(|text| text.contains(char::is_control)));
        }
        is_more
    }

    fn look_finds_nothing(&mut self) -> bool {
        let before = self.handed.len();
        self.look();
        self.handed.len() == before
    }

    fn take(&mut self) -> bool {
        let Some(path) = self.handed.pop_front() else { return false };
        let is_there = path.exists();
        let gone = Refusal { words: Message::fixed("没有了", "gone"), passes: false };
        self.ledger.settle(&self.paths, &path, (!is_there).then_some(&gone));
        is_there
    }

    fn refuse(&mut self) {
        let Some(path) = self.handed.pop_front() else { return };
        let no = Refusal { words: Message::fixed("不行", "no"), passes: false };
        self.ledger.settle(&self.paths, &path, Some(&no));
        self.refused.insert(path);
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= MAX_NAME && !name.contains(['/', '\0']) && name != "." && name != ".."
}

fn subject(store: &str) -> Subject {
    Subject::new(StoreId::parse(store).unwrap(), DeviceId::parse("8F6A77C73E").unwrap()).unwrap()
}

/// Returns a bundle with an unverified pointer for a store; different for each number, all of one
/// size.
fn bundle(store: &str, number: usize) -> Vec<u8> {
    let mut bytes = vec![0; 1024];
    let path = subject(store).path();
    bytes[..path.len()].copy_from_slice(path.as_bytes());
    bytes[100..108].copy_from_slice(b"0000644\0");
    bytes[124..136].copy_from_slice(b"00000000010\0");
    bytes[156] = b'0';
    bytes[257..265].copy_from_slice(b"ustar\x0000");
    bytes[148..156].copy_from_slice(b"        ");
    let sum: u32 = bytes[..512].iter().map(|byte| u32::from(*byte)).sum();
    bytes[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    bytes[512..520].copy_from_slice(format!("{number:08}").as_bytes());
    bytes
}
