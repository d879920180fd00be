//! The panel itself: pixels straight to DRM/KMS, fingers from libinput, no display server and no
//! seat daemon.
//!
//! What comes and goes, the panel above all, may do so at any time. Without a panel the pages live
//! on in memory, and are on the next one as soon as it is there.

mod card;
mod choice;
mod console;
mod fingers;
mod frame;
mod hotplug;
mod output;
mod scanout;
mod turn;

use super::{
    display::{Damage, Display, Input, Rendering},
    error::{DisplayError, KmsError},
    gpu::{Choice, Surface},
    mix::Pixel,
    touch::Contact,
};
use cloud_shelf_core::panel::{GpuTrial, ScreenSetup};
use console::Console;
use fingers::Fingers;
use hotplug::Hotplug;
use output::{FindError, Output};
use std::{
    os::fd::BorrowedFd,
    rc::Rc,
    time::{Duration, Instant},
};

/// How often a panel is looked for while there is none: some say nothing when they come.
const PROBE: Duration = Duration::from_secs(2);
/// A panel that has just come may need a moment until it can say what it is.
const SETTLE: Duration = Duration::from_millis(700);
/// The picture's size until a panel is there.
const NO_PANEL: (u16, u16) = (1920, 1080);

pub struct Kms {
    setup: ScreenSetup,
    gpu: Choice,
    /// None while the GPU draws
    pixels: Vec<Pixel>,
    size: (u16, u16),
    output: Option<Output>,
    hotplug: Hotplug,
    fingers: Option<Fingers>,
    probe_due: Option<Instant>,
    /// The size that the window has yet to be told
    resized: Option<(u16, u16)>,
    lit: bool,
    /// Why there is no picture, as last logged
    trouble: Option<String>,
    _console: Option<Console>,
}

impl Kms {
    pub fn open(setup: ScreenSetup, trial: GpuTrial) -> Result<Self, KmsError> {
        // Before the first look, so that nothing that comes in between is missed
        let hotplug = Hotplug::open()?;
        let size = setup.rotation.turn_size(NO_PANEL);
        let mut kms = Self {
            gpu: Choice::new(setup.renderer, trial),
            setup,
            pixels: vec![],
            size,
            output: None,
            hotplug,
            fingers: Fingers::open(),
            probe_due: None,
            resized: None,
            lit: true,
            trouble: None,
            _console: Console::take_over(),
        };
        kms.find();
        let size = kms.resized.take().unwrap_or(size);
        kms.take_size(size);
        Ok(kms)
    }

    /// Looks for a panel, where there is none.
    fn find(&mut self) {
        match Output::find(&self.setup, &mut self.gpu) {
            Ok(output) => {
                tracing::info!(output = %output.description(), "a screen");
                self.probe_due = None;
                self.trouble = None;
                let size = self.setup.rotation.turn_size(output.panel_size());
                let in_memory = output.surface().is_none();
                self.output = Some(output);
                if in_memory && size == self.size && !self.pixels.is_empty() {
                    self.show(&[Damage::whole(size)]);
                } else {
                    // Shown once the pages are drawn in that size
                    self.resized = Some(size);
                }
            }
            Err(error) => self.lose(&error),
        }
    }

    fn lose(&mut self, error: &FindError) {
        self.let_go();
        self.probe_due = Some(Instant::now() + PROBE);
        let trouble = error.to_string();
        if self.trouble.as_ref() != Some(&trouble) {
            tracing::warn!("no picture: {trouble}");
            self.trouble = Some(trouble);
        }
    }

    /// Something about the screens has changed, or may have.
    fn look_again(&mut self) {
        self.probe_due = None;
        let Some(output) = &mut self.output else { return self.find() };
        if output.is_connected(&self.setup) {
            // It may be another panel, or the same one that has lost its signal
            output.forget_mode_set();
            self.show(&[Damage::whole(self.size)]);
        } else {
            self.find_anew();
        }
    }

    /// Leaves the panel for what is to be driven now. Its card has one master, the old one's file,
    /// which the GPU's surface holds open until the window has let go of it, too.
    fn find_anew(&mut self) {
        if self.let_go() {
            self.probe_due = Some(Instant::now());
        } else {
            self.find();
        }
    }

    /// The pages live on in memory. True if the window has a surface to let go of.
    fn let_go(&mut self) -> bool {
        let drawn = self.output.take().is_some_and(|output| output.surface().is_some());
        if drawn {
            self.resized.get_or_insert(self.size);
        }
        drawn
    }

    fn resize_input(&mut self) -> Option<Input> {
        self.resized.take().map(|(width, height)| Input::Resized { width, height })
    }

    fn take_size(&mut self, size: (u16, u16)) {
        self.size = size;
        self.pixels = if self.surface().is_some() { vec![] } else { black(size) };
    }

    /// Shows what is in memory; what the GPU drew is gone, and has to be drawn again.
    fn show(&mut self, damage: &[Damage]) {
        if self.resized.is_some() || !self.lit {
            return;
        }
        let Some(output) = &mut self.output else { return };
        if output.surface().is_some() {
            self.resized = Some(self.size);
        } else if let Err(error) = output.present(&self.pixels, self.size, damage) {
            self.lose(&FindError::Lost(error));
        }
    }

    /// Software draws from now on.
    fn take_memory(&mut self) {
        if let Some(output) = &mut self.output
            && let Err(error) = output.take_memory()
        {
            self.lose(&FindError::Lost(error));
        }
        self.take_size(self.size);
        self.resized.get_or_insert(self.size);
    }

    /// Shows the frame that the GPU has ended.
    fn show_drawn(&mut self) {
        let Some(output) = &mut self.output else { return };
        match output.present_drawn(self.lit) {
            Ok(()) => self.gpu.drawn(),
            // A panel that was unplugged is not the GPU's fault
            Err(error) if output.is_connected(&self.setup) => self.give_gpu_up(&error.to_string()),
            Err(error) => self.lose(&FindError::Lost(error)),
        }
    }
}

impl Display for Kms {
    fn size(&self) -> (u16, u16) {
        self.size
    }

    fn is_ready(&self) -> bool {
        self.output.as_ref().is_none_or(Output::is_ready)
    }

    fn pixels(&self) -> &[Pixel] {
        &self.pixels
    }

    fn pixels_mut(&mut self) -> &mut [Pixel] {
        &mut self.pixels
    }

    fn resize(&mut self, size: (u16, u16)) -> Result<(), DisplayError> {
        self.take_size(size);
        Ok(())
    }

    fn present(&mut self, damage: &[Damage]) -> Result<(), DisplayError> {
        if self.surface().is_some() {
            self.show_drawn();
        } else {
            self.show(damage);
        }
        Ok(())
    }

    fn surface(&self) -> Option<Rc<Surface>> {
        self.output.as_ref().and_then(Output::surface)
    }

    fn give_gpu_up(&mut self, detail: &str) {
        self.gpu.give_up(detail);
        self.take_memory();
    }

    fn rendering(&self) -> Rendering {
        match self.gpu.result() {
            Ok(name) if self.surface().is_some() => Rendering::Gpu(name.clone()),
            Ok(_) => Rendering::Software(None),
            Err(reason) => Rendering::Software(Some(reason.clone())),
        }
    }

    fn next_input(&mut self) -> Result<Option<Input>, DisplayError> {
        if let Some(input) = self.resize_input() {
            return Ok(Some(input));
        }
        if self.hotplug.has_news() {
            self.look_again();
            self.probe_due = Some(Instant::now() + SETTLE);
        } else if self.probe_due.is_some_and(|due| due <= Instant::now()) {
            // A panel that is there and shows the picture is left in peace
            match &self.output {
                Some(output) if output.is_mode_kept() => self.probe_due = None,
                _ => self.look_again(),
            }
        }
        if let Some(output) = &mut self.output
            && let Err(error) = output.take_events()
        {
            self.lose(&FindError::Lost(error));
        }
        if let Some(input) = self.resize_input() {
            return Ok(Some(input));
        }
        let (rotation, size) = (self.setup.rotation, self.size);
        let contact = self.fingers.as_mut().and_then(|fingers| fingers.next(rotation, size));
        if matches!(contact, Some((Contact::Down { .. }, _))) {
            // Whoever touches a dark panel wants to see it
            self.set_lit(true);
        }
        Ok(contact.map(|(contact, ms)| Input::Touched(contact, ms)))
    }

    fn set_shown(&mut self, _: bool) -> Result<(), DisplayError> {
        Ok(())
    }

    fn sources(&self) -> Vec<BorrowedFd<'_>> {
        let fingers = self.fingers.as_ref().map(Fingers::source);
        let output = self.output.as_ref().map(Output::source);
        [Some(self.hotplug.source()), fingers, output].into_iter().flatten().collect()
    }

    fn patience(&self) -> Option<Duration> {
        let now = Instant::now();
        let probe = self.probe_due.map(|due| due.saturating_duration_since(now));
        let flip = self.output.as_ref().and_then(Output::patience);
        probe.into_iter().chain(flip).min()
    }

    fn set_lit(&mut self, lit: bool) -> bool {
        if lit != self.lit {
            self.lit = lit;
            if let Some(output) = &mut self.output {
                output.set_lit(lit);
            }
            if lit {
                self.show(&[Damage::whole(self.size)]);
            }
        }
        true
    }

    fn set_up(&mut self, setup: &ScreenSetup) {
        let same_panel = (&setup.output, setup.mode, setup.renderer)
            == (&self.setup.output, self.setup.mode, self.setup.renderer);
        self.setup = setup.clone();
        if !same_panel {
            self.gpu.set(setup.renderer);
        }
        match &mut self.output {
            None => self.resized = Some(setup.rotation.turn_size(NO_PANEL)),
            Some(output) if same_panel => {
                self.resized = Some(setup.rotation.turn_size(output.panel_size()));
                if let Err(error) = output.set_rotation(setup.rotation) {
                    self.give_gpu_up(&error);
                }
            }
            // Its memory goes before the next one's is asked for
            Some(_) => self.find_anew(),
        }
    }

    fn description(&self) -> Option<String> {
        self.output.as_ref().map(Output::description)
    }
}

fn black((width, height): (u16, u16)) -> Vec<Pixel> {
    vec![Pixel(0); usize::from(width) * usize::from(height)]
}
