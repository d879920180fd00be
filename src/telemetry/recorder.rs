//! The kiosk's side of event recording, which never blocks.

use cloud_shelf_core::report::Event;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
        mpsc as std_mpsc,
    },
    time::Duration,
};
use tokio::sync::mpsc;

/// Capacity of the queue from the pages to the recording thread. A shopper causes a few events a
/// second at most.
const CAPACITY: usize = 256;

/// Records events; cheap to clone. Uses no locks and no files, and never blocks.
#[derive(Clone, Debug)]
pub struct Recorder {
    notes: mpsc::Sender<Note>,
    dropped: Arc<AtomicU64>,
}

/// Message to the recording thread.
#[derive(Debug)]
pub(super) enum Note {
    Event(Event),
    /// Store everything sent before this message, then confirm
    Flush(std_mpsc::SyncSender<()>),
}

/// Receiving end of the queue.
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

    /// Records an event. Never blocks: if the queue is full, the event is counted as lost.
    pub fn record(&self, event: Event) {
        if self.notes.try_send(Note::Event(event)).is_err() {
            self.dropped.fetch_add(1, Relaxed);
        }
    }

    /// Waits until everything recorded so far is on the disk; returns false on a timeout. Called at
    /// shutdown.
    pub fn flush(&self, most: Duration) -> bool {
        let (sender, done) = std_mpsc::sync_channel(1);
        self.notes.try_send(Note::Flush(sender)).is_ok() && done.recv_timeout(most).is_ok()
    }
}

impl Inbox {
    /// Returns how many events were dropped since the last call.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped.swap(0, Relaxed)
    }
}
