//! The memory that a window's pixels are in, and how they get from there to the X server.

use super::super::{display::Damage, error::X11Error, mix::Pixel};
use memmap2::MmapMut;
use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use std::{io, os::fd::OwnedFd};
use x11rb::{
    connection::{Connection as _, RequestConnection as _},
    protocol::{
        shm::{self, ConnectionExt as _},
        xproto::{ConnectionExt as _, Gcontext, ImageFormat, Window},
    },
    rust_connection::RustConnection,
};

/// Bytes of a request beside its pixels, at most.
const HEAD: usize = 64;

/// A frame's pixels, row by row, without gaps.
pub enum FrameMemory {
    /// The server reads them from here while no frame is drawn
    Shared { map: MmapMut, segment: shm::Seg },
    /// They are sent: the server is on another machine, or takes no memory of ours
    Sent(Vec<Pixel>),
}

/// Where pixels go.
#[derive(Clone, Copy)]
pub struct Target {
    pub window: Window,
    pub gc: Gcontext,
    pub depth: u8,
}

impl FrameMemory {
    /// For a frame of a size; shared if `shares`, and if the server then takes it.
    pub fn new(connection: &RustConnection, shares: bool, size: (u16, u16)) -> Result<Self, X11Error> {
        if shares {
            let (map, fd) = map(size)?;
            let segment = connection.generate_id()?;
            match connection.shm_attach_fd(segment, fd, true)?.check() {
                Ok(()) => return Ok(Self::Shared { map, segment }),
                Err(x11rb::errors::ReplyError::X11Error(error)) => {
                    tracing::info!(?error, "the X server takes no shared memory: pixels are sent");
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Self::Sent(vec![Pixel(0); usize::from(size.0) * usize::from(size.1)]))
    }

    pub fn pixels(&self) -> &[Pixel] {
        match self {
            Self::Shared { map, .. } => bytemuck::cast_slice(map),
            Self::Sent(pixels) => pixels,
        }
    }

    pub fn pixels_mut(&mut self) -> &mut [Pixel] {
        match self {
            Self::Shared { map, .. } => bytemuck::cast_slice_mut(map),
            Self::Sent(pixels) => pixels,
        }
    }

    /// The server's name for it, if it is shared.
    pub const fn segment(&self) -> Option<shm::Seg> {
        match self {
            Self::Shared { segment, .. } => Some(*segment),
            Self::Sent(_) => None,
        }
    }

    /// Has the server let go of it.
    pub fn detach(&self, connection: &RustConnection) -> Result<(), X11Error> {
        self.segment().map_or(Ok(()), |segment| Ok(connection.shm_detach(segment).map(drop)?))
    }

    /// Shows parts of a frame of a size. Returns whether the server still reads them, until it says that it has
    /// done.
    pub fn show(
        &self,
        connection: &RustConnection,
        target: Target,
        size: (u16, u16),
        damage: &[Damage],
    ) -> Result<bool, X11Error> {
        let Self::Shared { segment, .. } = self else {
            damage.iter().try_for_each(|part| self.send(connection, target, size, part))?;
            return Ok(false);
        };
        for (number, part) in damage.iter().enumerate() {
            let last = number + 1 == damage.len();
            connection.shm_put_image(
                target.window,
                target.gc,
                size.0,
                size.1,
                part.x.max(0).unsigned_abs(),
                part.y.max(0).unsigned_abs(),
                part.width,
                part.height,
                part.x,
                part.y,
                target.depth,
                ImageFormat::Z_PIXMAP.into(),
                last,
                *segment,
                0,
            )?;
        }
        Ok(!damage.is_empty())
    }

    /// Sends a part's rows, as many at a time as a request takes.
    fn send(
        &self,
        connection: &RustConnection,
        target: Target,
        size: (u16, u16),
        part: &Damage,
    ) -> Result<(), X11Error> {
        let (left, top) = (usize::from(part.x.max(0).unsigned_abs()), part.y.max(0).unsigned_abs());
        let width = usize::from(part.width).min(usize::from(size.0).saturating_sub(left));
        let height = part.height.min(size.1.saturating_sub(top));
        if width == 0 || height == 0 {
            return Ok(());
        }
        let room = connection.maximum_request_bytes().saturating_sub(HEAD);
        let most_rows = (room / (width * size_of::<Pixel>())).clamp(1, usize::from(u16::MAX));
        let rows = self.pixels().chunks_exact(usize::from(size.0)).skip(top.into()).take(height.into());
        let rows: Vec<&[Pixel]> = rows.filter_map(|row| row.get(left..left + width)).collect();
        let mut y = part.y.max(0);
        for band in rows.chunks(most_rows) {
            let bytes: Vec<u8> = band.iter().flat_map(|row| bytemuck::cast_slice(row)).copied().collect();
            connection.put_image(
                ImageFormat::Z_PIXMAP,
                target.window,
                target.gc,
                width as u16,
                band.len() as u16,
                left as i16,
                y,
                0,
                target.depth,
                &bytes,
            )?;
            y = y.saturating_add(band.len() as i16);
        }
        Ok(())
    }
}

/// Also returns the descriptor to hand to the server.
fn map((width, height): (u16, u16)) -> io::Result<(MmapMut, OwnedFd)> {
    let bytes = usize::from(width) * usize::from(height) * size_of::<Pixel>();
    let fd = memfd_create("frame", MemfdFlags::CLOEXEC)?;
    ftruncate(&fd, bytes as u64)?;
    // SAFETY: the memory is this program's own; the server only reads it, while no frame is drawn.
    let map = unsafe { MmapMut::map_mut(&fd) }?;
    Ok((map, fd))
}
