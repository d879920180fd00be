//! Where bundles come from: files dropped into the inbox, and USB sticks. Sticks are only read, and
//! only their top folder is looked at.

use super::{desk::Desk, thread};
use crate::{
    binding::BindingFile,
    enrolment,
    paths::Paths,
    sync::{Done, Feed, Handle, bundle_holds, is_bundle},
};
use notify::{
    Event, EventKind, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode, ModifyKind, RemoveKind},
};
use rustix::event::{PollFd, PollFlags, poll};
use std::{
    collections::HashSet,
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, Sender, channel},
    time::Duration,
};

/// Files of a stick's top folder that are looked at.
const MAX_FILES: usize = 1000;
const BIND_FILE: &str = "bind.toml";
/// A mount and its first reads come in a burst
const SETTLE: Duration = Duration::from_millis(200);

/// A file as it was when it was handed over: device, inode, bytes, time.
type Seen = (u64, u64, u64, i64);

/// Starts watching. The folders are made, where they can be.
pub fn start(paths: &Paths, handle: &Handle, desk: &Desk) {
    let (changed, changes) = channel();
    let inbox =
        Inbox { paths: paths.clone(), handle: handle.clone(), desk: desk.clone(), seen: HashSet::new() };
    watch_mounts(changed.clone());
    thread::spawn("inbox", move || inbox.watch(changed, &changes));
}

/// A bundle from the inbox that was taken in is removed; one that was not stays for its owner.
pub fn settle(paths: &Paths, path: &Path, done: &Done) {
    if done.result.is_ok()
        && path.parent() == Some(&paths.inbox())
        && let Err(error) = fs::remove_file(path)
    {
        tracing::warn!(%error, path = %path.display(), "the bundle is still in the inbox");
    }
}

struct Inbox {
    paths: Paths,
    handle: Handle,
    /// Binds by what a stick says
    desk: Desk,
    seen: HashSet<Seen>,
}

impl Inbox {
    fn watch(mut self, changed: Sender<()>, changes: &Receiver<()>) {
        let folders = [self.paths.inbox(), self.paths.sticks()];
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if event.is_ok_and(|event| is_whole(event.kind)) {
                // The program ends where nobody hears
                let _ = changed.send(());
            }
        });
        let mut watcher = match watcher {
            Ok(watcher) => watcher,
            Err(error) => return tracing::error!(%error, "bundles are not seen"),
        };
        for folder in &folders {
            let made = fs::create_dir_all(folder).map_err(notify::Error::io);
            // Not what lies deeper: a stick's folders and links could lead anywhere, and its mount is told of
            if let Err(error) = made.and_then(|()| watcher.watch(folder, RecursiveMode::NonRecursive)) {
                tracing::warn!(%error, folder = %folder.display(), "bundles here are not seen by themselves");
            }
        }
        loop {
            self.look();
            if changes.recv().is_err() {
                return;
            }
            while changes.recv_timeout(SETTLE).is_ok() {}
        }
    }

    /// Hands over what is new.
    fn look(&mut self) {
        let feed = self.feed();
        let mut found = files(&self.paths.inbox());
        let sticks = fs::read_dir(self.paths.sticks()).into_iter().flatten().flatten();
        let sticks: Vec<PathBuf> = sticks.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
        let mut bind_files = vec![];
        for stick in sticks {
            bind_files.extend(bind_file(&stick));
            found.extend(ours(files(&stick), feed.as_ref()));
        }
        // One that was pulled and plugged in again is taken again
        self.seen.retain(|seen| found.iter().chain(&bind_files).any(|(_, now)| now == seen));
        for (path, seen) in bind_files {
            if self.seen.insert(seen) {
                match read_bind_file(&path) {
                    Ok(bytes) => self.desk.take_bind_file(bytes),
                    Err(error) => tracing::warn!(%error, path = %path.display(), "not read"),
                }
            }
        }
        for (path, seen) in found {
            if self.seen.insert(seen) {
                tracing::info!(path = %path.display(), "a bundle");
                self.handle.take_bundle(path);
            }
        }
    }

    fn feed(&self) -> Option<Feed> {
        let bound = BindingFile::new(self.paths.binding()).read().ok()??;
        Feed::of_binding(bound.feed.as_deref()?, &bound.binding).ok()
    }
}

/// What binds a unit, where a stick has it.
fn bind_file(stick: &Path) -> Option<(PathBuf, Seen)> {
    let path = stick.join(BIND_FILE);
    // Not what a link leads to
    let file = fs::symlink_metadata(&path).ok().filter(fs::Metadata::is_file)?;
    Some((path, (file.dev(), file.ino(), file.len(), file.mtime())))
}

/// No more than shows that it is too large.
fn read_bind_file(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![];
    File::open(path)?.take(enrolment::MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether a file may be whole, or gone, now.
const fn is_whole(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Access(AccessKind::Close(AccessMode::Write))
            | EventKind::Modify(ModifyKind::Name(_))
            | EventKind::Create(notify::event::CreateKind::Folder)
            | EventKind::Remove(RemoveKind::File | RemoveKind::Folder | RemoveKind::Any)
    )
}

/// The bundles of a folder, by name.
fn files(folder: &Path) -> Vec<(PathBuf, Seen)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().take(MAX_FILES);
    let mut found: Vec<(PathBuf, Seen)> = entries
        .filter_map(|entry| {
            let path = entry.path();
            // Not what a link leads to: a stick's could lead anywhere
            let file = fs::symlink_metadata(&path).ok().filter(fs::Metadata::is_file)?;
            let mut head = [0; 262];
            File::open(&path).ok()?.read_exact(&mut head).ok()?;
            is_bundle(&head).then(|| (path, (file.dev(), file.ino(), file.len(), file.mtime())))
        })
        .collect();
    found.sort();
    found
}

/// Of a stick for many shelves, those that hold this one; where none does, the first says so.
fn ours(bundles: Vec<(PathBuf, Seen)>, feed: Option<&Feed>) -> Vec<(PathBuf, Seen)> {
    let Some(feed) = feed else { return bundles.into_iter().take(1).collect() };
    let holds = |path: &Path| {
        File::open(path)
            .is_ok_and(|mut file| file.seek(SeekFrom::Start(0)).is_ok() && bundle_holds(file, &feed.subject))
    };
    let ours: Vec<_> = bundles.iter().filter(|(path, _)| holds(path)).cloned().collect();
    if ours.is_empty() { bundles.into_iter().take(1).collect() } else { ours }
}

/// The kernel tells of a mount in this way, and in no other: an inotify watch does not see it.
fn watch_mounts(changed: Sender<()>) {
    let mounts = match File::open("/proc/self/mountinfo") {
        Ok(mounts) => mounts,
        Err(error) => return tracing::warn!(%error, "sticks are not seen by themselves"),
    };
    thread::spawn("mounts", move || {
        loop {
            let mut waited = [PollFd::new(&mounts, PollFlags::PRI | PollFlags::ERR)];
            match poll(&mut waited, None) {
                Ok(_) => {}
                Err(rustix::io::Errno::INTR) => continue,
                Err(error) => return tracing::warn!(%error, "sticks are not seen by themselves"),
            }
            if changed.send(()).is_err() {
                return;
            }
        }
    });
}
