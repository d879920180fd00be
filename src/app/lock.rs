//! One kiosk for one state directory.

use crate::{paths::Paths, plain_file};
use std::{fs, io};

/// Held for as long as the kiosk runs.
pub(super) struct Lock {
    _file: Option<fs::File>,
    /// False where somebody else's state is only shown: such a kiosk takes no commands
    pub serves: bool,
}

impl Lock {
    /// Takes the lock; an error where another kiosk has it. A card that has become read-only is no
    /// reason to be deaf: whoever asks has to hear what is wrong.
    pub fn take(paths: &Paths) -> anyhow::Result<Self> {
        let path = paths.kiosk_lock();
        let opened = fs::create_dir_all(paths.state_dir()).and_then(|()| plain_file::open_to_write(&path));
        let file = match opened {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::ReadOnlyFilesystem => {
                tracing::error!(%error, "the card has become read-only: nothing new can be taken in");
                // Where no kiosk has run before, the database stands in: SQLite has locks of another kind
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
            Err(fs::TryLockError::Error(error)) => tracing::warn!(%error, "this file system has no locks"),
        }
        Ok(Self { _file: Some(file), serves: true })
    }
}
