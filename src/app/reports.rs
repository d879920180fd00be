//! Reports to the operator: what their service asks of this unit, and what the pages tell it.

use super::thread;
use crate::{
    binding::BindingFile,
    clock::{Clock, SystemClock},
    config::{Config, Network},
    domain::{Binding, ItemId, Lang},
    paths::Paths,
    store::Store,
    telemetry::{Event, LastError, Options, Recorder, ReportAddress, Service, Unit},
    transport::Route,
    ui::Observer,
};
use std::{fs::File, io::Read, sync::Arc, time::Duration};

/// A file of certificates has less.
const MAX_CA_BYTES: u64 = 1 << 20;

/// Starts the service. It lasts until the program ends.
pub fn start(paths: &Paths) -> Recorder {
    let (recorder, inbox) = Recorder::new();
    // What is wrong with the file, the keeper says
    let loaded = Config::load(paths.config());
    let config_problem = loaded.is_err();
    let config = loaded.unwrap_or_default();
    let address = config.report.url.as_deref().and_then(|url| ReportAddress::parse(url).ok());
    let at = SystemClock.now();
    let last_error = config_problem.then(|| LastError { code: "settings".to_owned(), at });
    let unit = ThisUnit { paths: paths.clone(), address, last_error };
    let options = Options::new(paths.clone(), route(&config.network));
    thread::spawn("reports", move || {
        if let Err(error) = Service::new(unit, options, Arc::new(SystemClock)).run(inbox) {
            tracing::error!(%error, "nothing is reported");
        }
    });
    recorder
}

struct ThisUnit {
    paths: Paths,
    /// Where the settings want reports
    address: Option<ReportAddress>,
    last_error: Option<LastError>,
}

impl Unit for ThisUnit {
    fn binding(&self) -> Option<Binding> {
        let bound = BindingFile::new(self.paths.binding()).read();
        bound
            .inspect_err(|error| tracing::warn!(%error, "nothing is reported"))
            .ok()?
            .map(|bound| bound.binding)
    }

    fn report_address(&self) -> Option<ReportAddress> {
        self.address.clone()
    }

    fn catalog_version(&self) -> Option<u64> {
        Store::open_read_only(&self.paths).and_then(|reader| reader.catalog_version()).ok()
    }

    fn last_error(&self) -> Option<LastError> {
        self.last_error.clone()
    }
}

/// By which way the network is reached.
fn route(network: &Network) -> Route {
    let ca_pem = network.ca_file.as_ref().map(|path| {
        let mut pem = Vec::new();
        let read = File::open(path).and_then(|file| file.take(MAX_CA_BYTES).read_to_end(&mut pem));
        read.inspect_err(|error| tracing::error!(%error, path = %path.display(), "network.ca_file")).ok();
        pem
    });
    Route {
        proxy: network.proxy.as_deref().and_then(|proxy| proxy.parse().ok()),
        ca_pem: ca_pem.unwrap_or_default(),
        allow_private_feed: network.allow_private_feed,
        ..Route::default()
    }
}

impl Observer for Recorder {
    fn woken(&self) {
        self.record(Event::Woken);
    }

    fn item_opened(&self, item: &ItemId) {
        self.record(Event::ItemOpened { item: item.clone() });
    }

    fn code_shown(&self, item: &ItemId, time: Duration) {
        let seconds = u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
        self.record(Event::QrShown { item: item.clone(), seconds });
    }

    fn search_empty(&self) {
        self.record(Event::SearchEmpty);
    }

    fn language_chosen(&self, lang: Lang) {
        self.record(Event::Language { lang });
    }
}
