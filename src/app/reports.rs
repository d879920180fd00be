//! Reports to the operator: what the report service needs to know of this unit, and which events the pages
//! send.

use super::thread;
use cloud_shelf::{
    binding::BindingFile,
    network::ProxyFile,
    store::Store,
    sync::{self, Feed, FeedSettings, Handle, InForce, UnreadHours, feed_settings},
    telemetry::{Catalog, Options, Recorder, Service, SharedActivity, Unit},
    update::Ledger,
};
use cloud_shelf_core::{
    attempt::{self, Start},
    clock::{Clock, SystemClock, UnitClock},
    config::Config,
    domain::{Binding, ItemId, Lang},
    paths::Paths,
    report::{Event, LastError, ReportAddress},
    transport::Route,
};
use cloud_shelf_screen::Observer;
use std::{sync::Arc, time::Duration};

/// Starts the report service. It runs until the program ends.
pub fn start(paths: &Paths, handle: &Handle) -> (Recorder, SharedActivity) {
    let (recorder, inbox) = Recorder::new();
    let unit = ThisUnit { paths: paths.clone(), sync: handle.clone() };
    let options = Options::new(paths.clone());
    let service = Service::new(unit, options, Arc::new(SystemClock));
    let activity = service.activity();
    thread::spawn("reports", move || {
        if let Err(error) = service.run(inbox) {
            tracing::error!(%error, "reports can't be sent");
        }
    });
    (recorder, activity)
}

struct ThisUnit {
    paths: Paths,
    sync: Handle,
}

impl ThisUnit {
    /// Returns the settings file, or the defaults; the keeper reports what is wrong with the file.
    fn config(&self) -> Config {
        Config::load(self.paths.config()).unwrap_or_default()
    }

    /// Returns the operator's settings that came with the catalog in force.
    fn feed_settings(&self) -> Option<FeedSettings> {
        let kept = Store::open_read_only(&self.paths).and_then(|reader| reader.publication()).ok()??;
        feed_settings(&self.paths, &kept, &self.binding()?)
    }
}

impl ThisUnit {
    /// Returns what the program crashed on and now skips, or that this start is a careful one.
    fn crash(&self) -> Option<LastError> {
        let known = attempt::read_status(&self.paths, SystemClock.now());
        let last = known.set_aside.iter().max_by_key(|known| known.at);
        let last = last.map(|last| LastError { code: last.input.kind.code().to_owned(), at: last.at });
        let careful = (known.start != Start::Normal).then_some(known.since);
        last.or_else(|| Some(LastError { code: "careful_start".to_owned(), at: careful? }))
    }
}

impl Unit for ThisUnit {
    fn binding(&self) -> Option<Binding> {
        let bound = BindingFile::new(self.paths.binding()).read();
        bound
            .inspect_err(|error| tracing::warn!(%error, "no reports: the binding can't be read"))
            .ok()?
            .map(|bound| bound.binding)
    }

    /// The local settings file takes precedence over the feed.
    fn report_address(&self) -> Option<ReportAddress> {
        let config = self.config();
        let own = config.report.url.as_deref().and_then(|url| ReportAddress::parse(url).ok());
        own.or_else(|| {
            let url = self.feed_settings()?.settings.report_url?;
            ReportAddress::parse(url.as_str()).ok()
        })
    }

    fn catalog(&self) -> Option<Catalog> {
        let bound = BindingFile::new(self.paths.binding()).read().ok()??;
        let feed = Feed::of_binding(bound.feed.as_deref()?, &bound.binding).ok()?;
        let InForce { version, signed_at, expires_at, expired } =
            InForce::of(&self.paths, &feed, &UnitClock::new("/"))?;
        Some(Catalog { version, signed_at, expires_at, expired })
    }

    fn in_step_at(&self) -> Option<i64> {
        self.sync.standing().in_step_at
    }

    fn last_error(&self) -> Option<LastError> {
        let failed = self.sync.standing().last.and_then(|done| {
            let problem = done.error()?;
            Some(LastError { code: problem.code.to_owned(), at: done.at })
        });
        let failed = failed.or_else(|| self.crash());
        let failed = failed.or_else(|| {
            let failure = Ledger::load(&self.paths.update_ledger()).ok()?.failure?;
            Some(LastError { code: failure.code, at: failure.at })
        });
        let now = |code: &str| LastError { code: code.to_owned(), at: SystemClock.now() };
        failed
            .or_else(|| Config::load(self.paths.config()).is_err().then(|| now("settings")))
            .or_else(|| self.feed_settings()?.unread_hours.map(|_| now(UnreadHours::CODE)))
    }

    /// Uses the proxy set on the screen at once. The download limits do not apply to reports.
    fn route(&self) -> Route {
        let network = ProxyFile::new(self.paths.proxy()).fill_in(self.config().network);
        Route { redirect_hosts: Vec::new(), bytes_per_s: None, ..sync::route(&network) }
    }
}

/// What shoppers do on the pages, recorded.
pub struct Recorded(pub Recorder);

impl Observer for Recorded {
    fn woken(&self) {
        self.0.record(Event::Woken);
    }

    fn item_opened(&self, item: &ItemId) {
        self.0.record(Event::ItemOpened { item: item.clone() });
    }

    fn code_shown(&self, item: &ItemId, time: Duration) {
        let seconds = u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
        self.0.record(Event::QrShown { item: item.clone(), seconds });
    }

    fn search_empty(&self) {
        self.0.record(Event::SearchEmpty);
    }

    fn language_chosen(&self, lang: Lang) {
        self.0.record(Event::Language { lang });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_that_is_set_on_the_screen_counts_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(Some(dir.path().into()), Some(dir.path().join("none.toml")), None);
        let unit = ThisUnit { paths: paths.clone(), sync: Handle::default() };
        assert_eq!(unit.route().proxy, None);
        ProxyFile::new(paths.proxy()).write("http://10.0.0.1:3128").unwrap();
        assert_eq!(unit.route().proxy.unwrap().as_str(), "http://10.0.0.1:3128/");
    }
}
