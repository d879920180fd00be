//! Directories and file names. The only module that knows them.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

/// The paths of a unit's state and settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    state: PathBuf,
    config: PathBuf,
}

const SYSTEM_STATE: &str = "/var/lib/cloud-shelf";
const SYSTEM_RUNTIME: &str = "/run/cloud-shelf-kiosk";
const SYSTEM_STICKS: &str = "/run/cloud-shelf/sticks";
const SYSTEM_UPDATES: &str = "/var/lib/cloud-shelf-update";
const SYSTEM_SOURCE: &str = "/etc/apt/sources.list.d/cloud-shelf.sources";
const SYSTEM_CONFIG: &str = "/etc/cloud-shelf/cloud-shelf.toml";

/// Defines a method of [`Paths`] for each file of the state directory, and [`Paths::files`] for all of
/// them, so that a rule for every file also covers files added later.
macro_rules! files {
    ($($(#[$words:meta])* $method:ident: $name:literal,)*) => {
        impl Paths {
            $($(#[$words])*
            pub fn $method(&self) -> PathBuf {
                self.state.join($name)
            })*

            /// Returns every file that a program opens in the state directory itself.
            pub fn files(&self) -> Vec<PathBuf> {
                vec![$(self.$method()),*]
            }
        }
    };
}

files! {
    /// Catalog, objects and thumbnails.
    database: "shelf.db",
    /// The missing pictures of the catalog.
    missing_pictures: "pictures-missing.json",
    /// The binding; separate from the database, so that it outlives it.
    binding: "binding.json",
    /// The screen set-up.
    screen: "screen.json",
    /// How many starts in a row have used the GPU without confirming that it works.
    gpu_tries: "gpu-tries",
    /// Record of work that might end the program, and of work that has.
    attempts: "attempts.json",
    /// The last catalog that was on the screen long enough to be trusted.
    proven_catalog: "catalog-proven.json",
    /// The unit's own signing key.
    device_key: "device.key",
    /// The hash of the service page's PIN.
    pin: "pin.json",
    /// The proxy set on the screen.
    proxy: "proxy.json",
    /// The number of wrong PINs entered.
    pin_tries: "pin-tries.json",
    /// Events that wait to be reported; separate from the database, so that they outlive it.
    outbox: "outbox.db",
    /// What this unit trusts of its feed; separate from the database, so that it outlives it.
    feed_trust: "feed-trust.json",
    /// Since when a newer version has been held back because its pictures are missing.
    feed_waiting: "feed-waiting.json",
    /// Lock of the one process that writes the database.
    writer_lock: "writer.lock",
    /// Lock of the one kiosk of this state directory.
    kiosk_lock: "kiosk.lock",
    /// Screenshot of the kiosk, for the command to fetch.
    screenshot: "screenshot.png",
    /// The kiosk's control socket.
    control_socket: "control.sock",
}

impl Paths {
    /// Creates the paths. `None` selects the system's own directories, or the user's below `home`
    /// (`$HOME`) if the package is not installed.
    pub fn new(state: Option<PathBuf>, config: Option<PathBuf>, home: Option<PathBuf>) -> Self {
        let state = state.unwrap_or_else(|| match home {
            Some(home) if !Path::new(SYSTEM_STATE).is_dir() => home.join(".local/state/cloud-shelf"),
            _ => SYSTEM_STATE.into(),
        });
        Self { state, config: config.unwrap_or_else(|| SYSTEM_CONFIG.into()) }
    }

    pub fn state_dir(&self) -> &Path {
        &self.state
    }

    pub fn config(&self) -> &Path {
        &self.config
    }

    /// Partial downloads.
    pub fn downloads(&self) -> PathBuf {
        self.state.join("downloads")
    }

    /// Folder from which bundles are taken in.
    pub fn inbox(&self) -> PathBuf {
        self.state.join("inbox")
    }

    /// Where USB sticks are mounted, each in a directory of its own; they are only read.
    pub fn sticks(&self) -> PathBuf {
        if self.state == Path::new(SYSTEM_STATE) { SYSTEM_STICKS.into() } else { self.state.join("sticks") }
    }

    /// Packages and progress of updates; separate from the state, because only root may write here.
    pub fn updates(&self) -> PathBuf {
        if self.state == Path::new(SYSTEM_STATE) { SYSTEM_UPDATES.into() } else { self.state.join("updates") }
    }

    /// Progress of an update, and refused versions.
    pub fn update_ledger(&self) -> PathBuf {
        self.updates().join("state.json")
    }

    /// The apt source of updates.
    pub fn update_source(&self) -> PathBuf {
        SYSTEM_SOURCE.into()
    }

    /// The control socket while the state directory is read-only: in a directory of the kiosk's
    /// own, which it creates if systemd has not.
    pub fn fallback_control_socket(&self) -> PathBuf {
        let dir = if self.state == Path::new(SYSTEM_STATE) {
            SYSTEM_RUNTIME.into()
        } else {
            let mut name = DefaultHasher::new();
            self.state.hash(&mut name);
            std::env::temp_dir().join(format!("cloud-shelf-{:016x}", name.finish()))
        };
        dir.join("control.sock")
    }
}

/// The paths of a publisher's feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedDir(PathBuf);

impl FeedDir {
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self(dir.into())
    }

    pub fn dir(&self) -> &Path {
        &self.0
    }

    /// Units, address, and which key signs.
    pub fn state(&self) -> PathBuf {
        self.0.join("feed.json")
    }

    /// The last edition, as a signed pointer for no unit.
    pub fn last_edition(&self) -> PathBuf {
        self.0.join("last.jws")
    }

    /// Cache of converted pictures.
    pub fn pictures(&self) -> PathBuf {
        self.0.join("pictures.json")
    }

    /// Lock of the one process that publishes.
    pub fn lock(&self) -> PathBuf {
        self.0.join("publisher.lock")
    }

    /// A private key.
    pub fn key(&self, kid: &str) -> PathBuf {
        self.keys().join(format!("{kid}.jwk"))
    }

    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    /// Staging folder for the served tree, on the same file system.
    pub fn staging(&self) -> PathBuf {
        self.0.join("staging")
    }

    /// The tree to serve; nothing else is served.
    pub fn public(&self) -> PathBuf {
        self.0.join("public")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_given_place_wins() {
        let paths = Paths::new(Some("/a".into()), Some("/b/c.toml".into()), Some("/home/x".into()));
        assert_eq!(paths.database(), Path::new("/a/shelf.db"));
        assert_eq!(paths.config(), Path::new("/b/c.toml"));
    }

    #[test]
    fn no_two_files_have_one_name() {
        let files = Paths::new(Some("/a".into()), None, None).files();
        assert!(files.iter().all(|file| file.parent() == Some(Path::new("/a"))), "{files:?}");
        assert_eq!(files.iter().collect::<BTreeSet<_>>().len(), files.len(), "{files:?}");
    }
}
