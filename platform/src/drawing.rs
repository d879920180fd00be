//! Who draws the pages: software into memory, or the GPU.
//!
//! Software is always there. The GPU comes and goes with the panel that it draws for; its renderer is
//! made when it is first wanted.

use super::{
    canvas::Canvas,
    gpu::{Context, Surface, guarded},
};
use i_slint_renderer_femtovg::{FemtoVGOpenGLRenderer, FemtoVGOpenGLRendererExt, FemtoVGRendererExt};
use i_slint_renderer_software::{PhysicalRegion, RepaintBufferType, SoftwareRenderer};
use slint::{PlatformError, Rgba8Pixel, SharedPixelBuffer, platform::Renderer};
use std::{
    cell::{Cell, OnceCell, RefCell},
    rc::Rc,
};

/// After so many frames the GPU's memory is emptied, at the next rest: its renderer keeps every glyph
/// that it ever drew. In five minutes of motion these are a few tens of megabytes at most.
const MOST_FRAMES: u32 = 20_000;

pub struct Drawing {
    software: SoftwareRenderer,
    gpu: OnceCell<FemtoVGOpenGLRenderer>,
    /// What the GPU draws on; while there is none, software draws
    surface: RefCell<Option<Rc<Surface>>>,
    /// Frames since the GPU's memory was empty
    frames: Cell<u32>,
    /// The GPU's renderer could not let go of what it had
    stuck: Cell<bool>,
}

impl Default for Drawing {
    fn default() -> Self {
        Self {
            software: SoftwareRenderer::new_with_repaint_buffer_type(RepaintBufferType::ReusedBuffer),
            gpu: OnceCell::new(),
            surface: RefCell::default(),
            frames: Cell::new(0),
            stuck: Cell::new(false),
        }
    }
}

impl Drawing {
    pub fn renderer(&self) -> &dyn Renderer {
        match self.gpu() {
            Some(gpu) => gpu,
            None => &self.software,
        }
    }

    fn gpu(&self) -> Option<&FemtoVGOpenGLRenderer> {
        self.surface.borrow().as_ref().and(self.gpu.get())
    }

    pub fn is_on_gpu(&self) -> bool {
        self.gpu().is_some()
    }

    /// Draws on this from now on; without it, in memory. True if that is another renderer, which has
    /// to be told of its window, or one that has forgotten it.
    pub fn move_to(&self, surface: Option<Rc<Surface>>) -> Result<bool, String> {
        let same = match (&*self.surface.borrow(), &surface) {
            (Some(before), Some(after)) => Rc::ptr_eq(before, after),
            (before, after) => before.is_none() && after.is_none(),
        };
        if same {
            return Ok(false);
        }
        self.release_gpu()?;
        if let Some(surface) = surface {
            self.draw_on(surface)?;
        }
        Ok(true)
    }

    fn draw_on(&self, surface: Rc<Surface>) -> Result<(), String> {
        if self.stuck.get() {
            return Err("it holds what is gone".to_owned());
        }
        let gpu = self.gpu.get_or_init(FemtoVGOpenGLRenderer::new_suspended);
        guarded(|| {
            surface.make_current()?;
            gpu.set_opengl_context(Context(surface.clone())).map_err(|error| error.to_string())
        })?;
        self.frames.set(0);
        self.surface.replace(Some(surface));
        Ok(())
    }

    /// Gives back all that the GPU holds.
    fn release_gpu(&self) -> Result<(), String> {
        let Some(gpu) = self.gpu() else { return Ok(()) };
        let gone = guarded(|| gpu.clear_graphics_context().map_err(|error| error.to_string()));
        self.stuck.set(gone.is_err());
        self.surface.replace(None);
        gone
    }

    /// Nothing moves: time to forget glyphs that are no longer shown.
    pub fn trim_gpu_memory(&self) -> Result<(), String> {
        if self.frames.get() < MOST_FRAMES {
            return Ok(());
        }
        let surface = self.surface.borrow().clone();
        self.release_gpu()?;
        surface.map_or(Ok(()), |surface| self.draw_on(surface))
    }

    /// Draws what has changed, and says what that is.
    pub fn draw_in_memory(&self, canvas: &mut Canvas<'_>) -> PhysicalRegion {
        let drawn = self.software.render_into_buffer(canvas);
        self.software.set_repaint_buffer_type(RepaintBufferType::ReusedBuffer);
        drawn
    }

    /// Draws all of a frame, and ends it.
    pub fn draw_on_gpu(&self) -> Result<(), String> {
        let Some(gpu) = self.gpu() else { return Ok(()) };
        self.frames.set(self.frames.get().saturating_add(1));
        guarded(|| gpu.render().map_err(|error| error.to_string()))
    }

    /// What was drawn before is gone: all of the memory has to be drawn.
    pub fn forget_frame(&self) {
        self.software.set_repaint_buffer_type(RepaintBufferType::NewBuffer);
    }

    /// What the GPU shows, upright, drawn once more.
    pub fn snapshot_of_gpu(&self) -> Option<Result<SharedPixelBuffer<Rgba8Pixel>, PlatformError>> {
        let gpu: &dyn Renderer = self.gpu()?;
        Some(gpu.take_snapshot())
    }
}
