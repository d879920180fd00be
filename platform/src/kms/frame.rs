//! Frames in memory that the panel is fed from, in turn.

use super::super::{display::Damage, mix::Pixel};
use super::{card::Card, turn};
use cloud_shelf_core::panel::Rotation;
use drm::{
    buffer::{Buffer as _, DrmFourcc},
    control::{
        Device as _,
        dumbbuffer::{DumbBuffer, DumbMapping},
        framebuffer,
    },
};
use std::io;

/// Beyond so many rectangles they are taken as one.
const MOST_PARTS: usize = 24;

pub struct Frames {
    both: [Frame; 2],
    front: usize,
}

impl Frames {
    pub fn new(card: &Card, size: (u16, u16)) -> io::Result<Self> {
        Ok(Self { both: [Frame::new(card, size)?, Frame::new(card, size)?], front: 0 })
    }

    pub fn change(&mut self, damage: &[Damage]) {
        for frame in &mut self.both {
            frame.change(damage);
        }
    }

    /// The one that is not shown, with all that has changed, to be shown now.
    pub fn take(&mut self, picture: &[Pixel], size: (u16, u16), rotation: Rotation) -> framebuffer::Handle {
        self.front = 1 - self.front;
        let back = &mut self.both[self.front];
        back.take(picture, size, rotation);
        back.handle
    }
}

struct Frame {
    card: Card,
    buffer: DumbBuffer,
    memory: DumbMapping<'static>,
    handle: framebuffer::Handle,
    /// Parts of the picture that have changed since it was copied here
    stale: Vec<Damage>,
}

impl Frame {
    fn new(card: &Card, (width, height): (u16, u16)) -> io::Result<Self> {
        let buffer = card.create_dumb_buffer((width.into(), height.into()), DrmFourcc::Xrgb8888, 32)?;
        let made = card.add_framebuffer(&buffer, 24, 32).and_then(|handle| {
            // A mapping borrows the few words that describe its buffer, for as long as it stands:
            // they are given away, and what they describe is destroyed below
            let lent: &'static mut DumbBuffer = Box::leak(Box::new(buffer));
            match card.map_dumb_buffer(lent) {
                Ok(memory) => Ok((handle, memory)),
                Err(error) => card.destroy_framebuffer(handle).and(Err(error)),
            }
        });
        match made {
            Ok((handle, memory)) => Ok(Self { card: card.clone(), buffer, memory, handle, stale: vec![] }),
            Err(error) => card.destroy_dumb_buffer(buffer).and(Err(error)),
        }
    }

    fn change(&mut self, damage: &[Damage]) {
        self.stale.extend_from_slice(damage);
        if self.stale.len() > MOST_PARTS {
            self.stale = around(&self.stale).into_iter().collect();
        }
    }

    /// Copies here what has changed.
    fn take(&mut self, picture: &[Pixel], size: (u16, u16), rotation: Rotation) {
        let stride = self.buffer.pitch() as usize / size_of::<Pixel>();
        let panel: &mut [Pixel] = bytemuck::cast_slice_mut(self.memory.as_mut());
        for area in self.stale.drain(..) {
            turn::copy(picture, size, &area, rotation, panel, stride);
        }
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        // A card that is gone has taken both along
        let _ = self.card.destroy_framebuffer(self.handle);
        let _ = self.card.destroy_dumb_buffer(self.buffer);
    }
}

/// The rectangle around all.
fn around(parts: &[Damage]) -> Option<Damage> {
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
        assert_eq!(around(&parts), Some(Damage { x: 0, y: 5, width: 101, height: 42 }));
        assert_eq!(around(&[]), None);
    }
}
