//! The lock that allows one kiosk per state directory.

use cloud_shelf_core::{paths::Paths, plain_file};
use std::{fs, io};

/// The lock; held for as long as the kiosk runs.
pub(super) struct Lock {
    _file: Option<fs::File>,
    /// False if the state directory is another user's: such a kiosk only shows it and takes no commands
    pub serves: bool,
}

impl Lock {
    /// Takes the lock; fails if another kiosk holds it. Succeeds on a read-only card, so that the control
    /// socket can still report what is wrong.
    pub fn take(paths: &Paths) -> anyhow::Result<Self> {
        let path = paths.kiosk_lock();
        let opened = fs::create_dir_all(paths.state_dir()).and_then(|()| plain_file::open_to_write(&path));
        let file = match opened {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::ReadOnlyFilesystem => {
                tracing::error!(%error, "the card has become read-only: nothing new can be taken in");
                // If no kiosk has run here before, lock the database file: SQLite's locks are of another kind
                // (fcntl)
                match plain_file::open(&path).or_else(|_| plain_file::open(&paths.database())) {
                    Ok(file) => file,
                    Err(_) => return Ok(Self { _file: None, serves: true }),
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the state directory can't be written: no control socket");
                return Ok(Self { _file: None, serves: false });
            }
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                anyhow::bail!("another kiosk runs on {}", paths.state_dir().display())
            }
            Err(fs::TryLockError::Error(error)) => tracing::warn!(%error, "the file system has no locks"),
        }
        Ok(Self { _file: Some(file), serves: true })
    }
}
