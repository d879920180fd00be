//! The sync's thread: what the sync service needs to know of this unit, and which of its news the screen
//! shows.

use super::{
    desk::Desk,
    inbox::{self, Bell},
    thread,
    ui_thread::to_screen,
};
use cloud_shelf::{
    binding::BindingFile,
    inbox::{Ledger, LeftAlone, Refusal, Settled},
    network::ProxyFile,
    store::Store,
    sync::{Blame, Done, Feed, Handle, Progress, Round, Service, Standing, Step, SyncError, Unit},
};
use cloud_shelf_core::{
    clock::{Clock, SystemClock, UnitClock},
    config::{Config, NetworkConfig},
    domain::Message,
    hours::{Hours, default_zone},
    paths::Paths,
};
use cloud_shelf_screen::{Banner, Freshness};
use jiff::{Timestamp, tz::TimeZone};
use std::{
    cell::{Cell, RefCell},
    path::Path,
    sync::Arc,
    time::Duration,
};

/// Lower priority than the pages' threads, so that a sync uses spare processor time only.
const NICE: i32 = 10;
/// How long the banner shows the outcome of a bundle.
const GOOD_NEWS: Duration = Duration::from_secs(20);
const BAD_NEWS: Duration = Duration::from_secs(120);
/// Age in seconds after which items that were not renewed count as old: prices may have changed.
const OLD_S: i64 = 3 * 86_400;

/// Starts the sync service and the watch for bundles. Both run until the program ends.
pub fn start(paths: &Paths, handle: &Handle, desk: &Desk, ledger: &Ledger) {
    let bell = inbox::start(paths, handle, desk, ledger, tell_left_alone);
    let unit = ThisUnit {
        paths: paths.clone(),
        ledger: ledger.clone(),
        bell,
        network: RefCell::default(),
        shown: Cell::default(),
        freshness: RefCell::default(),
    };
    let (service_paths, service_handle) = (paths.clone(), handle.clone());
    thread::spawn("sync", move || {
        thread::yield_to_pages(NICE);
        // Even on a desktop, look for what sets the clock: a clock that nothing sets is trusted less
        Service::new(unit, service_paths, Arc::new(UnitClock::new("/")), service_handle).run();
    });
}

struct ThisUnit {
    paths: Paths,
    /// Records what becomes of each bundle; the bell then has the inbox scanned again
    ledger: Ledger,
    bell: Bell,
    /// The last known good network settings
    network: RefCell<NetworkConfig>,
    /// Progress of the bundle on the screen, in per cent
    shown: Cell<Option<u32>>,
    freshness: RefCell<Freshness>,
}

impl Unit for ThisUnit {
    fn feed(&self) -> Result<Option<Feed>, SyncError> {
        let bound = BindingFile::new(self.paths.binding()).read().unwrap_or_else(|error| {
            tracing::error!(%error, "the binding can't be read");
            None
        });
        let Some((address, binding)) = bound.and_then(|bound| Some((bound.feed?, bound.binding))) else {
            return Ok(None);
        };
        Feed::of_binding(&address, &binding).map(Some)
    }

    fn network(&self) -> NetworkConfig {
        if let Ok(config) = Config::load(self.paths.config()) {
            self.network.replace(config.network);
        }
        ProxyFile::new(self.paths.proxy()).fill_in(self.network.borrow().clone())
    }

    /// The shop's time zone if the settings file has opening hours, else China's: systems often ship with
    /// another.
    fn zone(&self) -> TimeZone {
        let hours = Config::load(self.paths.config()).ok().and_then(|config| config.hours());
        hours.as_ref().map_or_else(default_zone, Hours::zone)
    }

    fn bundle_done(&self, path: &Path, done: &Done) {
        let refused = done.error().map(|problem| Refusal {
            words: problem.message.clone(),
            passes: matches!(problem.blame, Blame::Unit | Blame::Network),
        });
        let settled = self.ledger.settle(&self.paths, path, refused.as_ref());
        self.bell.ring();
        self.shown.set(None);
        if settled == Settled::Gone {
            // The same bundle was found again under another name
            return to_screen(|screen| screen.set_banner(None, None));
        }
        let (banner, time) = match &done.result {
            Ok(Round::Unchanged) => {
                (good("数据包与屏幕内容一致", "The bundle holds what is on the screen"), GOOD_NEWS)
            }
            Ok(_) => {
                (good("数据包已导入，可以拔出 U 盘", "The bundle is taken in; the stick can go"), GOOD_NEWS)
            }
            Err(problem) => {
                let title = Message::fixed("数据包没有导入", "The bundle was not taken in");
                (Banner { title, detail: Some(problem.message.clone()), done: None }, BAD_NEWS)
            }
        };
        tell(banner, Some(time));
    }

    fn changed(&self, standing: &Standing) {
        if let Some(progress) = standing.progress
            && standing.bundle
        {
            self.show(progress);
        }
        let freshness = self.freshness(standing);
        if self.freshness.replace(freshness.clone()) != freshness {
            to_screen(move |screen| screen.set_freshness(freshness));
        }
    }
}

impl ThisUnit {
    /// How fresh the items are for a shopper: one failed round does not count, and a content failure is not a
    /// lost network. A catalog past its expiry is old even if the feed is reachable.
    fn freshness(&self, standing: &Standing) -> Freshness {
        let expired = standing.in_force.filter(|in_force| in_force.expired);
        let old = expired.and_then(|in_force| day(in_force.signed_at));
        let usual = self.since_in_step(standing);
        Freshness { old: old.or(usual.old), ..usual }
    }

    fn since_in_step(&self, standing: &Standing) -> Freshness {
        let Some(problem) = standing.last.as_ref().and_then(Done::error).filter(|_| standing.failures > 1)
        else {
            return Freshness::default();
        };
        let since = standing.in_step_at.or_else(|| self.taken_at());
        let old = since.filter(|since| SystemClock.now() - since > OLD_S).and_then(day);
        Freshness { offline: problem.blame == Blame::Network, old }
    }

    /// When the catalog in force was stored: a bundle or a table counts like a sync.
    fn taken_at(&self) -> Option<i64> {
        let reader = Store::open_read_only(&self.paths).ok()?;
        Some(reader.load().ok()??.snapshot.taken_at)
    }

    fn show(&self, progress: Progress) {
        let of = |done: u64, all: u64| (done * 100).checked_div(all).unwrap_or(0).min(100) as u32;
        let percent = match progress.step {
            Step::Asking => 0,
            Step::Fetching => of(progress.bytes_done, progress.bytes),
            // The catalog is already on the screen
            Step::Preparing => 100,
        };
        if self.shown.replace(Some(percent)) == Some(percent) {
            return;
        }
        let title = Message::fixed(
            "正在导入 U 盘数据包，请勿拔出",
            "Taking a bundle in; leave the stick where it is",
        );
        tell(Banner { title, detail: None, done: Some(percent as f32 / 100.0) }, None);
    }
}

fn tell_left_alone(left: &LeftAlone) {
    tell(Banner { title: inbox::headline(left), detail: Some(left.message()), done: None }, Some(BAD_NEWS));
}

const fn good(zh: &'static str, en: &'static str) -> Banner {
    Banner { title: Message::fixed(zh, en), detail: None, done: None }
}

/// Formats the day of a Unix time in the unit's own time zone.
fn day(time: i64) -> Option<Message> {
    let day = TimeZone::system().to_datetime(Timestamp::from_second(time).ok()?).date();
    Some(Message::new(day.strftime("%-m月%-d日").to_string(), day.strftime("%-d %b").to_string()))
}

/// Shows a banner for the given time, or until the next banner.
fn tell(banner: Banner, time: Option<Duration>) {
    to_screen(move |screen| screen.set_banner(Some(banner), time));
}
