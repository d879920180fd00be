//! Reports to the operator: what the report service needs to know of this unit, and which events the pages
//! send.

use super::thread;
use cloud_shelf::{
    sync::{FeedSettings, Handle, InForce, UnreadHours},
    telemetry::{Catalog, Options, Recorder, Service, SharedActivity, Unit},
    unit::ThisUnit,
    update::Ledger,
};
use cloud_shelf_core::{
    attempt::{self, Start},
    clock::{Clock, SystemClock, UnitClock},
    domain::{Binding, ItemId, Lang},
    report::{Event, LastError, ReportAddress},
    transport::Route,
};
use cloud_shelf_screen::Observer;
use std::{sync::Arc, time::Duration};

/// Starts the report service. It runs until the program ends.
pub fn start(unit: &ThisUnit, handle: &Handle) -> (Recorder, SharedActivity) {
    let (recorder, inbox) = Recorder::new();
    let options = Options::new(unit.paths().clone());
    let unit = ReportingUnit { unit: unit.clone(), sync: handle.clone() };
    let service = Service::new(unit, options, Arc::new(SystemClock));
    let activity = service.activity();
    thread::spawn("reports", move || {
        if let Err(error) = service.run(inbox) {
            tracing::error!(%error, "reports can't be sent");
        }
    });
    (recorder, activity)
}

struct ReportingUnit {
    unit: ThisUnit,
    sync: Handle,
}

impl ReportingUnit {
    fn signed_settings(&self) -> Option<FeedSettings> {
        self.unit.find_signed_settings(self.binding().as_ref())
    }

    /// Returns what the program crashed on and now skips, or that this start is a careful one.
    fn crash(&self) -> Option<LastError> {
        let known = attempt::read_status(self.unit.paths(), SystemClock.now());
        let last = known.set_aside.iter().max_by_key(|known| known.at);
        let last = last.map(|last| LastError { code: last.input.kind.code().to_owned(), at: last.at });
        let careful = (known.start != Start::Normal).then_some(known.since);
        last.or_else(|| Some(LastError { code: "careful_start".to_owned(), at: careful? }))
    }
}

impl Unit for ReportingUnit {
    fn binding(&self) -> Option<Binding> {
        self.unit.read_binding().ok()?.map(|bound| bound.binding)
    }

    /// The local settings file takes precedence over the feed.
    fn report_address(&self) -> Option<ReportAddress> {
        let config = self.unit.load_config().config;
        let own = config.report.url.as_deref().and_then(|url| ReportAddress::parse(url).ok());
        own.or_else(|| {
            let url = self.signed_settings()?.settings.report_url?;
            ReportAddress::parse(url.as_str()).ok()
        })
    }

    fn catalog(&self) -> Option<Catalog> {
        let feed = self.unit.find_feed().ok()??;
        let InForce { version, signed_at, expires_at, expired } =
            self.unit.find_in_force(&feed, &UnitClock::new("/"))?;
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
            let failure = Ledger::load(&self.unit.paths().update_ledger()).ok()?.failure?;
            Some(LastError { code: failure.code, at: failure.at })
        });
        let now = |code: &str| LastError { code: code.to_owned(), at: SystemClock.now() };
        failed
            .or_else(|| self.unit.load_config().problem.map(|_| now("settings")))
            .or_else(|| self.signed_settings()?.unread_hours.map(|_| now(UnreadHours::CODE)))
    }

    /// Uses the proxy set on the screen at once. The download limits do not apply to reports.
    fn route(&self) -> Route {
        let route = self.unit.find_route(&self.unit.load_config().config);
        Route { redirect_hosts: Vec::new(), bytes_per_s: None, ..route }
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
    use cloud_shelf_core::paths::Paths;

    #[test]
    fn a_proxy_that_is_set_on_the_screen_counts_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(Some(dir.path().into()), Some(dir.path().join("none.toml")), None);
        let unit = ReportingUnit { unit: ThisUnit::of_kiosk(&paths), sync: Handle::default() };
        assert_eq!(unit.route().proxy, None);
        unit.unit.write_proxy("http://10.0.0.1:3128").unwrap();
        assert_eq!(unit.route().proxy.unwrap().as_str(), "http://10.0.0.1:3128/");
    }
}
