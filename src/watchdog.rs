//! Threads that must not be stuck. Each says when it begins a piece of work, and that it goes on or
//! is done; whoever feeds the system's watchdog asks whether all of them do.
//!
//! What waits for somebody else with a limit of its own (a server, a program, a stick) is no work.

use std::{
    cell::RefCell,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// No piece of work takes this long, on the smallest unit, its card at its slowest.
pub const MOST: Duration = Duration::from_secs(18);

/// What this program is working on.
static WORKS: Works = Works(Mutex::new(Vec::new()));

thread_local! {
    /// What this thread has begun
    static OWN: RefCell<Vec<Arc<Piece>>> = const { RefCell::new(Vec::new()) };
}

#[derive(Debug)]
struct Piece {
    name: &'static str,
    /// When it was last known to go on; `None` while it waits for somebody else
    since: Mutex<Option<Instant>>,
}

#[derive(Debug)]
struct Works(Mutex<Vec<Arc<Piece>>>);

/// A piece of work that lasts until this is dropped.
#[derive(Debug)]
#[must_use]
pub struct Work(Arc<Piece>);

/// The calling thread begins something, which has a name for the log.
pub fn begin(name: &'static str) -> Work {
    let piece = Arc::new(Piece { name, since: Mutex::new(Some(Instant::now())) });
    locked(&WORKS.0).push(piece.clone());
    OWN.with_borrow_mut(|own| own.push(piece.clone()));
    Work(piece)
}

/// What the calling thread has begun goes on.
pub fn pulse() {
    let now = Instant::now();
    OWN.with_borrow(|own| own.iter().for_each(|piece| piece.set(Some(now))));
}

/// What the calling thread has begun rests while it waits for somebody else.
pub fn waiting<T>(wait: impl FnOnce() -> T) -> T {
    /// Goes on also where the wait ends in a panic
    struct Back;
    impl Drop for Back {
        fn drop(&mut self) {
            pulse();
        }
    }
    let _back = Back;
    OWN.with_borrow(|own| own.iter().for_each(|piece| piece.set(None)));
    wait()
}

/// What has been worked on for too long.
pub fn stuck(now: Instant) -> Option<&'static str> {
    let is_stuck = |since: Instant| now.saturating_duration_since(since) >= MOST;
    let works = locked(&WORKS.0);
    works.iter().find(|piece| locked(&piece.since).is_some_and(is_stuck)).map(|piece| piece.name)
}

impl Piece {
    fn set(&self, since: Option<Instant>) {
        *locked(&self.since) = since;
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let others = |piece: &Arc<Piece>| !Arc::ptr_eq(piece, &self.0);
        locked(&WORKS.0).retain(others);
        // A thread that ends has dropped its own already
        let _ = OWN.try_with(|own| own.borrow_mut().retain(others));
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    /// One test, since there is one list: who is stuck at the end of which story.
    #[test]
    fn what_neither_goes_on_nor_waits_is_stuck() {
        let later = || Instant::now() + MOST;
        assert_eq!(stuck(later()), None);

        let work = begin("slow");
        assert_eq!(stuck(Instant::now()), None, "it has only begun");
        assert_eq!(stuck(later()), Some("slow"));
        let then = later();
        pulse();
        assert_eq!(stuck(then - Duration::from_millis(1)), None, "it goes on");
        waiting(|| assert_eq!(stuck(later()), None, "it waits for somebody"));
        assert_eq!(stuck(later()), Some("slow"), "the wait is over");

        let (told, heard) = channel();
        let (go, wait) = channel::<()>();
        let other = std::thread::spawn(move || {
            let _work = begin("a broken picture");
            pulse();
            told.send(()).unwrap();
            wait.recv().unwrap_err();
            panic!("as a decoder might");
        });
        heard.recv().unwrap();
        drop(work);
        assert_eq!(stuck(later()), Some("a broken picture"), "another's pulse does not help it");
        drop(go);
        assert!(other.join().is_err());
        assert_eq!(stuck(later()), None, "work that ends in a panic has ended");

        let panicked = std::thread::spawn(|| {
            let _work = begin("a program");
            let _ = std::panic::catch_unwind(|| waiting(|| panic!("in the wait")));
            assert_eq!(stuck(Instant::now() + MOST), Some("a program"));
        });
        panicked.join().unwrap();
    }
}
