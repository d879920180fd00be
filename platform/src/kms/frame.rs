//! Frames in memory that the panel is fed from, in turn.

use super::super::{display::Damage, mix::Pixel};
use super::{
    device::{Card, Layout, Memory},
    turn,
};
use cloud_shelf_core::panel::Rotation;
use drm::control::framebuffer;
use std::{io, rc::Rc};

/// Beyond so many rectangles they are taken as one.
const MOST_PARTS: usize = 24;

/// Two frames: one is shown, the other is filled meanwhile.
pub struct Frames {
    front: Frame,
    back: Frame,
}

impl Frames {
    pub fn new(card: &Rc<dyn Card>, size: (u16, u16)) -> io::Result<Self> {
        Ok(Self { front: Frame::new(card, size)?, back: Frame::new(card, size)? })
    }

    pub fn change(&mut self, damage: &[Damage]) {
        self.front.change(damage);
        self.back.change(damage);
    }

    /// Copies all that has changed to the frame that is not shown, which is to be shown now.
    pub fn fill_next(
        &mut self,
        picture: &[Pixel],
        size: (u16, u16),
        rotation: Rotation,
    ) -> framebuffer::Handle {
        std::mem::swap(&mut self.front, &mut self.back);
        self.front.fill(picture, size, rotation);
        self.front.framebuffer
    }
}

struct Frame {
    card: Rc<dyn Card>,
    framebuffer: framebuffer::Handle,
    memory: Box<dyn Memory>,
    /// Pixels from one line to the next
    stride: usize,
    /// Parts of the picture that have changed since it was copied here
    stale: Vec<Damage>,
}

impl Frame {
    fn new(card: &Rc<dyn Card>, size: (u16, u16)) -> io::Result<Self> {
        let mut memory = card.create_memory(size)?;
        let layout = memory.layout();
        let mut bytes = 0;
        memory.write(&mut |memory| bytes = memory.len());
        let stride = find_stride(&layout, size, bytes).ok_or_else(|| {
            let ((width, height), pitch) = (size, layout.pitch);
            io::Error::other(format!("{width} x {height} pixels do not fit in {bytes} bytes, {pitch} a line"))
        })?;
        let framebuffer = card.add_framebuffer(&layout)?;
        Ok(Self { card: card.clone(), framebuffer, memory, stride, stale: vec![] })
    }

    fn change(&mut self, damage: &[Damage]) {
        self.stale.extend_from_slice(damage);
        if self.stale.len() > MOST_PARTS {
            self.stale = surround(&self.stale).into_iter().collect();
        }
    }

    /// Copies here what has changed.
    fn fill(&mut self, picture: &[Pixel], size: (u16, u16), rotation: Rotation) {
        let (stale, stride) = (std::mem::take(&mut self.stale), self.stride);
        self.memory.write(&mut |bytes| {
            // It was measured above, and begins at a page
            let Ok(panel) = bytemuck::try_cast_slice_mut::<_, Pixel>(bytes) else { return };
            for area in &stale {
                turn::copy(picture, size, area, rotation, panel, stride);
            }
        });
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        // A card that is gone has taken it along
        let _ = self.card.destroy_framebuffer(self.framebuffer);
    }
}

/// Pixels from one line to the next in memory of so many bytes; `None` where a picture of the size does not fit.
fn find_stride(layout: &Layout, (width, height): (u16, u16), bytes: usize) -> Option<usize> {
    let pitch = usize::try_from(layout.pitch).ok()?;
    let (stride, rest) = (pitch / size_of::<Pixel>(), pitch % size_of::<Pixel>());
    let fits = rest == 0
        && bytes.is_multiple_of(size_of::<Pixel>())
        && stride >= usize::from(width)
        && pitch.checked_mul(usize::from(height)).is_some_and(|needed| needed <= bytes)
        && layout.size.0 >= u32::from(width)
        && layout.size.1 >= u32::from(height);
    fits.then_some(stride)
}

/// The rectangle around all.
fn surround(parts: &[Damage]) -> Option<Damage> {
    let left = parts.iter().map(|part| part.x).min()?;
    let top = parts.iter().map(|part| part.y).min()?;
    let right = parts.iter().map(|part| i32::from(part.x) + i32::from(part.width)).max()?;
    let bottom = parts.iter().map(|part| i32::from(part.y) + i32::from(part.height)).max()?;
    let length = |from: i16, to: i32| u16::try_from(to - i32::from(from)).unwrap_or(u16::MAX);
    Some(Damage { x: left, y: top, width: length(left, right), height: length(top, bottom) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_rectangle_holds_all() {
        let parts = [
            Damage { x: 10, y: 5, width: 3, height: 3 },
            Damage { x: 0, y: 7, width: 2, height: 40 },
            Damage { x: 100, y: 6, width: 1, height: 1 },
        ];
        assert_eq!(surround(&parts), Some(Damage { x: 0, y: 5, width: 101, height: 42 }));
        assert_eq!(surround(&[]), None);
    }
}
