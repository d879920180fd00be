//! Whether the GPU draws: as an installer has set it, and as the machine allows.

use super::{NoGpu, Surface, guarded, hardware, library::Mesa};
use cloud_shelf_core::panel::{GpuTrial, Renderer, Rotation};
use std::{
    os::fd::BorrowedFd,
    path::PathBuf,
    rc::Rc,
    time::{Duration, Instant},
};

/// A GPU that has drawn for so long without ending the program is trusted.
const PROVEN: Duration = Duration::from_secs(60);

/// Where a GPU and its driver are looked for.
pub struct GpuStack {
    /// Below which the kernel lists its devices
    pub root: PathBuf,
    pub load: fn() -> Result<&'static Mesa, NoGpu>,
}

impl Default for GpuStack {
    /// This machine.
    fn default() -> Self {
        Self { root: "/".into(), load: Mesa::load }
    }
}

pub struct GpuChoice {
    stack: GpuStack,
    wanted: Renderer,
    trial: GpuTrial,
    /// Since when a try is noted that has not proven itself
    on_trial: Option<Instant>,
    /// Why it is not tried again until somebody sets it anew
    given_up: Option<NoGpu>,
    /// What came of it last: the GPU's name, or why there is none
    result: Result<String, NoGpu>,
}

impl GpuChoice {
    pub fn new(stack: GpuStack, wanted: Renderer, trial: GpuTrial) -> Self {
        Self { stack, wanted, trial, on_trial: None, given_up: None, result: Err(NoGpu::NoScreen) }
    }

    /// Somebody has chosen anew.
    pub fn choose(&mut self, wanted: Renderer) {
        self.wanted = wanted;
        self.given_up = None;
    }

    /// What the GPU is to draw on for a panel of a size; `None` where software does.
    pub fn open(
        &mut self,
        card: BorrowedFd<'_>,
        panel: (u16, u16),
        rotation: Rotation,
        now: Instant,
    ) -> Option<Rc<Surface>> {
        let (surface, result) = match self.try_open(card, panel, rotation, now) {
            Ok(surface) => (Some(surface.clone()), Ok(surface.name().to_owned())),
            Err(reason) => {
                // Whatever was tried has ended in good order
                self.pass();
                (None, Err(reason))
            }
        };
        self.note(result);
        surface
    }

    fn try_open(
        &mut self,
        card: BorrowedFd<'_>,
        panel: (u16, u16),
        rotation: Rotation,
        now: Instant,
    ) -> Result<Rc<Surface>, NoGpu> {
        if self.wanted == Renderer::Software {
            return Err(NoGpu::NotWanted);
        }
        if let Some(reason) = &self.given_up {
            return Err(reason.clone());
        }
        if self.wanted == Renderer::Auto && !hardware::is_there(&self.stack.root) {
            return Err(NoGpu::NoHardware);
        }
        if self.on_trial.is_none() {
            // The count stays: it is there for the next start, too
            if !self.trial.begin().map_err(|error| NoGpu::Failed(error.to_string()))? {
                self.given_up = Some(NoGpu::Suspect);
                return Err(NoGpu::Suspect);
            }
            self.on_trial = Some(now);
        }
        let mesa = (self.stack.load)()?;
        let surface = guarded(|| Surface::open(mesa, card, panel)).map_err(NoGpu::Failed)?;
        if self.wanted == Renderer::Auto && hardware::is_software(surface.name()) {
            return Err(NoGpu::NoDriver(surface.name().to_owned()));
        }
        guarded(|| surface.turn(rotation)).map_err(NoGpu::Failed)?;
        Ok(Rc::new(surface))
    }

    /// It has failed while it drew.
    pub fn give_up(&mut self, detail: &str) {
        let reason = NoGpu::Failed(detail.to_owned());
        self.given_up = Some(reason.clone());
        self.pass();
        self.note(Err(reason));
    }

    /// It has drawn a frame that is shown.
    pub fn note_drawn(&mut self, now: Instant) {
        if self.on_trial.is_some_and(|since| now.saturating_duration_since(since) >= PROVEN) {
            self.pass();
        }
    }

    fn pass(&mut self) {
        if self.on_trial.take().is_some()
            && let Err(error) = self.trial.reset()
        {
            tracing::warn!(%error, "the next start will not know that the GPU draws well");
        }
    }

    fn note(&mut self, result: Result<String, NoGpu>) {
        if self.result != result {
            match &result {
                Ok(name) => tracing::info!(name, "the GPU draws"),
                Err(reason) => tracing::info!(%reason, "software draws"),
            }
        }
        self.result = result;
    }

    /// The GPU's name, or why there is none.
    pub const fn result(&self) -> &Result<String, NoGpu> {
        &self.result
    }
}
