//! The threads that see bundles come: files dropped into the inbox, and USB sticks. What is done with them is
//! in [`crate::inbox`].

use super::{desk::Desk, thread, watch};
use crate::{
    binding::BindingFile,
    domain::Message,
    inbox::{Inbox, Ledger, LeftAlone, Why},
    paths::Paths,
    plain_file,
    sync::{Feed, Handle},
};
use notify::{
    Event, EventKind, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode, CreateKind, ModifyKind},
};
use rustix::event::{PollFd, PollFlags, poll};
use std::{
    collections::HashMap,
    fs::File,
    path::PathBuf,
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    time::{Duration, Instant},
};

/// A mount and its first reads come in a burst
const SETTLE: Duration = Duration::from_millis(200);
/// A file that nobody has written to for so long is whole, though nobody has said so: it came as a second name
/// of another, or its writer has gone.
const QUIET: Duration = Duration::from_secs(10);

/// What the watching threads have to tell.
enum News {
    Event(Event),
    /// Something else has changed: a mount, or a bundle is done with
    Look,
}

/// Has the inbox looked at again.
#[derive(Clone)]
pub struct Bell(Sender<News>);

impl Bell {
    pub fn ring(&self) {
        // The program ends where nobody hears
        let _ = self.0.send(News::Look);
    }
}

/// Starts watching. The folders are made, where they can be.
pub fn start(
    paths: &Paths,
    handle: &Handle,
    desk: &Desk,
    ledger: &Ledger,
    tell: impl Fn(&LeftAlone) + Send + 'static,
) -> Bell {
    let (sender, news) = channel();
    let watch = Watch {
        paths: paths.clone(),
        handle: handle.clone(),
        desk: desk.clone(),
        inbox: Inbox::new(paths, ledger),
        ledger: ledger.clone(),
        written: HashMap::new(),
        told: None,
        tell: Box::new(tell),
        bell: Bell(sender.clone()),
    };
    let bell = watch.bell.clone();
    watch_mounts(bell.clone());
    thread::spawn("inbox", move || watch.run(sender, &news));
    bell
}

struct Watch {
    paths: Paths,
    handle: Handle,
    /// Binds by what a stick says
    desk: Desk,
    inbox: Inbox,
    ledger: Ledger,
    /// Files that somebody is writing, and when they were last written to
    written: HashMap<PathBuf, Instant>,
    /// What was left alone and has been told; `None` before the first look, which finds what was there
    told: Option<Vec<LeftAlone>>,
    tell: Box<dyn Fn(&LeftAlone) + Send>,
    bell: Bell,
}

impl Watch {
    fn run(mut self, sender: Sender<News>, news: &Receiver<News>) {
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if let Ok(event) = event {
                // The program ends where nobody hears
                let _ = sender.send(News::Event(event));
            }
        });
        let mut watcher = match watcher {
            Ok(watcher) => watcher,
            Err(error) => return tracing::error!(%error, "bundles are not seen"),
        };
        for folder in [self.paths.inbox(), self.paths.sticks()] {
            let made = plain_file::folder(&folder).map_err(notify::Error::io);
            // Not what lies deeper: a stick's folders and links could lead anywhere, and its mount is told of
            if let Err(error) = made.and_then(|()| watcher.watch(&folder, RecursiveMode::NonRecursive)) {
                tracing::warn!(%error, folder = %folder.display(), "bundles here are not seen by themselves");
            }
        }
        loop {
            // Another binding may take what this one has refused. The watch begins before the binding is read
            let bell = self.bell.clone();
            let binding = watch::Watch::file(&self.paths.binding(), move || bell.ring());
            if let Err(error) = &binding {
                tracing::warn!(%error, "bundles that were refused are not tried with another binding");
            }
            self.look();
            if !self.wait(news) {
                return;
            }
        }
    }

    /// Waits for something to look at, until it has come to an end; false where there will be nothing.
    fn wait(&mut self, news: &Receiver<News>) -> bool {
        let mut due: Option<Instant> = None;
        loop {
            let quiet = self.written.values().min().map(|last| *last + QUIET);
            let again = self.ledger.next_due();
            let heard = match due.into_iter().chain(quiet).chain(again).min() {
                None => news.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(end) => news.recv_timeout(end.saturating_duration_since(Instant::now())),
            };
            match heard {
                Ok(news) => {
                    if self.hear(news) {
                        // What follows within the burst is looked at together
                        due = due.or(Some(Instant::now() + SETTLE));
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return false,
                Err(RecvTimeoutError::Timeout) => {
                    self.written.retain(|_, last| last.elapsed() < QUIET);
                    return true;
                }
            }
        }
    }

    /// Whether there is something to look at.
    fn hear(&mut self, news: News) -> bool {
        let News::Event(event) = news else { return true };
        if event.need_rescan() {
            self.inbox.forget_all();
            self.written.clear();
            return true;
        }
        let paths = event.paths;
        match event.kind {
            EventKind::Create(CreateKind::File) | EventKind::Modify(ModifyKind::Data(_)) => {
                self.written.extend(paths.into_iter().map(|path| (path, Instant::now())));
                false
            }
            EventKind::Access(AccessKind::Close(AccessMode::Write))
            | EventKind::Modify(ModifyKind::Name(_))
            | EventKind::Remove(_) => {
                for path in &paths {
                    self.written.remove(path);
                    self.inbox.forget(path);
                }
                true
            }
            EventKind::Create(_) => true,
            _ => false,
        }
    }

    /// Hands over what is new.
    fn look(&mut self) {
        let feed = self.feed();
        loop {
            let found = self.inbox.look(feed.as_ref(), |path| self.written.contains_key(path));
            for (path, bytes) in found.bind_files {
                tracing::info!(path = %path.display(), "a file that binds");
                self.desk.take_bind_file(bytes);
            }
            for path in found.bundles {
                tracing::info!(path = %path.display(), "a bundle");
                self.handle.take_bundle(path);
            }
            if !found.is_more {
                break;
            }
        }
        let left = self.ledger.left().0;
        if let Some(told) = &self.told {
            // What was refused has been told when it was
            let is_new = |left: &&LeftAlone| !told.contains(left) && !matches!(left.why, Why::Refused(_));
            left.iter().find(is_new).into_iter().for_each(|left| (self.tell)(left));
        }
        self.told = Some(left);
    }

    fn feed(&self) -> Option<Feed> {
        let bound = BindingFile::new(self.paths.binding()).read().ok()??;
        Feed::of_binding(bound.feed.as_deref()?, &bound.binding).ok()
    }
}

/// What the screen says of a file that was left alone.
pub fn headline(left: &LeftAlone) -> Message {
    let name = left.name();
    Message::new(format!("没有采用文件“{name}”"), format!("The file “{name}” was left alone"))
}

/// The kernel tells of a mount in this way, and in no other: an inotify watch does not see it.
fn watch_mounts(bell: Bell) {
    let mounts = match File::open("/proc/self/mountinfo") {
        Ok(mounts) => mounts,
        Err(error) => return tracing::warn!(%error, "sticks are not seen by themselves"),
    };
    thread::spawn("mounts", move || {
        loop {
            let mut waited = [PollFd::new(&mounts, PollFlags::PRI | PollFlags::ERR)];
            match poll(&mut waited, None) {
                Ok(_) => bell.ring(),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return tracing::warn!(%error, "sticks are not seen by themselves"),
            }
        }
    });
}
