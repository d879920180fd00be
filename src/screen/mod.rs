//! How this unit's panel hangs, which of its outputs is used, how bright it is, and who draws on it:
//! what is known only in the shop, and is set there.

mod backlight;
mod connector;
mod file;
mod mode;
mod renderer;
mod rotation;
mod trial;

pub use backlight::Backlight;
pub use connector::{Connector, connectors};
pub use file::{ScreenFile, ScreenFileError};
pub use mode::{Mode, ModeError};
pub use renderer::{Renderer, RendererError};
pub use rotation::{Rotation, RotationError};
pub use trial::GpuTrial;

/// What an installer has chosen; what is `None` the unit finds out by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScreenSetup {
    /// Of the picture and of touch alike
    pub rotation: Rotation,
    /// A connector's name, such as `HDMI-A-1`; without it the first with a panel
    pub output: Option<String>,
    /// Without it, what the panel prefers
    pub mode: Option<Mode>,
    /// Percent of the backlight, 5 to 100; without it the light is left as it is
    pub brightness: Option<u8>,
    pub renderer: Renderer,
}
