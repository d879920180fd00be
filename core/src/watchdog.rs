//! Detects stuck threads. A thread announces when a piece of work begins, goes on and ends; [`find_stuck`] reports
//! work without progress, and systemd's watchdog is fed only if there is none.
//!
//! Waiting for something with a timeout of its own (a server, a program, a stick) does not count as work.
//! Neither does the time in which a thread was runnable but got no processor: on a busy unit, low-priority
//! threads may starve for long and then go on.
//!
//! A call that can give no sign of progress and may take longer than [`MAX_STEP`] states its own bound: [`within`].

use std::{
    cell::RefCell,
    fs::File,
    os::unix::fs::FileExt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Upper bound on one step of work, on the smallest unit with its card at its slowest.
pub const MAX_STEP: Duration = Duration::from_secs(18);

/// All work in progress in this program.
static ALL_WORKS: Works = Works(Mutex::new(Vec::new()));

thread_local! {
    /// The work in progress of this thread
    static THREAD_WORKS: RefCell<Vec<Arc<WorkState>>> = const { RefCell::new(Vec::new()) };
    static THREAD_STATS: SchedulingStats = SchedulingStats::of_this_thread();
}

#[derive(Debug)]
struct WorkState {
    name: &'static str,
    turns: SchedulingStats,
    /// The last sign of progress; `None` while waiting for something external
    since: Mutex<Option<Progress>>,
}

#[derive(Clone, Copy, Debug)]
struct Progress {
    at: Instant,
    /// How long the work may take until its next sign
    most: Duration,
    /// How long the thread had waited for a processor until then, in total
    starved: Duration,
}

/// The kernel's scheduling statistics of a thread; `None` if the kernel keeps none.
#[derive(Clone, Debug)]
struct SchedulingStats(Option<Arc<File>>);

#[derive(Debug)]
struct Works(Mutex<Vec<Arc<WorkState>>>);

/// A piece of work in progress until dropped.
#[derive(Debug)]
#[must_use]
pub struct Work(Arc<WorkState>);

/// Begins a piece of work on the calling thread; `name` appears in the log.
pub fn begin_work(name: &'static str) -> Work {
    let since = Mutex::new(Some(Progress::now(MAX_STEP)));
    let piece = Arc::new(WorkState { name, turns: THREAD_STATS.with(Clone::clone), since });
    locked(&ALL_WORKS.0).push(piece.clone());
    THREAD_WORKS.with_borrow_mut(|own| own.push(piece.clone()));
    Work(piece)
}

/// Signals progress for all work of the calling thread.
pub fn pulse() {
    renew(MAX_STEP);
}

/// Runs `work`, which gives no sign of progress and takes no longer than `most`.
pub fn within<T>(most: Duration, work: impl FnOnce() -> T) -> T {
    let _end = PulseOnDrop;
    renew(most);
    work()
}

/// Runs `wait` with the work of the calling thread paused.
pub fn pause_during<T>(wait: impl FnOnce() -> T) -> T {
    let _end = PulseOnDrop;
    THREAD_WORKS.with_borrow(|own| own.iter().for_each(|piece| piece.set(None)));
    wait()
}

/// Signals progress at the end of a scope, even if the scope ends in a panic.
struct PulseOnDrop;

impl Drop for PulseOnDrop {
    fn drop(&mut self) {
        pulse();
    }
}

fn renew(most: Duration) {
    THREAD_WORKS.with_borrow(|own| {
        if !own.is_empty() {
            let now = Progress::now(most);
            own.iter().for_each(|piece| piece.set(Some(now)));
        }
    });
}

/// Returns the name of work that is stuck, if any.
pub fn find_stuck(now: Instant) -> Option<&'static str> {
    locked(&ALL_WORKS.0).iter().find(|piece| piece.is_stuck(now)).map(|piece| piece.name)
}

impl Progress {
    fn now(most: Duration) -> Self {
        Self { at: Instant::now(), most, starved: THREAD_STATS.with(SchedulingStats::time_starved) }
    }
}

impl WorkState {
    fn set(&self, since: Option<Progress>) {
        *locked(&self.since) = since;
    }

    fn is_stuck(&self, now: Instant) -> bool {
        let Some(since) = *locked(&self.since) else { return false };
        let past = now.saturating_duration_since(since.at);
        // The kernel is asked only about work without a recent sign of progress
        let starved = || self.turns.time_starved().saturating_sub(since.starved);
        past >= since.most && past.saturating_sub(starved()) >= since.most
    }
}

impl SchedulingStats {
    fn of_this_thread() -> Self {
        Self(File::open("/proc/thread-self/schedstat").ok().map(Arc::new))
    }

    /// Returns the total time in which the thread was runnable but waited for a processor: the second figure
    /// of schedstat, in nanoseconds (the kernel's `Documentation/scheduler/sched-stats.rst`).
    fn time_starved(&self) -> Duration {
        let mut text = [0; 64];
        let figure = self.0.as_ref().and_then(|file| {
            let length = file.read_at(&mut text, 0).ok()?;
            std::str::from_utf8(&text[..length]).ok()?.split_ascii_whitespace().nth(1)?.parse().ok()
        });
        Duration::from_nanos(figure.unwrap_or(0))
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let others = |piece: &Arc<WorkState>| !Arc::ptr_eq(piece, &self.0);
        locked(&ALL_WORKS.0).retain(others);
        // The thread-local is gone while its thread ends
        let _ = THREAD_WORKS.try_with(|own| own.borrow_mut().retain(others));
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::thread::CpuSet;
    use std::sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::channel,
    };

    /// One test, since the list of work is global.
    #[test]
    fn what_neither_goes_on_nor_waits_is_stuck() {
        let later = || Instant::now() + MAX_STEP;
        assert_eq!(find_stuck(later()), None);

        let work = begin_work("slow");
        assert_eq!(find_stuck(Instant::now()), None, "work that has just begun is not stuck");
        assert_eq!(find_stuck(later()), Some("slow"));
        let then = later();
        pulse();
        assert_eq!(find_stuck(then - Duration::from_millis(1)), None, "a sign of progress resets the bound");
        pause_during(|| assert_eq!(find_stuck(later()), None, "waiting is not stuck"));
        within(5 * MAX_STEP, || {
            assert_eq!(find_stuck(Instant::now() + 4 * MAX_STEP), None, "this work has a longer bound");
            assert_eq!(find_stuck(Instant::now() + 5 * MAX_STEP), Some("slow"), "and no more than that");
        });
        assert_eq!(find_stuck(later()), Some("slow"), "the wait is over");

        let (told, heard) = channel();
        let (go, wait) = channel::<()>();
        let other = std::thread::spawn(move || {
            let _work = begin_work("a broken picture");
            pulse();
            told.send(()).unwrap();
            wait.recv().unwrap_err();
            panic!("as a decoder might");
        });
        heard.recv().unwrap();
        drop(work);
        assert_eq!(find_stuck(later()), Some("a broken picture"), "another thread's pulse does not count");
        drop(go);
        assert!(other.join().is_err());
        assert_eq!(find_stuck(later()), None, "work that ends in a panic has ended");

        let panicked = std::thread::spawn(|| {
            let _work = begin_work("a program");
            let _ = std::panic::catch_unwind(|| pause_during(|| panic!("in the wait")));
            assert_eq!(find_stuck(Instant::now() + MAX_STEP), Some("a program"));
        });
        panicked.join().unwrap();

        let starved = std::thread::spawn(|| {
            let busy = AtomicBool::new(true);
            std::thread::scope(|scope| {
                rustix::thread::sched_setaffinity(None, &one_processor()).unwrap();
                let work = begin_work("the nicest");
                // A child thread inherits the processor affinity
                scope.spawn(|| {
                    while busy.load(Ordering::Relaxed) {
                        std::hint::spin_loop();
                    }
                });
                let Progress { at: then, starved: before, .. } = locked(&work.0.since).unwrap();
                while work.0.turns.time_starved() < before + Duration::from_millis(1) {}
                busy.store(false, Ordering::Relaxed);
                assert_eq!(find_stuck(then + MAX_STEP), None, "time without a processor does not count");
                assert_eq!(find_stuck(Instant::now() + MAX_STEP * 2), Some("the nicest"));
            });
        });
        starved.join().unwrap();
    }

    fn one_processor() -> CpuSet {
        let all = rustix::thread::sched_getaffinity(None).unwrap();
        let mut one = CpuSet::new();
        one.set((0..CpuSet::MAX_CPU).find(|&at| all.is_set(at)).unwrap());
        one
    }
}
