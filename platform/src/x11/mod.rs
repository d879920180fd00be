//! The X server's side: one window, its events, and the way its pixels get there.

mod dpms;
mod memory;
#[cfg(test)]
mod tests;

pub use dpms::{Panel, take_over as take_panel_over};

use super::{
    display::{Damage, Display, Input},
    error::{DisplayError, X11Error},
    mix::Pixel,
    touch::{Contact, Place},
};
use memory::{FrameMemory, Target};
use std::os::fd::{AsFd, BorrowedFd};
use x11rb::{
    connection::{Connection as _, RequestConnection as _},
    protocol::{
        Event,
        shm::{self, ConnectionExt as _},
        xproto::{
            AtomEnum, ChangeWindowAttributesAux, ConnectionExt as _, CreateGCAux, CreateWindowAux, EventMask,
            ImageOrder, KeyButMask, PropMode, Rectangle, Screen, VisualClass, Window, WindowClass,
        },
    },
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};

x11rb::atom_manager! {
    /// Names by which window managers know what we say.
    Atoms: AtomsCookie {
        WM_PROTOCOLS,
        WM_DELETE_WINDOW,
        UTF8_STRING,
        _NET_WM_NAME,
        _NET_WM_STATE,
        _NET_WM_STATE_FULLSCREEN,
    }
}

const TITLE: &[u8] = "智能云货架 · Cloud Shelf".as_bytes();
/// Instance and class, each with its zero.
const CLASS: &[u8] = b"cloud-shelf\0cloud-shelf\0";

const LONGEST_SIDE: u16 = 8192;

/// The window, with the memory that its pixels are in.
pub struct XWindow {
    connection: RustConnection,
    atoms: Atoms,
    target: Target,
    size: (u16, u16),
    /// The server takes memory of ours
    shares: bool,
    memory: FrameMemory,
    /// Frames that the server still reads
    reading: u32,
}

impl XWindow {
    /// Opens the window, not yet shown, on a server (the one that `DISPLAY` names, if `None`); over the whole
    /// screen where no size is given.
    pub fn open(display: Option<&str>, size: Option<(u32, u32)>) -> Result<Self, X11Error> {
        let (connection, number) = x11rb::connect(display)?;
        let atoms = Atoms::new(&connection)?;
        let shares = takes_memory(&connection)?;
        let screen = connection.setup().roots.get(number).ok_or(X11Error::Unsuitable)?;
        let (depth, root, whole) =
            (screen.root_depth, screen.root, (screen.width_in_pixels, screen.height_in_pixels));
        if !is_suitable(&connection, screen) {
            return Err(X11Error::Unsuitable);
        }
        let (width, height) = size.map_or(whole, |(width, height)| (clamp_side(width), clamp_side(height)));
        let window = connection.generate_id()?;
        let events = EventMask::EXPOSURE
            | EventMask::STRUCTURE_NOTIFY
            | EventMask::BUTTON_PRESS
            | EventMask::BUTTON_RELEASE
            | EventMask::POINTER_MOTION
            | EventMask::LEAVE_WINDOW;
        connection.create_window(
            depth,
            window,
            root,
            0,
            0,
            width,
            height,
            0,
            WindowClass::INPUT_OUTPUT,
            screen.root_visual,
            &CreateWindowAux::new().event_mask(events),
        )?;
        let gc = connection.generate_id()?;
        connection.create_gc(gc, window, &CreateGCAux::new().graphics_exposures(0))?;
        let atoms = atoms.reply()?;
        let text = |property: u32, kind: u32, value: &[u8]| {
            connection.change_property8(PropMode::REPLACE, window, property, kind, value).map(drop)
        };
        text(atoms._NET_WM_NAME, atoms.UTF8_STRING, TITLE)?;
        text(AtomEnum::WM_CLASS.into(), AtomEnum::STRING.into(), CLASS)?;
        let list = |property: u32, value: u32| {
            connection
                .change_property32(PropMode::REPLACE, window, property, AtomEnum::ATOM, &[value])
                .map(drop)
        };
        list(atoms.WM_PROTOCOLS, atoms.WM_DELETE_WINDOW)?;
        if size.is_none() {
            list(atoms._NET_WM_STATE, atoms._NET_WM_STATE_FULLSCREEN)?;
            hide_pointer(&connection, window)?;
        }
        let size = (width, height);
        let memory = FrameMemory::new(&connection, shares, size)?;
        let target = Target { window, gc, depth };
        Ok(Self { connection, atoms, target, size, shares, memory, reading: 0 })
    }

    fn translate(&mut self, event: Event) -> Option<Input> {
        Some(match event {
            Event::MotionNotify(event) => {
                Input::Touched(Contact::Moved(Place { x: event.event_x, y: event.event_y }), event.time)
            }
            Event::ButtonPress(event) => {
                let (x, y) = (event.event_x, event.event_y);
                let alone = !event.state.contains(KeyButMask::BUTTON1);
                match event.detail {
                    1 => Input::Touched(Contact::Down { at: Place { x, y }, alone }, event.time),
                    4 => Input::Wheel { x, y, notches: 1 },
                    5 => Input::Wheel { x, y, notches: -1 },
                    _ => return None,
                }
            }
            Event::ButtonRelease(event) if event.detail == 1 => {
                Input::Touched(Contact::Up(Place { x: event.event_x, y: event.event_y }), event.time)
            }
            Event::LeaveNotify(event) => Input::Touched(Contact::Left, event.time),
            Event::ConfigureNotify(event) if (event.width, event.height) != self.size => {
                Input::Resized { width: event.width.max(1), height: event.height.max(1) }
            }
            Event::Expose(event) if event.count == 0 => Input::Exposed,
            Event::ClientMessage(event)
                if event.data.as_data32().first() == Some(&self.atoms.WM_DELETE_WINDOW) =>
            {
                Input::Close
            }
            Event::ShmCompletion(event) => {
                // One for memory that has gone since says nothing about the present one
                if Some(event.shmseg) == self.memory.segment() {
                    self.reading = self.reading.saturating_sub(1);
                }
                return None;
            }
            Event::Error(error) => {
                tracing::warn!(?error, "the X server refused");
                return None;
            }
            _ => return None,
        })
    }
}

impl Display for XWindow {
    fn set_shown(&mut self, shown: bool) -> Result<(), DisplayError> {
        if shown {
            self.connection.map_window(self.target.window)?;
        } else {
            self.connection.unmap_window(self.target.window)?;
        }
        Ok(self.connection.flush()?)
    }

    fn size(&self) -> (u16, u16) {
        self.size
    }

    fn is_ready(&self) -> bool {
        self.reading == 0
    }

    fn pixels(&self) -> &[Pixel] {
        self.memory.pixels()
    }

    fn pixels_mut(&mut self) -> &mut [Pixel] {
        self.memory.pixels_mut()
    }

    fn resize(&mut self, size: (u16, u16)) -> Result<(), DisplayError> {
        self.memory.detach(&self.connection)?;
        self.memory = FrameMemory::new(&self.connection, self.shares, size)?;
        (self.size, self.reading) = (size, 0);
        Ok(())
    }

    fn present(&mut self, damage: &[Damage]) -> Result<(), DisplayError> {
        let reads = self.memory.show(&self.connection, self.target, self.size, damage)?;
        self.reading += u32::from(reads);
        Ok(self.connection.flush()?)
    }

    fn next_input(&mut self) -> Result<Option<Input>, DisplayError> {
        while let Some(event) = self.connection.poll_for_event()? {
            if let Some(input) = self.translate(event) {
                return Ok(Some(input));
            }
        }
        Ok(None)
    }

    fn sources(&self) -> Vec<BorrowedFd<'_>> {
        vec![self.connection.stream().as_fd()]
    }

    fn description(&self) -> Option<String> {
        let (width, height) = self.size;
        Some(format!("X11 {width}x{height}"))
    }
}

/// A side of a window that was asked for: the server has none of 0, and memory ends somewhere.
fn clamp_side(length: u32) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX).clamp(1, LONGEST_SIDE)
}

/// Whether the screen takes pixels the way they are drawn.
fn is_suitable(connection: &RustConnection, screen: &Screen) -> bool {
    let setup = connection.setup();
    let native = if cfg!(target_endian = "little") { ImageOrder::LSB_FIRST } else { ImageOrder::MSB_FIRST };
    let format = setup.pixmap_formats.iter().find(|format| format.depth == screen.root_depth);
    let visual = screen
        .allowed_depths
        .iter()
        .flat_map(|depth| &depth.visuals)
        .find(|visual| visual.visual_id == screen.root_visual);
    setup.image_byte_order == native
        && format.is_some_and(|format| format.bits_per_pixel == 32)
        && visual.is_some_and(|visual| {
            visual.class == VisualClass::TRUE_COLOR
                && (visual.red_mask, visual.green_mask, visual.blue_mask) == (0xFF_0000, 0xFF00, 0xFF)
        })
}

/// Whether the server takes memory over a descriptor: one on another machine does not.
fn takes_memory(connection: &RustConnection) -> Result<bool, X11Error> {
    if connection.extension_information(shm::X11_EXTENSION_NAME)?.is_none() {
        return Ok(false);
    }
    let version = connection.shm_query_version()?.reply()?;
    Ok((version.major_version, version.minor_version) >= (1, 2))
}

/// A unit in a shop has no pointer, even if its touch panel is taken for a mouse.
fn hide_pointer(connection: &RustConnection, window: Window) -> Result<(), X11Error> {
    let (empty, cursor) = (connection.generate_id()?, connection.generate_id()?);
    connection.create_pixmap(1, empty, window, 1, 1)?;
    let gc = connection.generate_id()?;
    connection.create_gc(gc, empty, &CreateGCAux::new().foreground(0))?;
    connection.poly_fill_rectangle(empty, gc, &[Rectangle { x: 0, y: 0, width: 1, height: 1 }])?;
    connection.create_cursor(cursor, empty, empty, 0, 0, 0, 0, 0, 0, 0, 0)?;
    let shown = ChangeWindowAttributesAux::new().cursor(cursor);
    connection.change_window_attributes(window, &shown)?;
    connection.free_gc(gc)?;
    connection.free_pixmap(empty)?;
    Ok(())
}
