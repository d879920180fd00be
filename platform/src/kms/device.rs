//! What the panel is driven through: graphics cards, and news of them. The kernel's are in `kernel`; tests
//! have their own, which are as strict.

use drm::{
    buffer::{self, DrmModifier},
    control::{Mode, connector, crtc, encoder, framebuffer},
};
use std::{io, os::fd::BorrowedFd, rc::Rc, time::Instant};

/// A machine's graphics cards, and its clock.
pub trait Machine {
    /// Opens all cards, in a fixed order. The first program to open a card becomes its master, and stays so
    /// until it has dropped the last reference to it.
    fn open_cards(&self) -> Vec<io::Result<Rc<dyn Card>>>;

    /// Whether a screen or a card may have come or gone since the last call.
    fn has_news(&self) -> bool;

    /// Readable while there is news.
    fn news_source(&self) -> BorrowedFd<'_>;

    fn now(&self) -> Instant;
}

/// A graphics card, open. Each method is one request to the kernel and fails as the kernel does.
pub trait Card {
    fn fd(&self) -> BorrowedFd<'_>;

    /// `EOPNOTSUPP` from a card that only computes.
    fn connectors(&self) -> io::Result<Vec<connector::Handle>>;

    /// Asks the panel anew what it is, which may take a tenth of a second.
    fn connector(&self, connector: connector::Handle) -> io::Result<Connector>;

    fn encoder(&self, encoder: encoder::Handle) -> io::Result<Encoder>;

    /// Memory to draw in with 32 bits a pixel.
    fn create_memory(&self, size: (u16, u16)) -> io::Result<Box<dyn Memory>>;

    fn add_framebuffer(&self, layout: &Layout) -> io::Result<framebuffer::Handle>;

    fn destroy_framebuffer(&self, framebuffer: framebuffer::Handle) -> io::Result<()>;

    /// Shows a framebuffer in a mode; waits until the panel has it.
    fn set_mode(
        &self,
        crtc: crtc::Handle,
        framebuffer: framebuffer::Handle,
        connector: connector::Handle,
        mode: Mode,
    ) -> io::Result<()>;

    /// Shows another framebuffer in the same mode at the panel's next refresh, which is reported.
    fn flip(&self, crtc: crtc::Handle, framebuffer: framebuffer::Handle) -> io::Result<()>;

    /// Takes the reports of flips and returns their number; does not wait.
    fn take_flips(&self) -> io::Result<usize>;

    /// Switches the panel's power; returns false if it has no switch.
    fn set_power(&self, connector: connector::Handle, lit: bool) -> io::Result<bool>;
}

/// Memory of a card, as long as it lives.
pub trait Memory {
    fn layout(&self) -> Layout;

    /// Passes its bytes on.
    fn write(&mut self, draw: &mut dyn FnMut(&mut [u8]));
}

/// How a picture of 32 bits a pixel lies in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    pub buffer: buffer::Handle,
    pub size: (u32, u32),
    /// Bytes from one line to the next
    pub pitch: u32,
    /// What the driver that drew it says about the order of its pixels; `None` for line by line
    pub modifier: Option<DrmModifier>,
}

/// A socket for a panel, as it is now.
#[derive(Clone, Debug)]
pub struct Connector {
    pub handle: connector::Handle,
    /// As the kernel calls it: `HDMI-A-1`
    pub name: String,
    pub connected: bool,
    /// What the panel can show, if one is connected
    pub modes: Vec<Mode>,
    pub current_encoder: Option<encoder::Handle>,
    pub encoders: Vec<encoder::Handle>,
}

/// What turns a picture into a connector's signal.
#[derive(Clone, Debug)]
pub struct Encoder {
    /// The one that feeds it now
    pub crtc: Option<crtc::Handle>,
    /// Those that can
    pub possible_crtcs: Vec<crtc::Handle>,
}
