//! The keeper: loads the state directory and the settings file, and reloads them when they change.

use super::{
    notice,
    probation::{Admission, Probation},
    thread,
    vitals::Vitals,
    watch::Watch,
};
use cloud_shelf::{
    binding::BindingFile,
    pin::PinFile,
    store::{Publication, Reader, Store, StoreError},
    sync::{FeedSettings, Handle, UnreadHours, feed_settings},
};
use cloud_shelf_core::{
    attempt::{Attempts, Start},
    config::Config,
    domain::{Binding, CatalogSnapshot, Message},
    paths::Paths,
    settings::Settings,
    watchdog,
};
use cloud_shelf_screen::{Notice, Screen, with_screen};
use notify::{EventKind, RecursiveMode, Watcher};
use std::{
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel},
    },
    time::{Duration, Instant},
};

/// Debounce: writers touch the files many times for one change.
const SETTLE: Duration = Duration::from_millis(100);
/// Upper bound on debouncing, for a writer that never pauses.
const MAX_SETTLE: Duration = Duration::from_secs(1);
/// Retry interval for data that could not be read or is held back.
const LOOK_AGAIN: Duration = Duration::from_secs(10);
/// Deadline for the pages to answer; past it they count as stuck.
const PAGES_PATIENCE: Duration = Duration::from_secs(5);

/// What has changed on disk, in the form that the screen takes.
#[derive(Debug)]
pub struct Update {
    binding: Option<Binding>,
    /// `None` if the settings are unchanged
    settings: Option<Settings>,
    config_problem: Option<Message>,
    catalog: Option<Arc<CatalogSnapshot>>,
    notice: Option<Notice>,
    pin_set: bool,
}

impl Update {
    pub fn apply(self, screen: &Screen) {
        screen.set_pin(self.pin_set);
        screen.set_identity(self.binding.as_ref());
        if let Some(settings) = self.settings {
            screen.set_settings(settings);
        }
        screen.set_config_problem(self.config_problem);
        if let Some(catalog) = self.catalog {
            screen.set_catalog(catalog);
        }
        screen.set_notice(self.notice);
    }
}

/// Starts the keeper. The first update comes through the channel, so that it can be on the first frame; later
/// updates go straight to the screen.
pub fn start(
    paths: &Paths,
    sync: &Handle,
    vitals: &Vitals,
    (attempts, start): (&Attempts, Start),
) -> Receiver<Update> {
    let (first, receiver) = channel();
    let probation = Probation::new(paths, attempts, start);
    let keeper = Keeper::new(paths.clone(), sync.clone(), vitals.clone(), probation);
    thread::spawn("keeper", move || keeper.keep(&first));
    receiver
}

/// What may have changed on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Database,
    Binding,
    Pin,
    Config,
}

struct Keeper {
    paths: Paths,
    /// Told when the binding or the settings change
    sync: Handle,
    vitals: Vitals,
    probation: Probation,
    /// True while the database's catalog is held back from the pages
    is_held: bool,
    reader: Option<Reader>,
    /// With a feed, a start is proven only after the first sync round
    has_feed: bool,
    /// The last known good settings file
    config: Config,
    /// Kept because its brand's settings are a layer of the settings
    catalog: Option<Arc<CatalogSnapshot>>,
    /// The operator's settings, with the signed pointer that carries them
    published: Option<(Publication, Option<FeedSettings>)>,
    config_problem: Option<Message>,
    told: Told,
}

/// What the screen already shows.
#[derive(Default, PartialEq)]
struct Told {
    version: Option<u64>,
    binding: Option<Binding>,
    settings: Option<Settings>,
    config_problem: Option<Message>,
    notice: Option<Notice>,
    pin_set: bool,
}

impl Keeper {
    fn new(paths: Paths, sync: Handle, vitals: Vitals, probation: Probation) -> Self {
        Self {
            paths,
            sync,
            vitals,
            probation,
            is_held: false,
            reader: None,
            has_feed: false,
            config: Config::default(),
            catalog: None,
            published: None,
            config_problem: None,
            told: Told::default(),
        }
    }

    fn keep(mut self, first: &Sender<Update>) {
        self.read_config();
        let update = self.look(true);
        let late = update.and_then(|update| first.send(update).err());
        if let Some(late) = late {
            tell(late.0);
        }
        // Watching begins only now, so as not to delay the start; the next look picks up any change in
        // between
        let (changed, changes) = channel();
        let watcher = self.watch(changed.clone());
        if let Err(error) = &watcher {
            tracing::error!(%error, "changes take effect only at the next start");
        }
        let mut config_watch = self.watch_config(&changed);
        self.read_config();
        loop {
            // On every turn, so that a stream of changes can't hold up the proof
            self.prove();
            if let Some(update) = self.look(false) {
                tell(update);
            }
            // Retry even without a change event: a read from the card may fail only once
            let again = self.told.notice.is_some() || self.is_held;
            let wait = if again { LOOK_AGAIN } else { Duration::MAX };
            let mut seen = match changes.recv_timeout(wait.min(self.probation.wait())) {
                Ok(change) => vec![change],
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let calm = Instant::now() + MAX_SETTLE;
            while Instant::now() < calm
                && let Ok(change) = changes.recv_timeout(SETTLE)
            {
                seen.push(change);
            }
            if seen.contains(&Change::Config) {
                drop(config_watch);
                config_watch = self.watch_config(&changed);
                self.read_config();
            }
            if seen.iter().any(|change| *change != Change::Database) {
                self.sync.look();
            }
        }
    }

    /// Marks the run and the catalog as proven once they have lasted long enough.
    fn prove(&mut self) {
        let has_looked = !self.has_feed || self.sync.standing().rounds > 0;
        if self.probation.look(has_looked, pages_answer) {
            if self.probation.is_usual() && self.told.version.is_some_and(|version| version > 0) {
                self.vitals.set_catalog_read();
            }
            let told = slint::invoke_from_event_loop(|| with_screen(Screen::retry_pictures));
            if told.is_err() {
                tracing::debug!("the screen is gone");
            }
        }
    }

    fn watch_config(&self, changed: &Sender<Change>) -> Option<Watch> {
        let changed = changed.clone();
        let told = move || {
            // The receiver lives as long as the program
            let _ = changed.send(Change::Config);
        };
        Watch::file(self.paths.config(), told)
            .inspect_err(
                |error| tracing::error!(%error, "changed settings take effect only at the next start"),
            )
            .ok()
    }

    /// Reads the settings file; keeps the last known good settings if that fails.
    fn read_config(&mut self) {
        let problem = match Config::load(self.paths.config()) {
            Ok(config) => {
                self.config = config;
                None
            }
            Err(error) => Some(error.message()),
        };
        if let Some(problem) = &problem
            && self.told.config_problem.as_ref() != Some(problem)
        {
            tracing::error!(problem = %problem.en, "the settings file is invalid and ignored");
        }
        self.config_problem = problem;
    }

    /// Watches the whole directory: SQLite writes to its WAL first, not to the database file.
    fn watch(&self, changed: Sender<Change>) -> notify::Result<impl Watcher + use<>> {
        let own = |path: std::path::PathBuf| {
            path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
        };
        let (database, binding) = (own(self.paths.database()), own(self.paths.binding()));
        let pin = own(self.paths.pin());
        let ours = move |path: &std::path::PathBuf| {
            let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
            if name.starts_with(binding.as_str()) {
                return Some(Change::Binding);
            }
            if name == pin {
                return Some(Change::Pin);
            }
            (name.starts_with(database.as_str()) && !name.ends_with("-shm")).then_some(Change::Database)
        };
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let of_interest = event.ok().filter(|event| !matches!(event.kind, EventKind::Access(_)));
            for change in of_interest.iter().flat_map(|event| &event.paths).filter_map(&ours) {
                // The receiver lives as long as the program
                let _ = changed.send(change);
            }
        })?;
        watcher.watch(self.paths.state_dir(), RecursiveMode::NonRecursive)?;
        Ok(watcher)
    }

    /// Reads what has changed; `None` if nothing has.
    fn look(&mut self, first: bool) -> Option<Update> {
        let _work = watchdog::begin_work("keeper");
        let binding = BindingFile::new(self.paths.binding()).read().unwrap_or_else(|error| {
            tracing::error!(%error, "the binding can't be read");
            None
        });
        self.has_feed = binding.as_ref().is_some_and(|bound| bound.feed.is_some());
        let binding = binding.map(|bound| bound.binding);
        let subject = binding.as_ref().map(|own| format!("{}/{}", own.store, own.device)).unwrap_or_default();
        let (catalog, notice) = match self.load(&subject) {
            Ok(Some(catalog)) => (Some(catalog), None),
            Ok(None) => (None, (self.is_held && self.catalog.is_none()).then(notice::held_back)),
            Err(error) => {
                self.reader = None;
                self.told.version = None;
                let notice = notice::of_store(&error);
                // Logged once, not at every retry
                if notice != self.told.notice {
                    tracing::warn!(%error, "the catalog can't be read");
                }
                (None, notice)
            }
        };
        if let Some(catalog) = &catalog {
            self.catalog = Some(catalog.clone());
        }
        let published = self.published(binding.as_ref());
        let feed = published.as_ref().map(|published| &published.settings);
        let settings = Settings::for_unit(&self.config, feed, self.catalog.as_deref(), binding.as_ref());
        let now = Told {
            version: self.told.version,
            binding,
            settings: Some(settings),
            config_problem: self.config_problem.clone(),
            notice,
            // An unreadable PIN file opens nothing, but counts as set
            pin_set: PinFile::new(&self.paths).is_set().unwrap_or(true),
        };
        let news = first || catalog.is_some() || now != self.told;
        let before = std::mem::replace(&mut self.told, now);
        let now = &self.told;
        news.then(|| Update {
            binding: now.binding.clone(),
            settings: now.settings.clone().filter(|_| now.settings != before.settings),
            config_problem: now.config_problem.clone(),
            catalog,
            notice: now.notice.clone(),
            pin_set: now.pin_set,
        })
    }

    /// Returns the operator's settings. Rereads them if the pointer or the binding has changed; keeps the old
    /// ones, like the catalog, if the database can't be read.
    fn published(&mut self, binding: Option<&Binding>) -> Option<FeedSettings> {
        let kept = match self.reader.as_ref().map(Reader::publication) {
            Some(Ok(kept)) => kept,
            _ => return self.published.as_ref().and_then(|(_, settings)| settings.clone()),
        };
        let is_same = binding == self.told.binding.as_ref()
            && kept.as_ref() == self.published.as_ref().map(|(kept, _)| kept);
        if !is_same {
            self.published = kept.map(|kept| {
                let settings = binding.and_then(|binding| feed_settings(&self.paths, &kept, binding));
                if let Some(unread) = settings.as_ref().and_then(|settings| settings.unread_hours.as_ref()) {
                    tracing::warn!(code = UnreadHours::CODE, problem = %unread.message().en, "invalid hours");
                }
                (kept, settings)
            });
        }
        self.published.as_ref().and_then(|(_, settings)| settings.clone())
    }

    /// Returns the catalog if it differs from the one on the screen.
    fn load(&mut self, subject: &str) -> Result<Option<Arc<CatalogSnapshot>>, StoreError> {
        let reader = match &self.reader {
            Some(reader) => reader,
            None => {
                // Another version of this program may have written the database
                Store::suit(&self.paths)?;
                self.reader.insert(Store::open_read_only(&self.paths)?)
            }
        };
        self.vitals.set_database_opened();
        if self.told.version == Some(reader.catalog_version()?) && !self.is_held {
            return Ok(None);
        }
        let (snapshot, digest) = (reader.snapshot()?, reader.catalog_digest()?);
        if snapshot.is_some() && self.probation.is_usual() {
            self.vitals.set_catalog_read();
        }
        self.told.version = Some(snapshot.as_ref().map_or(0, |snapshot| snapshot.version));
        let Some((snapshot, digest)) = snapshot.zip(digest) else {
            self.is_held = false;
            return Ok(None);
        };
        match self.probation.admit(digest, &snapshot, subject) {
            Admission::Show => {
                self.is_held = false;
                Ok(Some(Arc::new(snapshot)))
            }
            Admission::Instead(other) => {
                if !self.is_held {
                    let version = snapshot.version;
                    tracing::error!(
                        version,
                        "this catalog is held back: the last runs crashed on it, or soon after their start"
                    );
                }
                self.is_held = true;
                let shown = self.catalog.as_ref().map(|catalog| catalog.version);
                Ok(other.filter(|other| Some(other.version) != shown))
            }
        }
    }
}

/// Returns whether the UI's event loop answers in time.
fn pages_answer() -> bool {
    let (told, heard) = sync_channel(1);
    let asked = slint::invoke_from_event_loop(move || {
        // The keeper may have timed out
        let _ = told.send(());
    });
    asked.is_ok() && watchdog::pause_during(|| heard.recv_timeout(PAGES_PATIENCE)).is_ok()
}

fn tell(update: Update) {
    let told = slint::invoke_from_event_loop(move || with_screen(|screen| update.apply(screen)));
    if told.is_err() {
        tracing::debug!("the screen is gone");
    }
}
