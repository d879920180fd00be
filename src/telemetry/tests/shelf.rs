//! A unit with a running service, in a directory of its own.

use super::super::{
    Catalog, Machine, Options, Outbox, Pace, Recorder, Service, SharedActivity, Standing, Unit,
};
use cloud_shelf_core::{
    clock::FixedClock,
    domain::{Binding, DeviceId, StoreId},
    paths::Paths,
    report::{LastError, ReportAddress},
    transport::{Route, Timeouts},
};
use std::{
    path::Path,
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
    time::Duration,
};

pub const UNIT: &str = "184454101/8F6A77C73E";
pub const NOW: i64 = 1_790_000_000;
/// A catalog with a version number, expired
pub const CATALOG: Catalog =
    Catalog { version: 777, signed_at: NOW - 61 * 86_400, expires_at: NOW - 86_400, expired: true };

/// The unit's answers to the service; a test changes them.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub device: Option<String>,
    pub address: Option<String>,
    pub catalog: Option<Catalog>,
    pub in_step_at: Option<i64>,
    pub last_error: Option<LastError>,
    /// Uses a real unit's timeouts
    pub patient: bool,
}

#[derive(Clone, Default)]
pub struct SharedFacts(pub Arc<Mutex<Facts>>);

impl Unit for SharedFacts {
    fn binding(&self) -> Option<Binding> {
        let device = self.0.lock().unwrap().device.clone()?;
        let (store, device) = (StoreId::parse("184454101").unwrap(), DeviceId::parse(&device).unwrap());
        Some(Binding { brand: "启赋".into(), store, device })
    }

    fn report_address(&self) -> Option<ReportAddress> {
        Some(ReportAddress::parse(self.0.lock().unwrap().address.as_deref()?).unwrap())
    }

    fn catalog(&self) -> Option<Catalog> {
        self.0.lock().unwrap().catalog
    }

    fn in_step_at(&self) -> Option<i64> {
        self.0.lock().unwrap().in_step_at
    }

    fn last_error(&self) -> Option<LastError> {
        self.0.lock().unwrap().last_error.clone()
    }

    fn route(&self) -> Route {
        let timeouts = if self.0.lock().unwrap().patient { Timeouts::default() } else { route().timeouts };
        Route { timeouts, ..route() }
    }
}

/// Service options with short waits.
pub fn options(dir: &Path) -> Options {
    let soon = Duration::from_millis(5);
    Options {
        window: Duration::from_millis(20),
        pace: Pace {
            first: soon,
            round: soon,
            idle: soon,
            pending: soon,
            refused: soon,
            retry: soon,
            retry_most: 4 * soon,
        },
        machine: Machine::new(dir.join("no machine")),
        ..Options::new(paths(dir))
    }
}

pub fn route() -> Route {
    let timeouts = Timeouts {
        connect: Duration::from_millis(500),
        silence: Duration::from_millis(500),
        ..Timeouts::default()
    };
    Route { allow_private_feed: true, timeouts, ..Route::default() }
}

pub fn paths(dir: &Path) -> Paths {
    Paths::new(Some(dir.into()), None, None)
}

/// A running service.
pub struct Shelf {
    pub facts: SharedFacts,
    pub recorder: Recorder,
    pub activity: SharedActivity,
    paths: Paths,
    thread: Option<JoinHandle<()>>,
}

impl Shelf {
    /// Starts a bound unit that reports to an address.
    pub fn start(dir: &Path, address: &str) -> Self {
        let facts = Facts {
            device: Some("8F6A77C73E".into()),
            address: Some(address.to_owned()),
            catalog: Some(CATALOG),
            in_step_at: Some(NOW - 60),
            ..Facts::default()
        };
        Self::with(options(dir), SharedFacts(Arc::new(Mutex::new(facts))))
    }

    pub fn with(options: Options, facts: SharedFacts) -> Self {
        let (recorder, inbox) = Recorder::new();
        let paths = options.paths.clone();
        let service = Service::new(facts.clone(), options, Arc::new(FixedClock(NOW)));
        let activity = service.activity();
        let thread = thread::spawn(move || service.run(inbox).unwrap());
        Self { facts, recorder, activity, paths, thread: Some(thread) }
    }

    pub fn standing(&self) -> Standing {
        Outbox::look(&self.paths).unwrap()
    }

    /// Waits until everything recorded is written.
    pub fn flush(&self) {
        assert!(self.recorder.flush(Duration::from_secs(30)));
    }

    /// Shuts down cleanly.
    pub fn stop(self) {
        let Self { recorder, thread, .. } = self;
        drop(recorder);
        thread.unwrap().join().unwrap();
    }
}
