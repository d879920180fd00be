//! Why nothing can be shown, on a panel or in a window.

use std::io;
use x11rb::errors::{ConnectError, ConnectionError, ReplyError, ReplyOrIdError};

/// What keeps the window from being opened.
#[derive(Debug, thiserror::Error)]
pub enum PlatformError {
    #[error(transparent)]
    Display(#[from] DisplayError),
    #[error("the kernel gives no signal to wait for: {0}")]
    Queue(#[from] io::Error),
    #[error(transparent)]
    Slint(#[from] slint::platform::SetPlatformError),
}

/// Why nothing can be shown.
#[derive(Debug, thiserror::Error)]
pub enum DisplayError {
    #[error(transparent)]
    X11(#[from] X11Error),
    #[error(transparent)]
    Kms(#[from] KmsError),
}

/// Why this unit's panel cannot be looked for at all.
#[derive(Debug, thiserror::Error)]
pub enum KmsError {
    #[error("the kernel does not say when screens come and go: {0}")]
    Hotplug(#[from] io::Error),
}

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
pub enum X11Error {
    #[error("no connection to the X server: {0}")]
    Connect(#[from] ConnectError),
    #[error("the connection to the X server is lost: {0}")]
    Connection(#[from] ConnectionError),
    #[error("the X server refused: {0}")]
    Reply(#[from] ReplyError),
    #[error("the X server refused: {0}")]
    ReplyOrId(#[from] ReplyOrIdError),
    #[error("no memory to draw in: {0}")]
    Memory(#[from] io::Error),
    #[error("the X server has no 24-bit colours")]
    Unsuitable,
}

impl From<ConnectionError> for DisplayError {
    fn from(error: ConnectionError) -> Self {
        X11Error::from(error).into()
    }
}
