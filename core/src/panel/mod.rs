//! Set-up of this unit's panel: rotation, output, brightness and renderer. These are known only in
//! the shop, and are set there.

mod backlight;
mod connector;
mod mode;
mod renderer;
mod rotation;
mod setup_file;
mod trial;

pub use backlight::Backlight;
pub use connector::{Connector, list_connectors};
pub use mode::{Mode, ModeError};
pub use renderer::{Renderer, RendererError};
pub use rotation::{Rotation, RotationError};
pub use setup_file::{ScreenFile, ScreenFileError};
pub use trial::GpuTrial;

/// An installer's choices; the unit decides on what is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScreenSetup {
    /// Rotation of picture and touch
    pub rotation: Rotation,
    /// Name of a connector, such as `HDMI-A-1`; `None` for the first one with a panel
    pub output: Option<String>,
    /// `None` for the panel's preferred mode
    pub mode: Option<Mode>,
    /// Backlight in percent, 5 to 100; `None` leaves it unchanged
    pub brightness: Option<u8>,
    pub renderer: Renderer,
}
