//! Memory budget shared by all pictures being processed.
//!
//! A caller asks once for all the memory it will need, and holds it until its pixels are handed on.
//! Requests are served first come, first served, so none starves; and since no caller asks for more
//! while it holds memory, there is no deadlock.
//!
//! Large pictures and files also take turns: only the caller whose turn it is may ask for much. So
//! a small picture waits for one large one at most, and only if both together exceed the budget.

use super::limits;
use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, ThreadId},
    time::{Duration, Instant},
};

/// The budget of this process.
pub(super) static BUDGET: Budget = Budget::new(limits::DECODING_BYTES, limits::LARGE_BYTES);

#[derive(Debug)]
pub(super) struct Budget {
    ceiling: u64,
    /// A request of this size or more also needs the turn
    large: u64,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    used: u64,
    /// Peak since the last call of [`Budget::measure_peak`]
    peak: u64,
    /// Counters of requests made and served, in order
    requested: u64,
    served: u64,
    /// Holder of the turn with its nesting depth, and the threads that wait for it
    turn: Option<(ThreadId, u32)>,
    waiting: VecDeque<ThreadId>,
}

/// Error: more than the whole budget, so it can never be granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ExceedsBudget;

/// A part of the budget, released on drop.
#[derive(Debug)]
#[must_use]
pub(super) struct Lease<'a> {
    budget: &'a Budget,
    bytes: u64,
    _turn: Option<Turn<'a>>,
}

/// The turn to process something large, passed on when dropped. The holding thread may take it
/// again (reentrant).
#[derive(Debug)]
#[must_use]
pub struct Turn<'a>(&'a Budget);

impl Budget {
    pub const fn new(ceiling: u64, large: u64) -> Self {
        let state = State { used: 0, peak: 0, requested: 0, served: 0, turn: None, waiting: VecDeque::new() };
        Self { ceiling, large, state: Mutex::new(state), changed: Condvar::new() }
    }

    pub const fn ceiling(&self) -> u64 {
        self.ceiling
    }

    /// Waits until there is room for `bytes`. Ask once for everything that a picture needs: a
    /// holder of a lease must not ask again.
    pub fn reserve(&self, bytes: u64) -> Result<Lease<'_>, ExceedsBudget> {
        if bytes > self.ceiling {
            return Err(ExceedsBudget);
        }
        let turn = (bytes > self.large).then(|| self.wait_for_turn());
        let mut state = self.locked();
        let place = state.requested;
        state.requested += 1;
        while state.served != place || state.used + bytes > self.ceiling {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.served += 1;
        state.add(bytes);
        drop(state);
        // The next request in line may fit, too
        self.changed.notify_all();
        Ok(Lease { budget: self, bytes, _turn: turn })
    }

    /// Same as [`Self::reserve`] with a timeout: `None` if there is no room in time.
    pub fn reserve_within(&self, bytes: u64, patience: Duration) -> Option<Lease<'_>> {
        let until = Instant::now() + patience;
        let mut state = self.locked();
        // Does not overtake waiting requests
        while state.served != state.requested || state.used + bytes > self.ceiling {
            let left = until.checked_duration_since(Instant::now())?;
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.add(bytes);
        Some(Lease { budget: self, bytes, _turn: None })
    }

    /// Waits for the turn to process something large.
    pub fn wait_for_turn(&self) -> Turn<'_> {
        let me = thread::current().id();
        let mut state = self.locked();
        if let Some((_, times)) = state.turn.as_mut().filter(|(whose, _)| *whose == me) {
            *times += 1;
            return Turn(self);
        }
        state.waiting.push_back(me);
        while state.turn.is_some() || state.waiting.front() != Some(&me) {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting.pop_front();
        state.turn = Some((me, 1));
        Turn(self)
    }

    /// Runs `work` and returns the peak use meanwhile.
    pub fn measure_peak<T>(&self, work: impl FnOnce() -> T) -> (T, u64) {
        let mut state = self.locked();
        state.peak = state.used;
        drop(state);
        let result = work();
        (result, self.locked().peak)
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn add(&mut self, bytes: u64) {
        self.used += bytes;
        self.peak = self.peak.max(self.used);
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        self.budget.locked().used -= self.bytes;
        self.budget.changed.notify_all();
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.0.locked();
        state.turn = state.turn.and_then(|(whose, times)| (times > 1).then_some((whose, times - 1)));
        drop(state);
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::{
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
        mpsc::channel,
    };

    #[test]
    fn what_never_fits_is_refused_at_once_and_the_rest_waits() {
        let budget = Budget::new(100, 60);
        assert_eq!(budget.reserve(101).map(|lease| lease.bytes), Err(ExceedsBudget));
        let first = budget.reserve(60).unwrap();
        let has_second = AtomicBool::new(false);
        thread::scope(|scope| {
            let second = scope.spawn(|| {
                let lease = budget.reserve(50).unwrap();
                has_second.store(true, SeqCst);
                drop(lease);
            });
            // A thread is in line as soon as it has asked
            while budget.locked().requested < 2 {
                thread::yield_now();
            }
            assert!(!has_second.load(SeqCst));
            assert!(budget.reserve_within(1, Duration::ZERO).is_none(), "waiting requests are not overtaken");
            drop(first);
            second.join().unwrap();
        });
        assert_eq!(budget.locked().used, 0);
        assert_eq!(budget.reserve_within(100, Duration::ZERO).unwrap().bytes, 100);
    }

    #[test]
    fn who_came_first_is_served_first_however_much_he_wants() {
        let budget = Budget::new(100, 1000);
        let (told, order) = channel();
        let held = budget.reserve(90).unwrap();
        thread::scope(|scope| {
            for (place, bytes) in [100, 1, 1].into_iter().enumerate() {
                let (budget, told) = (&budget, told.clone());
                scope.spawn(move || {
                    let lease = budget.reserve(bytes).unwrap();
                    told.send(bytes).unwrap();
                    drop(lease);
                });
                while budget.locked().requested < 2 + place as u64 {
                    thread::yield_now();
                }
            }
            drop(held);
        });
        drop(told);
        assert_eq!(order.iter().collect::<Vec<_>>(), [100, 1, 1]);
    }

    #[test]
    fn one_large_thing_at_a_time_and_a_thread_may_take_its_turn_again() {
        let budget = Budget::new(100, 30);
        let outer = budget.wait_for_turn();
        // A file that was read during the turn is decoded in the same turn
        let lease = budget.reserve(40).unwrap();
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                // There is room; it waits for the turn
                drop(budget.reserve(40).unwrap());
                done.store(true, SeqCst);
            });
            while budget.locked().waiting.is_empty() {
                thread::yield_now();
            }
            drop(budget.reserve(30).unwrap());
            drop(lease);
            assert!(!done.load(SeqCst));
            drop(outer);
        });
        assert!(done.load(SeqCst));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn any_crowd_comes_through_and_never_holds_more_than_there_is(
            wishes in prop::collection::vec(prop::collection::vec(0_u64..130, 1..20), 1..6),
        ) {
            let (budget, held, most) = (Budget::new(100, 40), AtomicU64::new(0), AtomicU64::new(0));
            thread::scope(|scope| {
                for wishes in &wishes {
                    let (budget, held, most) = (&budget, &held, &most);
                    scope.spawn(move || {
                        for &bytes in wishes {
                            let turn = (bytes % 3 == 0).then(|| budget.wait_for_turn());
                            match budget.reserve(bytes) {
                                Ok(lease) => {
                                    most.fetch_max(held.fetch_add(bytes, SeqCst) + bytes, SeqCst);
                                    held.fetch_sub(bytes, SeqCst);
                                    drop(lease);
                                }
                                Err(ExceedsBudget) => assert!(bytes > 100),
                            }
                            drop(turn);
                        }
                    });
                }
            });
            prop_assert!(most.load(SeqCst) <= 100);
            let state = budget.locked();
            prop_assert!(state.used == 0 && state.turn.is_none() && state.waiting.is_empty());
        }
    }
}
