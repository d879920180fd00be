//! A unit's handle: reads its files when asked, and derives what several programs and threads need of them.

use super::{
    binding::{BindingError, BindingFile, Bound},
    proxy::{ProxyError, ProxyFile},
};
use crate::{
    store::{Publication, Reader, Store, StoreError},
    sync::{self, Feed, FeedSettings, InForce, Known, SyncError, feed_settings},
};
use cloud_shelf_core::{
    clock::{BUILD_TIME, Clock},
    config::{Config, ConfigError, NetworkConfig},
    domain::{Binding, Message},
    durable,
    hours::{Hours, default_zone},
    paths::Paths,
    plain_file,
    settings::Settings,
    transport::Route,
};
use jiff::tz::TimeZone;
use std::{
    fs::{self, File},
    io::{self, Read},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::UNIX_EPOCH,
};

/// Upper bound on the text of the settings file, in bytes.
const MAX_TEXT_BYTES: u64 = 256 << 10;

/// The unit of one state directory and one settings file. Cheap to clone; its clones share the last settings that
/// could be read.
#[derive(Clone, Debug)]
pub struct ThisUnit {
    paths: Paths,
    /// Whether this is the kiosk, which reads the database beside its own writer
    is_kiosk: bool,
    last_config: Arc<Mutex<Config>>,
}

/// The settings in force, and why they are not those of the file.
#[derive(Debug)]
pub struct LoadedConfig {
    pub config: Config,
    pub problem: Option<ConfigError>,
}

impl ThisUnit {
    /// A unit as a command sees it: looking at it leaves no trace.
    pub fn new(paths: &Paths) -> Self {
        Self { paths: paths.clone(), is_kiosk: false, last_config: Arc::default() }
    }

    /// A unit as its kiosk sees it.
    pub fn of_kiosk(paths: &Paths) -> Self {
        Self { is_kiosk: true, ..Self::new(paths) }
    }

    pub const fn paths(&self) -> &Paths {
        &self.paths
    }

    /// Returns the binding; `None` if the unit is not bound.
    pub fn read_binding(&self) -> Result<Option<Bound>, BindingError> {
        self.binding_file().read()
    }

    /// Writes the binding. Sets a damaged file aside first, and returns its new name. Does not write over a file
    /// that is unreadable or from a newer program.
    pub fn write_binding(&self, bound: &Bound) -> Result<Option<PathBuf>, BindingError> {
        let file = self.binding_file();
        let aside = match file.read() {
            Ok(_) => None,
            Err(BindingError::Damaged { .. }) => Some(file.set_aside()?),
            Err(error) => return Err(error),
        };
        file.write(bound).map(|()| aside)
    }

    /// Removes the binding; returns false if there was none. A damaged file is set aside instead.
    pub fn remove_binding(&self) -> Result<bool, BindingError> {
        let file = self.binding_file();
        match file.read() {
            Err(BindingError::Damaged { .. }) => file.set_aside().map(|_| true),
            _ => file.remove(),
        }
    }

    /// Returns the damaged bindings that were set aside, oldest first.
    pub fn found_damaged_bindings(&self) -> Vec<PathBuf> {
        durable::list_set_aside(&self.binding_path())
    }

    /// Returns the Unix time (seconds) at which the binding was written.
    pub fn bound_since(&self) -> Option<i64> {
        let written = fs::symlink_metadata(self.binding_path()).and_then(|file| file.modified()).ok()?;
        i64::try_from(written.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
    }

    /// Returns where the binding is kept, for noticing a change.
    pub fn binding_path(&self) -> PathBuf {
        self.paths.binding()
    }

    fn binding_file(&self) -> BindingFile {
        BindingFile::new(self.binding_path())
    }

    /// Returns the feed that this unit follows; `None` if it follows none, or if its binding can't be used.
    pub fn find_feed(&self) -> Result<Option<Feed>, SyncError> {
        self.read_binding().ok().flatten().map_or(Ok(None), |bound| bound.find_feed())
    }

    /// Loads the settings in force: those of the file; if it can't be used, the last ones that this process could
    /// read, or the defaults.
    pub fn load_config(&self) -> LoadedConfig {
        let loaded = Config::load(self.paths.config());
        let mut last = self.last_config.lock().unwrap_or_else(PoisonError::into_inner);
        let problem = match loaded {
            Ok(config) => {
                *last = config;
                None
            }
            Err(error) => Some(error),
        };
        LoadedConfig { config: last.clone(), problem }
    }

    /// Returns where the settings file is, for noticing a change.
    pub fn config_path(&self) -> PathBuf {
        self.paths.config().to_owned()
    }

    /// Returns the text of the settings file, whatever it holds. It may contain a password.
    pub fn read_config_text(&self) -> io::Result<String> {
        let mut text = String::new();
        File::open(self.paths.config())?.take(MAX_TEXT_BYTES).read_to_string(&mut text)?;
        Ok(text)
    }

    /// Returns the proxy that was set on the screen.
    pub fn read_proxy(&self) -> Result<Option<String>, ProxyError> {
        self.proxy_file().read()
    }

    /// Sets the proxy; an empty text removes it. Sets a damaged file aside first, and does not write over one that
    /// is unreadable or from a newer program.
    pub fn write_proxy(&self, proxy: &str) -> Result<(), ProxyError> {
        let file = self.proxy_file();
        match file.read() {
            Ok(_) => {}
            Err(ProxyError::Damaged { .. }) => drop(file.set_aside()?),
            Err(error) => return Err(error),
        }
        file.write(proxy)
    }

    /// Returns the text of the file with the proxy, whatever it holds. It may contain a password.
    pub fn read_proxy_text(&self) -> Option<String> {
        let bytes = plain_file::read(&self.paths.proxy(), MAX_TEXT_BYTES).ok()?;
        String::from_utf8(bytes).ok()
    }

    fn proxy_file(&self) -> ProxyFile {
        ProxyFile::new(self.paths.proxy())
    }

    /// Returns the network settings of these settings. Where they name no proxy, the one set on the screen counts.
    pub fn find_network(&self, config: &Config) -> NetworkConfig {
        let network = config.network.clone();
        NetworkConfig { proxy: network.proxy.or_else(|| self.read_proxy().ok().flatten()), ..network }
    }

    /// Returns the route to the feed.
    pub fn find_route(&self, config: &Config) -> Route {
        sync::route(&self.find_network(config))
    }

    /// Returns the shop's time zone if these settings have opening hours, else China's: systems often ship with
    /// another.
    pub fn find_zone(config: &Config) -> TimeZone {
        config.hours().as_ref().map_or_else(default_zone, Hours::zone)
    }

    /// Opens the database for reading.
    pub fn open_store(&self) -> Result<Reader, StoreError> {
        if self.is_kiosk { Store::open_read_only(&self.paths) } else { Store::inspect(&self.paths) }
    }

    /// Returns the signed publication that the current catalog came from; `None` if it came from none, or if the
    /// database can't be read.
    pub fn find_publication(&self) -> Option<Publication> {
        self.open_store().and_then(|reader| reader.publication()).ok().flatten()
    }

    /// Returns what the operator signed with the current catalog for this binding.
    pub fn find_signed_settings(&self, binding: Option<&Binding>) -> Option<FeedSettings> {
        feed_settings(&self.paths, &self.find_publication()?, binding?)
    }

    /// Returns age and expiry of the current catalog; `None` if it did not come from this feed.
    pub fn find_in_force(&self, feed: &Feed, clock: &dyn Clock) -> Option<InForce> {
        InForce::of(&self.find_publication()?, &self.paths, feed, clock)
    }

    /// Returns the times that have certainly passed, by the program and by what the feed has signed.
    pub fn find_known_times(&self, feed: Option<&Feed>) -> Known {
        let by_program = Known { built: BUILD_TIME, ..Known::default() };
        feed.map_or(by_program, |feed| {
            sync::known_times(&self.paths.feed_trust(), &feed.address, &feed.subject)
        })
    }

    /// Returns the settings that a kiosk would start with: of the file, the operator, the catalog and the binding.
    pub fn find_settings(&self, config: &Config, binding: Option<&Binding>) -> Settings {
        let catalog = self.open_store().and_then(|reader| reader.snapshot()).ok().flatten();
        let signed = self.find_signed_settings(binding).map(|signed| signed.settings);
        Settings::for_unit(config, signed.as_ref(), catalog.as_ref(), binding)
    }

    /// Sets damaged files of the state aside, and returns what there is to say of each. For the kiosk: a command
    /// that only reads must not change what it reads.
    pub fn set_damaged_aside(&self) -> Vec<Message> {
        let mut said = Vec::new();
        let kept = |words: Message, aside: PathBuf| {
            let aside = aside.display();
            Message::new(
                format!("{}（原文件已另存为 {aside}）", words.zh),
                format!("{} (the file is kept as {aside})", words.en),
            )
        };
        let file = self.binding_file();
        if let Err(error @ BindingError::Damaged { .. }) = file.read() {
            said.push(match file.set_aside() {
                Ok(aside) => kept(error.message(), aside),
                Err(error) => error.message(),
            });
        }
        let file = self.proxy_file();
        if let Err(error @ ProxyError::Damaged { .. }) = file.read() {
            said.push(match file.set_aside() {
                Ok(aside) => kept(error.message(), aside),
                Err(error) => error.message(),
            });
        }
        said
    }
}

#[cfg(test)]
#[path = "this_unit_tests.rs"]
mod tests;
