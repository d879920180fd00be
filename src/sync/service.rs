//! The sync thread: polls on the unit's schedule or at once when asked, and takes bundles in.

use super::{
    Backoff, Blame, Feed, Follower, InForce, Interruption, Progress, Round, Schedule, Step, SyncError,
    TrustedClock, Watch,
    feed::route,
    standing::{Done, Standing},
    take_bundle,
};
use crate::store::Store;
use cloud_shelf_core::{
    attempt, clock::Clock, config::NetworkConfig, domain::Sha256, paths::Paths, plain_file::PlainPath,
    watchdog,
};
use jiff::tz::TimeZone;
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// What the service asks of the unit each time it needs it, so that no change has to be announced.
/// All methods are called on the service's own thread, and may read files.
pub trait Unit {
    /// The feed that this unit follows now; `None` if it is not bound to one
    fn feed(&self) -> Result<Option<Feed>, SyncError>;
    fn network(&self) -> NetworkConfig;
    /// Time zone of the download window
    fn zone(&self) -> TimeZone;
    /// A bundle was accepted or refused
    fn bundle_done(&self, path: &Path, done: &Done);
    /// Called on every change of the status
    fn changed(&self, standing: &Standing);
}

/// Orders to the service.
#[derive(Debug, Default)]
struct Orders {
    sync: bool,
    /// The binding, the settings or the database may have changed
    look: bool,
    bundles: Vec<PathBuf>,
    /// The program is shutting down
    end: bool,
}

#[derive(Default)]
struct Shared {
    orders: Mutex<Orders>,
    given: Condvar,
    standing: Mutex<Standing>,
}

/// Other threads' handle to the service; cheap to clone.
#[derive(Clone, Default)]
pub struct Handle(Arc<Shared>);

impl Handle {
    /// Orders a sync now. A round in progress is interrupted.
    pub fn sync_now(&self) {
        self.order(|orders| orders.sync = true);
    }

    /// Says that the binding or the settings may have changed. If they have, a round in progress is
    /// interrupted.
    pub fn look(&self) {
        self.order(|orders| orders.look = true);
    }

    /// Orders a bundle to be taken in. A round in progress is interrupted, and continues
    /// afterwards.
    pub fn take_bundle(&self, path: PathBuf) {
        self.order(|orders| {
            if !orders.bundles.contains(&path) {
                orders.bundles.push(path);
            }
        });
    }

    /// Ends the service, at once even while it waits for the network.
    pub fn end(&self) {
        self.order(|orders| orders.end = true);
    }

    pub fn standing(&self) -> Standing {
        locked(&self.0.standing).clone()
    }

    fn order(&self, give: impl FnOnce(&mut Orders)) {
        give(&mut locked(&self.0.orders));
        self.0.given.notify_one();
    }

    /// Waits for orders until the deadline, if any.
    fn wait(&self, until: Option<Instant>) -> Orders {
        let mut orders = locked(&self.0.orders);
        loop {
            if orders.end || orders.sync || orders.look || !orders.bundles.is_empty() {
                return std::mem::take(&mut orders);
            }
            let Some(until) = until else {
                orders = self.0.given.wait(orders).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Orders::default();
            }
            orders = self.0.given.wait_timeout(orders, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps a unit in step with its feed for as long as the program lives.
pub struct Service<U> {
    unit: U,
    paths: Paths,
    system: Arc<dyn Clock>,
    handle: Handle,
    backoff: Backoff,
    schedule: Schedule,
    /// The follower, and the feed and network it was made for
    follower: Option<(Feed, NetworkConfig, Follower)>,
}

impl<U: Unit> Service<U> {
    pub fn new(unit: U, paths: Paths, system: Arc<dyn Clock>, handle: Handle) -> Self {
        let feed = unit.feed().ok().flatten();
        let (backoff, schedule) = rhythm(feed.as_ref(), &unit.network());
        Self { unit, paths, system, handle, backoff, schedule, follower: None }
    }

    /// Runs until told to end. Blocks; meant for a thread of its own.
    pub fn run(mut self) {
        let is_empty = Store::open_read_only(&self.paths).and_then(|r| r.catalog_version()).unwrap_or(0) == 0;
        // After a careful start nothing may be shown before the feed was polled
        let at_once = is_empty || attempt::global().is_careful();
        let first = self.schedule.first(at_once);
        let mut next = self.is_bound().then(|| Instant::now() + first);
        self.tell_next(next);
        // An order by hand stays open until a round for it has completed
        let mut by_hand = false;
        loop {
            let orders = self.handle.wait(next);
            if orders.end {
                return;
            }
            let _work = watchdog::begin_work("sync");
            for bundle in orders.bundles {
                self.take(&bundle);
            }
            by_hand |= orders.sync;
            let is_due = next.is_some_and(|next| next <= Instant::now());
            let is_new = orders.look && self.is_other();
            if by_hand || is_due || is_new {
                next = match self.sync(by_hand) {
                    Ended::BrokenOff => Some(Instant::now()),
                    Ended::Done { wait } => {
                        by_hand = false;
                        wait.map(|wait| Instant::now() + wait)
                    }
                };
            }
            self.tell_next(next);
        }
    }

    fn is_bound(&self) -> bool {
        !matches!(self.unit.feed(), Ok(None))
    }

    /// Whether the feed or the network settings differ from those of the last round.
    fn is_other(&self) -> bool {
        let now = self.unit.feed().ok().flatten();
        match &self.follower {
            Some((feed, network, _)) => now.as_ref() != Some(feed) || self.unit.network() != *network,
            None => now.is_some(),
        }
    }

    /// Runs one round. A round ordered by hand does not wait for the download window.
    fn sync(&mut self, by_hand: bool) -> Ended {
        locked(&self.handle.0.standing).begun += 1;
        let result = self.round(by_hand);
        if let Err(error @ (SyncError::Interrupted(_) | SyncError::Rebound)) = &result {
            tracing::info!(%error, "the sync is interrupted");
            change(&self.unit, &self.handle, Standing::break_off);
            return Ended::BrokenOff;
        }
        let wait = match &result {
            Ok(None) => None,
            Ok(Some(_)) => {
                self.backoff.succeeded();
                Some(self.schedule.next_wait())
            }
            // Only a person can fix this; a poll now and then notices when they have
            Err(error) if error.blame() == Blame::Setting => Some(Duration::from_secs(3600)),
            Err(error) => Some(self.backoff.failed(error.retry_after())),
        };
        self.done(Done::of_round(result.map(|round| round.unwrap_or(Round::Unchanged)), self.now()));
        Ended::Done { wait }
    }

    fn round(&mut self, by_hand: bool) -> Result<Option<Round>, SyncError> {
        let Some(feed) = self.unit.feed()? else {
            self.follower = None;
            return Ok(None);
        };
        let network = self.unit.network();
        if !self.follower.as_ref().is_some_and(|(of, by, _)| *of == feed && *by == network) {
            let route = route(&network);
            let follower = Follower::new(&self.paths, feed.clone(), &route, self.system.clone())?;
            (self.backoff, self.schedule) = rhythm(Some(&feed), &network);
            self.follower = Some((feed, network, follower));
        }
        let Some((feed, network, follower)) = &mut self.follower else { return Ok(None) };
        let may_fetch =
            by_hand || self.schedule.opens_in(follower.clock().now(), &self.unit.zone()).is_zero();
        let (unit, handle, system) = (&self.unit, &self.handle, self.system.as_ref());
        let mut watch = Watching { unit, handle, system, feed, network: Some(network) };
        follower.round(may_fetch, &mut watch).map(Some)
    }

    fn take(&mut self, path: &Path) {
        let taken = self.bundle(path);
        let done = Done::of_bundle(path, taken, self.now());
        self.unit.bundle_done(path, &done);
        self.done(done);
    }

    fn bundle(&mut self, path: &Path) -> Result<Round, SyncError> {
        let feed = self.unit.feed()?.ok_or(SyncError::NoFeed)?;
        let file = PlainPath::in_folder(path).open().map_err(|cause| SyncError::BundleCut(cause.into()))?;
        let (unit, handle, system) = (&self.unit, &self.handle, self.system.as_ref());
        let mut watch = Watching { unit, handle, system, feed: &feed, network: None };
        let taken = take_bundle(&self.paths, &feed, Stick(file), self.system.clone(), &mut watch);
        // Its trust and its ETag are out of date
        self.follower = None;
        taken
    }

    fn now(&self) -> i64 {
        let system = || self.system.now();
        self.follower.as_ref().map_or_else(system, |(.., follower)| {
            let clock: &TrustedClock = follower.clock();
            clock.now()
        })
    }

    fn done(&self, done: Done) {
        if let Some(error) = done.error() {
            tracing::warn!(code = error.code, problem = %error.message.en, "the sync failed");
        }
        let feed = self.unit.feed().ok().flatten();
        let in_force = feed.and_then(|feed| InForce::of(&self.paths, &feed, self.system.as_ref()));
        change(&self.unit, &self.handle, |standing| standing.end(done, in_force));
    }

    fn tell_next(&self, next: Option<Instant>) {
        // Not shown, so no change is announced
        locked(&self.handle.0.standing).next = next;
    }
}

/// How a round ended.
enum Ended {
    /// It was interrupted by an order, which comes next
    BrokenOff,
    /// Wait until the next round; `None` to wait for ever because no feed is followed
    Done { wait: Option<Duration> },
}

/// A file that may be on a USB stick: reads count as waiting for the watchdog, since they have no
/// upper bound.
struct Stick(File);

impl Read for Stick {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        watchdog::pause_during(|| self.0.read(into))
    }
}

impl Seek for Stick {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

/// Reports progress to the unit, and interrupts for more urgent orders.
struct Watching<'a, U> {
    unit: &'a U,
    handle: &'a Handle,
    system: &'a dyn Clock,
    feed: &'a Feed,
    /// Network settings of the round; `None` for a bundle, which other orders do not interrupt
    network: Option<&'a NetworkConfig>,
}

impl<U: Unit> Watch for Watching<'_, U> {
    fn progress(&mut self, progress: Progress) {
        watchdog::pulse();
        let (bundle, now) = (self.network.is_none(), self.system.now());
        // A poll that finds nothing is not announced
        if progress.step == Step::Asking && !bundle {
            locked(&self.handle.0.standing).begin(progress, bundle, now);
        } else {
            change(self.unit, self.handle, |standing| standing.begin(progress, bundle, now));
        }
    }

    fn is_wanted(&self) -> bool {
        self.unit.feed().is_ok_and(|now| now.as_ref() == Some(self.feed))
    }

    fn interruption(&self) -> Option<Interruption> {
        let network = self.network?;
        let look = {
            let mut orders = locked(&self.handle.0.orders);
            if orders.end {
                return Some(Interruption::Ending);
            }
            if !orders.bundles.is_empty() {
                return Some(Interruption::Bundle);
            }
            if orders.sync {
                return Some(Interruption::Asked);
            }
            std::mem::take(&mut orders.look)
        };
        // Reads files, so this is done once for each order
        if look && (!self.is_wanted() || self.unit.network() != *network) {
            locked(&self.handle.0.orders).look = true;
            return Some(Interruption::Changed);
        }
        None
    }
}

fn change<U: Unit>(unit: &U, handle: &Handle, with: impl FnOnce(&mut Standing)) {
    let standing = {
        let mut standing = locked(&handle.0.standing);
        with(&mut standing);
        standing.clone()
    };
    unit.changed(&standing);
}

/// Creates a unit's own back-off and schedule. The seed differs from unit to unit and from start to
/// start, so that no two units of a street act at the same time.
fn rhythm(feed: Option<&Feed>, network: &NetworkConfig) -> (Backoff, Schedule) {
    let name = feed.map(|feed| feed.subject.to_string()).unwrap_or_default();
    let digest = Sha256::digest(name.as_bytes());
    let own = digest.as_bytes().iter().fold(0_u64, |sum, byte| sum.rotate_left(8) ^ u64::from(*byte));
    let seed = own ^ getrandom::u64().unwrap_or_default();
    let poll = Duration::from_secs(network.poll_s.into());
    (Backoff::new(seed), Schedule::new(poll, network.download_window, seed))
}
