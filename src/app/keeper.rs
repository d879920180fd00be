//! The keeper: loads what the state directory holds, and again whenever it changes.

use super::{notice, thread};
use crate::{
    binding::BindingFile,
    config::Config,
    domain::{Binding, Brand, CatalogSnapshot},
    paths::Paths,
    settings::Settings,
    store::{Reader, Store, StoreError},
    ui::{Notice, Screen, with_screen},
};
use notify::{EventKind, RecursiveMode, Watcher};
use std::{
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    time::Duration,
};

/// Writers touch the files many times for one change.
const SETTLE: Duration = Duration::from_millis(100);

/// What has changed on disk, as the screen takes it.
#[derive(Debug)]
pub struct Update {
    binding: Option<Binding>,
    catalog: Option<Arc<CatalogSnapshot>>,
    notice: Option<Notice>,
}

impl Update {
    pub fn apply(self, screen: &Screen) {
        screen.set_identity(self.binding.as_ref());
        if let Some(catalog) = self.catalog {
            screen.set_catalog(catalog);
        }
        screen.set_notice(self.notice);
    }
}

/// Starts the keeper. The first update comes through the channel, so that it can be on the first
/// frame; later ones go to the screen by themselves.
pub fn start(paths: &Paths, config: &Config) -> Receiver<Update> {
    let (first, receiver) = channel();
    let (paths, config) = (paths.clone(), config.clone());
    thread::spawn("keeper", move || Keeper::new(paths, config).keep(&first));
    receiver
}

struct Keeper {
    paths: Paths,
    config: Config,
    reader: Option<Reader>,
    /// What was last told to the screen
    version: Option<u64>,
    binding: Option<Binding>,
    notice: Option<Notice>,
}

impl Keeper {
    fn new(paths: Paths, config: Config) -> Self {
        Self { paths, config, reader: None, version: None, binding: None, notice: None }
    }

    fn keep(mut self, first: &Sender<Update>) {
        let update = self.look(true);
        let late = update.and_then(|update| first.send(update).err());
        if let Some(late) = late {
            tell(late.0);
        }
        // Watched only from here on: the start is not held up, and a change in between is seen
        // by the look that follows
        let (changed, changes) = channel();
        let watcher = self.watch(changed);
        if let Err(error) = &watcher {
            tracing::error!(%error, "changes will be seen at the next start only");
        }
        loop {
            if let Some(update) = self.look(false) {
                tell(update);
            }
            if changes.recv().is_err() {
                return;
            }
            while changes.recv_timeout(SETTLE).is_ok() {}
        }
    }

    /// Writes to the database go to its log first, so the whole directory is watched.
    fn watch(&self, changed: Sender<()>) -> notify::Result<impl Watcher + use<>> {
        let names = [self.paths.database(), self.paths.binding()]
            .map(|path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default());
        let ours = move |path: &std::path::PathBuf| {
            let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
            names.iter().any(|ours| name.starts_with(ours.as_str())) && !name.ends_with("-shm")
        };
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let of_interest = event.is_ok_and(|event| {
                !matches!(event.kind, EventKind::Access(_)) && event.paths.iter().any(&ours)
            });
            if of_interest {
                // The keeper is gone only when the program ends
                let _ = changed.send(());
            }
        })?;
        watcher.watch(self.paths.state_dir(), RecursiveMode::NonRecursive)?;
        Ok(watcher)
    }

    /// Reads what is new; `None` where nothing is.
    fn look(&mut self, first: bool) -> Option<Update> {
        let binding = BindingFile::new(self.paths.binding()).read().unwrap_or_else(|error| {
            tracing::error!(%error, "the binding can't be read");
            None
        });
        let binding = binding.map(|bound| bound.binding);
        let (catalog, notice) = match self.load() {
            Ok(catalog) => (catalog, None),
            Err(error) => {
                self.reader = None;
                self.version = None;
                tracing::warn!(%error, "no catalog");
                (None, notice::of_store(&error))
            }
        };
        let news = first || catalog.is_some() || binding != self.binding || notice != self.notice;
        self.binding = binding;
        self.notice = notice;
        news.then(|| Update { binding: self.binding.clone(), catalog, notice: self.notice.clone() })
    }

    /// The catalog, if it is another than the one the screen has.
    fn load(&mut self) -> Result<Option<Arc<CatalogSnapshot>>, StoreError> {
        let reader = match &self.reader {
            Some(reader) => reader,
            None => self.reader.insert(Store::open_read_only(&self.paths)?),
        };
        if self.version == Some(reader.catalog_version()?) {
            return Ok(None);
        }
        let snapshot = reader.snapshot()?;
        self.version = Some(snapshot.as_ref().map_or(0, |snapshot| snapshot.version));
        Ok(snapshot.map(|snapshot| Arc::new(self.with_settings(snapshot))))
    }

    /// The brand, with what the settings and the binding say of it.
    fn with_settings(&self, mut snapshot: CatalogSnapshot) -> CatalogSnapshot {
        let settings = Settings::on_unit(&self.config, Some(&snapshot), self.binding.as_ref());
        let brand: &mut Brand = &mut snapshot.brand;
        brand.name = settings.brand_name.value;
        (brand.primary, brand.accent) = (settings.primary.value, settings.accent.value);
        snapshot
    }
}

fn tell(update: Update) {
    let told = slint::invoke_from_event_loop(move || with_screen(|screen| update.apply(screen)));
    if told.is_err() {
        tracing::debug!("the screen is gone");
    }
}
