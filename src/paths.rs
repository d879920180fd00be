//! The only place that knows directories and file names.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

/// Where a unit keeps its state, and where its settings are.
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

/// Makes a method of [`Paths`] for each file of the state directory, and [`Paths::files`] for all of them:
/// what holds for one has to hold for each, also for those that come later.
macro_rules! files {
    ($($(#[$words:meta])* $method:ident: $name:literal,)*) => {
        impl Paths {
            $($(#[$words])*
            pub fn $method(&self) -> PathBuf {
                self.state.join($name)
            })*

            /// Every file that a program opens in the state directory itself.
            pub fn files(&self) -> Vec<PathBuf> {
                vec![$(self.$method()),*]
            }
        }
    };
}

files! {
    /// Catalog, objects and thumbnails.
    database: "shelf.db",
    /// Which pictures of the catalog could not be taken in.
    missing_pictures: "pictures-missing.json",
    /// Which store and device this is; apart from the database, so that it outlives it.
    binding: "binding.json",
    /// How the screen hangs and shines.
    screen: "screen.json",
    /// How often in a row the GPU was tried, and nothing says that it draws well.
    gpu_tries: "gpu-tries",
    /// What is being tried that could end the program, and what has ended it.
    attempts: "attempts.json",
    /// The catalog that was last on the pages for long enough to be trusted.
    proven_catalog: "catalog-proven.json",
    /// The key by which the operator knows this unit.
    device_key: "device.key",
    /// The hash of the service page's PIN.
    pin: "pin.json",
    /// A proxy that was set on the screen.
    proxy: "proxy.json",
    /// How often a wrong PIN was given.
    pin_tries: "pin-tries.json",
    /// Events that wait to be reported; apart from the database, so that they outlive it.
    outbox: "outbox.db",
    /// What this unit believes of its feed; apart from the database, so that it outlives it.
    feed_trust: "feed-trust.json",
    /// Since when a newer version has been held back because its pictures do not come.
    feed_waiting: "feed-waiting.json",
    /// Held by the one process that writes the database.
    writer_lock: "writer.lock",
    /// Held by the one kiosk of this state directory.
    kiosk_lock: "kiosk.lock",
    /// Where the kiosk leaves a picture of its screen for the command to fetch.
    screenshot: "screenshot.png",
    /// The kiosk's control socket.
    control_socket: "control.sock",
}

impl Paths {
    /// The given places; what is `None` is the system's own, or, where the package is not
    /// installed, the user's (`home` is `$HOME`).
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

    /// Objects of which a part has come.
    pub fn downloads(&self) -> PathBuf {
        self.state.join("downloads")
    }

    /// A bundle that is put here is taken in.
    pub fn inbox(&self) -> PathBuf {
        self.state.join("inbox")
    }

    /// Where USB sticks are mounted, each in a directory of its own; what is on them is only read.
    pub fn sticks(&self) -> PathBuf {
        if self.state == Path::new(SYSTEM_STATE) { SYSTEM_STICKS.into() } else { self.state.join("sticks") }
    }

    /// Where updates keep their packages and how far they are; apart from the state, since only
    /// root may write here.
    pub fn updates(&self) -> PathBuf {
        if self.state == Path::new(SYSTEM_STATE) { SYSTEM_UPDATES.into() } else { self.state.join("updates") }
    }

    /// How far an update is, and what was refused.
    pub fn update_ledger(&self) -> PathBuf {
        self.updates().join("state.json")
    }

    /// The repository that updates come from, as an apt source.
    pub fn update_source(&self) -> PathBuf {
        SYSTEM_SOURCE.into()
    }

    /// Where the control socket is while the state directory takes no writes: in a directory of the
    /// kiosk's own, which it makes where systemd has not.
    pub fn control_socket_elsewhere(&self) -> PathBuf {
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

/// Where a publisher keeps a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedDir(PathBuf);

impl FeedDir {
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self(dir.into())
    }

    pub fn dir(&self) -> &Path {
        &self.0
    }

    /// Shelves, address, and which key signs.
    pub fn state(&self) -> PathBuf {
        self.0.join("feed.json")
    }

    /// What was published last, as a signed pointer of no shelf.
    pub fn last(&self) -> PathBuf {
        self.0.join("last.jws")
    }

    /// What became of pictures that were taken in before.
    pub fn pictures(&self) -> PathBuf {
        self.0.join("pictures.json")
    }

    /// Held by the one process that publishes.
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

    /// Files on their way into the tree that is served; on the same file system.
    pub fn staging(&self) -> PathBuf {
        self.0.join("staging")
    }

    /// The tree that is served, and nothing else is.
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
