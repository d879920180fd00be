//! The kiosk's end: hands events over and never waits.

use super::event::Event;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
        mpsc as std_mpsc,
    },
    time::Duration,
};
use tokio::sync::mpsc;

/// Events on their way from the pages to the thread that keeps them. A shopper makes a few in a
/// second at the most.
const CAPACITY: usize = 256;

/// Takes events in; cheap to clone, and free of locks, files and waiting.
#[derive(Clone, Debug)]
pub struct Recorder {
    notes: mpsc::Sender<Note>,
    dropped: Arc<AtomicU64>,
}

/// What goes to the thread that keeps events.
#[derive(Debug)]
pub(super) enum Note {
    Event(Event),
    /// Keep all that came before this, then say so
    Flush(std_mpsc::SyncSender<()>),
}

/// The other end.
#[derive(Debug)]
pub struct Inbox {
    pub(super) notes: mpsc::Receiver<Note>,
    dropped: Arc<AtomicU64>,
}

impl Recorder {
    pub fn new() -> (Self, Inbox) {
        let (sender, receiver) = mpsc::channel(CAPACITY);
        let dropped = Arc::new(AtomicU64::new(0));
        (Self { notes: sender, dropped: dropped.clone() }, Inbox { notes: receiver, dropped })
    }

    /// Never waits. An event that finds no room is counted as lost.
    pub fn record(&self, event: Event) {
        if self.notes.try_send(Note::Event(event)).is_err() {
            self.dropped.fetch_add(1, Relaxed);
        }
    }

    /// Waits until everything recorded so far is on the disk; false where that took too long. For
    /// the end of the program.
    pub fn flush(&self, most: Duration) -> bool {
        let (sender, done) = std_mpsc::sync_channel(1);
        self.notes.try_send(Note::Flush(sender)).is_ok() && done.recv_timeout(most).is_ok()
    }
}

impl Inbox {
    /// How many events found no room since this was last asked.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped.swap(0, Relaxed)
    }
}
