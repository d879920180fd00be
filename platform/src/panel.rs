//! The panel's power behind an X server: off while nobody is to look at it.

use super::error::X11Error;
use x11rb::{
    connection::{Connection as _, RequestConnection as _},
    protocol::{
        dpms::{self, ConnectionExt as _, DPMSMode},
        xproto::{Blanking, ConnectionExt as _, Exposures},
    },
    rust_connection::RustConnection,
};

/// A panel that can be switched.
pub trait Panel {
    /// On or off. Asked for what it is already, it does nothing.
    fn set_lit(&self, lit: bool) -> Result<(), X11Error>;
}

/// A panel behind an X server that speaks DPMS. A touch lights it, by the server itself, and is
/// then an ordinary touch.
struct Dpms(RustConnection);

impl Panel for Dpms {
    fn set_lit(&self, lit: bool) -> Result<(), X11Error> {
        let level = if lit { DPMSMode::ON } else { DPMSMode::OFF };
        Ok(self.0.dpms_force_level(level)?.check()?)
    }
}

impl Drop for Dpms {
    /// Whoever comes after this program finds the panel as they expect it.
    fn drop(&mut self) {
        if let Err(error) = self.set_lit(true) {
            tracing::warn!(%error, "the panel may have stayed dark");
        }
    }
}

/// Takes the panel of the X server over: it no longer goes dark by itself, as it would in front of
/// the attract page after ten minutes. `None` where it can't be switched.
pub fn take_over() -> Result<Option<Box<dyn Panel>>, X11Error> {
    let (connection, _) = x11rb::connect(None)?;
    // No time-out at all; the other two then say nothing
    connection.set_screen_saver(0, 0, Blanking::NOT_PREFERRED, Exposures::NOT_ALLOWED)?.check()?;
    let known = connection.extension_information(dpms::X11_EXTENSION_NAME)?.is_some();
    if !known || !connection.dpms_capable()?.reply()?.capable {
        connection.flush()?;
        return Ok(None);
    }
    connection.dpms_set_timeouts(0, 0, 0)?.check()?;
    connection.dpms_enable()?.check()?;
    let panel = Dpms(connection);
    // The last program may have ended in the dark
    panel.set_lit(true)?;
    Ok(Some(Box::new(panel)))
}
