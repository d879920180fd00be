//! The threads that see bundles come: files dropped into the inbox, and USB sticks. What is done with them is
//! in [`cloud_shelf::inbox`].

use super::{desk::Desk, thread, watch};
use cloud_shelf::{
    binding::BindingFile,
    inbox::{Inbox, Ledger, LeftAlone, Why},
    sync::{Feed, Handle},
};
use cloud_shelf_core::{domain::Message, paths::Paths, plain_file};
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

/// Debounce: a mount and its first reads cause a burst of events
const SETTLE: Duration = Duration::from_millis(200);
/// A file without a write for this long counts as complete even without a close event: it is a hard link, or
/// its writer has died.
const QUIET: Duration = Duration::from_secs(10);

/// Messages of the watching threads.
enum News {
    Event(Event),
    /// Anything else that calls for a scan: a changed mount, or a bundle that is finished
    Look,
}

/// Requests another scan of the inbox.
#[derive(Clone)]
pub struct Bell(Sender<News>);

impl Bell {
    pub fn ring(&self) {
        // No receiver: the program is ending
        let _ = self.0.send(News::Look);
    }
}

/// Starts watching. Creates the watched folders where possible.
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
    /// Carries out a stick's `bind.toml`
    desk: Desk,
    inbox: Inbox,
    ledger: Ledger,
    /// Files being written, with the time of the last write
    written: HashMap<PathBuf, Instant>,
    /// Ignored files that were already reported; `None` before the first scan, which finds old files
    told: Option<Vec<LeftAlone>>,
    tell: Box<dyn Fn(&LeftAlone) + Send>,
    bell: Bell,
}

impl Watch {
    fn run(mut self, sender: Sender<News>, news: &Receiver<News>) {
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if let Ok(event) = event {
                // No receiver: the program is ending
                let _ = sender.send(News::Event(event));
            }
        });
        let mut watcher = match watcher {
            Ok(watcher) => watcher,
            Err(error) => return tracing::error!(%error, "new bundles can't be noticed"),
        };
        for folder in [self.paths.inbox(), self.paths.sticks()] {
            let made = plain_file::ensure_folder(&folder).map_err(notify::Error::io);
            // Non-recursive: a stick's folders and links could lead anywhere, and mounts are watched
            // separately
            if let Err(error) = made.and_then(|()| watcher.watch(&folder, RecursiveMode::NonRecursive)) {
                tracing::warn!(%error, folder = %folder.display(), "bundles in this folder go unnoticed");
            }
        }
        loop {
            // A new binding may accept bundles that the current one refused. The watch begins before the
            // binding is read
            let bell = self.bell.clone();
            let binding = watch::Watch::file(&self.paths.binding(), move || bell.ring());
            if let Err(error) = &binding {
                tracing::warn!(%error, "refused bundles are not retried when the binding changes");
            }
            self.look();
            if !self.wait(news) {
                return;
            }
        }
    }

    /// Waits until a burst of events is over; false if no more events will come.
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
                        // The rest of the burst is handled by the same scan
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

    /// Records an event; returns whether it calls for a scan.
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

    /// Scans the folders and hands over what is new.
    fn look(&mut self) {
        let feed = self.feed();
        loop {
            let found = self.inbox.look(feed.as_ref(), |path| self.written.contains_key(path));
            for (path, bytes) in found.bind_files {
                tracing::info!(path = %path.display(), "found a bind.toml");
                self.desk.take_bind_file(bytes);
            }
            for path in found.bundles {
                tracing::info!(path = %path.display(), "found a bundle");
                self.handle.take_bundle(path);
            }
            if !found.is_more {
                break;
            }
        }
        let left = self.ledger.left().0;
        if let Some(told) = &self.told {
            // Refused files were already reported at the refusal
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

/// The banner's text for an ignored file.
pub fn headline(left: &LeftAlone) -> Message {
    let name = left.name();
    Message::new(format!("没有采用文件“{name}”"), format!("The file “{name}” was left alone"))
}

/// Watches `/proc/self/mountinfo`, since inotify does not report mounts.
fn watch_mounts(bell: Bell) {
    let mounts = match File::open("/proc/self/mountinfo") {
        Ok(mounts) => mounts,
        Err(error) => return tracing::warn!(%error, "USB sticks can't be noticed automatically"),
    };
    thread::spawn("mounts", move || {
        loop {
            let mut waited = [PollFd::new(&mounts, PollFlags::PRI | PollFlags::ERR)];
            match poll(&mut waited, None) {
                Ok(_) => bell.ring(),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return tracing::warn!(%error, "USB sticks can't be noticed automatically"),
            }
        }
    });
}
