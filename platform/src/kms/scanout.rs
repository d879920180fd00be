//! Frames that the GPU has drawn, as the panel is fed from them.

use super::{
    super::gpu::{Drawn, Surface},
    device::{Card, Layout},
};
use drm::control::{framebuffer, from_u32};
use std::{collections::VecDeque, io, rc::Rc};

/// A frame that the card knows.
struct ShownFrame {
    card: Rc<dyn Card>,
    framebuffer: framebuffer::Handle,
    /// Given back to the GPU after the card has forgotten it
    _drawn: Drawn,
}

impl ShownFrame {
    fn new(card: &Rc<dyn Card>, drawn: Drawn) -> io::Result<Self> {
        let buffer = from_u32(drawn.handle()).ok_or_else(|| io::Error::other("a frame without memory"))?;
        let layout = Layout { buffer, size: drawn.size(), pitch: drawn.pitch(), modifier: drawn.modifier() };
        let framebuffer = card.add_framebuffer(&layout)?;
        Ok(Self { card: card.clone(), framebuffer, _drawn: drawn })
    }
}

impl Drop for ShownFrame {
    fn drop(&mut self) {
        // A card that is gone has taken it along
        let _ = self.card.destroy_framebuffer(self.framebuffer);
    }
}

pub struct Scanout {
    card: Rc<dyn Card>,
    surface: Rc<Surface>,
    /// The frame on the panel, and the one on its way there
    frames: VecDeque<ShownFrame>,
}

impl Scanout {
    pub fn new(card: Rc<dyn Card>, surface: Rc<Surface>) -> Self {
        Self { card, surface, frames: VecDeque::new() }
    }

    pub fn surface(&self) -> &Rc<Surface> {
        &self.surface
    }

    /// The frame that the GPU has ended, to be shown.
    pub fn take_frame(&mut self) -> io::Result<framebuffer::Handle> {
        let shown = ShownFrame::new(&self.card, self.surface.take_drawn().map_err(io::Error::other)?)?;
        let framebuffer = shown.framebuffer;
        self.frames.push_back(shown);
        Ok(framebuffer)
    }

    /// Gives the frame back that the GPU has ended: nobody sees it.
    pub fn skip(&self) -> io::Result<()> {
        self.surface.take_drawn().map(drop).map_err(io::Error::other)
    }

    /// The newest frame is on the panel: gives back those before it.
    pub fn forget_older(&mut self) {
        while self.frames.len() > 1 {
            self.frames.pop_front();
        }
    }
}
