//! Frames that the GPU has drawn, as the panel is fed from them.

use super::{
    super::gpu::{Drawn, Surface},
    card::Card,
};
use drm::control::{Device as _, FbCmd2Flags, framebuffer};
use std::{collections::VecDeque, io, rc::Rc};

/// A frame that the card knows.
struct Shown {
    card: Card,
    handle: framebuffer::Handle,
    /// Given back to the GPU after the card has forgotten it
    _drawn: Drawn,
}

impl Shown {
    fn new(card: &Card, drawn: Drawn) -> io::Result<Self> {
        let told = if drawn.has_modifier() {
            card.add_planar_framebuffer(&drawn, FbCmd2Flags::MODIFIERS)
        } else {
            Err(io::ErrorKind::Unsupported.into())
        };
        // An older card asks its own driver how the pixels lie
        let handle = told.or_else(|_| card.add_framebuffer(&drawn, 24, 32))?;
        Ok(Self { card: card.clone(), handle, _drawn: drawn })
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        // A card that is gone has taken it along
        let _ = self.card.destroy_framebuffer(self.handle);
    }
}

pub struct Scanout {
    card: Card,
    surface: Rc<Surface>,
    /// The frame on the panel, and the one on its way there
    frames: VecDeque<Shown>,
}

impl Scanout {
    pub fn new(card: Card, surface: Rc<Surface>) -> Self {
        Self { card, surface, frames: VecDeque::new() }
    }

    pub fn surface(&self) -> &Rc<Surface> {
        &self.surface
    }

    /// The frame that the GPU has ended, to be shown.
    pub fn take(&mut self) -> io::Result<framebuffer::Handle> {
        let shown = Shown::new(&self.card, self.surface.take().map_err(io::Error::other)?)?;
        let handle = shown.handle;
        self.frames.push_back(shown);
        Ok(handle)
    }

    /// Gives the frame back that the GPU has ended: nobody sees it.
    pub fn skip(&self) -> io::Result<()> {
        self.surface.take().map(drop).map_err(io::Error::other)
    }

    /// The newest frame is on the panel.
    pub fn shown(&mut self) {
        while self.frames.len() > 1 {
            self.frames.pop_front();
        }
    }
}
