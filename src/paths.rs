//! The only place that knows directories and file names.

use std::path::{Path, PathBuf};

/// Where a unit keeps its state, and where its settings are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    state: PathBuf,
    config: PathBuf,
}

const SYSTEM_STATE: &str = "/var/lib/cloud-shelf";
const SYSTEM_CONFIG: &str = "/etc/cloud-shelf/cloud-shelf.toml";

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

    /// Catalog, objects and thumbnails.
    pub fn database(&self) -> PathBuf {
        self.state.join("shelf.db")
    }

    /// Which pictures of the catalog could not be taken in.
    pub fn missing_pictures(&self) -> PathBuf {
        self.state.join("pictures-missing.json")
    }

    /// Which store and device this is; apart from the database, so that it outlives it.
    pub fn binding(&self) -> PathBuf {
        self.state.join("binding.json")
    }

    /// The key by which the operator knows this unit.
    pub fn device_key(&self) -> PathBuf {
        self.state.join("device.key")
    }

    /// Events that wait to be reported; apart from the database, so that they outlive it.
    pub fn outbox(&self) -> PathBuf {
        self.state.join("outbox.db")
    }

    /// Held by the one process that writes the database.
    pub fn writer_lock(&self) -> PathBuf {
        self.state.join("writer.lock")
    }

    /// Held by the one kiosk of this state directory.
    pub fn kiosk_lock(&self) -> PathBuf {
        self.state.join("kiosk.lock")
    }

    /// Where the kiosk leaves a picture of its screen for the command to fetch.
    pub fn screenshot(&self) -> PathBuf {
        self.state.join("screenshot.png")
    }

    /// The kiosk's control socket.
    pub fn control_socket(&self) -> PathBuf {
        self.state.join("control.sock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_place_wins() {
        let paths = Paths::new(Some("/a".into()), Some("/b/c.toml".into()), Some("/home/x".into()));
        assert_eq!(paths.database(), Path::new("/a/shelf.db"));
        assert_eq!(paths.config(), Path::new("/b/c.toml"));
    }
}
