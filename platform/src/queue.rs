//! What other threads want done on the UI thread.

use rustix::event::{EventfdFlags, eventfd};
use slint::{EventLoopError, platform::EventLoopProxy};
use std::{
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

type Action = Box<dyn FnOnce() + Send>;

/// Actions in the order they came, and a descriptor that is readable while there are any.
#[derive(Clone)]
pub struct Queue(Arc<Inner>);

struct Inner {
    actions: Mutex<Vec<Action>>,
    quit: AtomicBool,
    signal: OwnedFd,
}

impl Queue {
    pub fn new() -> std::io::Result<Self> {
        let signal = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(Self(Arc::new(Inner { actions: Mutex::default(), quit: AtomicBool::new(false), signal })))
    }

    /// All that has come; the descriptor is quiet until more does.
    pub fn take_actions(&self) -> Vec<Action> {
        let mut actions = self.0.actions.lock().unwrap_or_else(PoisonError::into_inner);
        // Nothing to read is the usual case
        let _ = rustix::io::read(&self.0.signal, &mut [0; 8]);
        std::mem::take(&mut *actions)
    }

    pub fn wants_to_quit(&self) -> bool {
        self.0.quit.load(Ordering::Acquire)
    }

    fn wake(&self) {
        // Fails only where the counter is full, and then the loop wakes anyway
        let _ = rustix::io::write(&self.0.signal, &1_u64.to_ne_bytes());
    }
}

impl AsFd for Queue {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.signal.as_fd()
    }
}

impl EventLoopProxy for Queue {
    fn quit_event_loop(&self) -> Result<(), EventLoopError> {
        self.0.quit.store(true, Ordering::Release);
        self.wake();
        Ok(())
    }

    fn invoke_from_event_loop(&self, action: Action) -> Result<(), EventLoopError> {
        self.0.actions.lock().unwrap_or_else(PoisonError::into_inner).push(action);
        self.wake();
        Ok(())
    }
}
