//! Memory that this program draws in and the X server reads from.

use super::mix::Pixel;
use memmap2::MmapMut;
use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use std::{io, os::fd::OwnedFd};

/// A frame's pixels, row by row, without gaps.
pub struct Shm(MmapMut);

impl Shm {
    /// Also returns the descriptor to hand to the server.
    pub fn new(width: u16, height: u16) -> io::Result<(Self, OwnedFd)> {
        let bytes = usize::from(width) * usize::from(height) * size_of::<Pixel>();
        let fd = memfd_create("frame", MemfdFlags::CLOEXEC)?;
        ftruncate(&fd, bytes as u64)?;
        // SAFETY: the memory is this program's own; the server only reads it, while no frame is drawn.
        let map = unsafe { MmapMut::map_mut(&fd) }?;
        Ok((Self(map), fd))
    }

    pub fn pixels(&self) -> &[Pixel] {
        bytemuck::cast_slice(&self.0)
    }

    pub fn pixels_mut(&mut self) -> &mut [Pixel] {
        bytemuck::cast_slice_mut(&mut self.0)
    }
}
