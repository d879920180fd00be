//! The panel itself: pixels straight to DRM/KMS, fingers from libinput, no display server and no
//! seat daemon.
//!
//! What comes and goes, the panel above all, may do so at any time. Without a panel the pages live
//! on in memory, and are on the next one as soon as it is there. Nothing that a card or a panel does ends
//! the program: what fails is left, said in the log, and looked for again.

mod choice;
mod console;
mod device;
mod fingers;
mod frame;
mod kernel;
mod libinput;
mod output;
mod scanout;
#[cfg(test)]
mod tests;
mod turn;

use super::{
    display::{Damage, Display, Input, Rendering},
    error::{DisplayError, KmsError},
    gpu::{GpuChoice, GpuStack, Surface},
    mix::Pixel,
    touch::Contact,
};
use cloud_shelf_core::panel::{GpuTrial, ScreenSetup};
use console::Console;
use device::Machine;
use fingers::{Fingers, TouchSource};
use kernel::Kernel;
use libinput::InputDevices;
use output::{FindError, FrameState, Output, Refusal, is_refusal};
use std::{
    io,
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
    machine: Box<dyn Machine>,
    setup: ScreenSetup,
    gpu: GpuChoice,
    /// None while the GPU draws
    pixels: Vec<Pixel>,
    size: (u16, u16),
    output: Option<Output>,
    touch: Option<Box<dyn TouchSource>>,
    fingers: Fingers,
    probe_due: Option<Instant>,
    /// The size that the window has yet to be told
    resized: Option<(u16, u16)>,
    lit: bool,
    /// Modes that are not tried again until a screen or a card comes or goes
    refusals: Vec<Refusal>,
    /// What was logged last of where the picture is
    logged: Option<String>,
    _console: Option<Console>,
}

impl Kms {
    /// On this machine's panel.
    pub fn open(setup: ScreenSetup, trial: GpuTrial) -> Result<Self, KmsError> {
        // Before the first look, so that nothing that comes in between is missed
        let machine = Box::new(Kernel::open()?);
        let touch = InputDevices::open().map(|devices| Box::new(devices) as Box<dyn TouchSource>);
        let gpu = GpuChoice::new(GpuStack::default(), setup.renderer, trial);
        let mut kms = Self::on_machine(machine, setup, gpu, touch);
        kms._console = Console::take_over_stdin();
        Ok(kms)
    }

    fn on_machine(
        machine: Box<dyn Machine>,
        setup: ScreenSetup,
        gpu: GpuChoice,
        touch: Option<Box<dyn TouchSource>>,
    ) -> Self {
        let size = setup.rotation.turn_size(NO_PANEL);
        let mut kms = Self {
            machine,
            setup,
            gpu,
            pixels: vec![],
            size,
            output: None,
            touch,
            fingers: Fingers::default(),
            probe_due: None,
            resized: None,
            lit: true,
            refusals: vec![],
            logged: None,
            _console: None,
        };
        kms.find_output();
        let size = kms.resized.take().unwrap_or(size);
        kms.take_size(size);
        kms
    }

    /// Looks for a panel, where there is none.
    fn find_output(&mut self) {
        match Output::find(&*self.machine, &self.setup, &self.refusals, &mut self.gpu) {
            Ok(output) => {
                self.probe_due = None;
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
            Err(error) => self.lose_output(&error),
        }
    }

    fn lose_output(&mut self, error: &FindError) {
        self.drop_output();
        self.probe_due = Some(self.machine.now() + PROBE);
        if matches!(error, FindError::NoMode(_)) {
            // All have been refused: what was so then may not be so at the next look
            self.refusals.clear();
        }
        let trouble = error.to_string();
        if self.logged.as_ref() != Some(&trouble) {
            tracing::warn!("no picture: {trouble}");
            self.logged = Some(trouble);
        }
    }

    /// The panel shows the picture.
    fn note_shown(&mut self) {
        let Some(output) = self.output.as_ref().map(Output::description) else { return };
        if self.logged.as_ref() != Some(&output) {
            tracing::info!(output, "a screen");
            self.logged = Some(output);
        }
    }

    /// Something about the screens has changed, or may have.
    fn check_output(&mut self) {
        self.probe_due = None;
        let Some(output) = &mut self.output else { return self.find_output() };
        if output.is_to_stay(&*self.machine, &self.setup, &self.refusals) {
            // The panel may have lost its signal
            output.forget_mode_set();
            self.show(&[Damage::whole(self.size)]);
        } else {
            self.find_another();
        }
    }

    /// Leaves the panel for what is to be driven now. Its card has one master, the old one's file,
    /// which the GPU's surface holds open until the window has let go of it, too.
    fn find_another(&mut self) {
        if self.drop_output() {
            self.probe_due = Some(self.machine.now());
        } else {
            self.find_output();
        }
    }

    /// The pages live on in memory. True if the window has a surface to let go of.
    fn drop_output(&mut self) -> bool {
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
        let now = self.machine.now();
        let Some(output) = &mut self.output else { return };
        if output.surface().is_some() {
            self.resized = Some(self.size);
            return;
        }
        let was_set = output.is_mode_set();
        match output.present(&self.pixels, self.size, damage, now) {
            Ok(()) => self.note_shown(),
            Err(error) if !was_set => self.refuse_mode(error),
            Err(error) => self.lose_output(&FindError::lost(error)),
        }
    }

    /// The panel's mode could not be set: another one is tried, if that is what the card refuses.
    fn refuse_mode(&mut self, error: io::Error) {
        let refused = self.output.as_ref().filter(|output| is_refusal(&error) && output.is_connected());
        let Some(output) = refused else { return self.lose_output(&FindError::lost(error)) };
        tracing::debug!(%error, output = %output.description(), "the card refuses this mode");
        self.refusals.push(output.refusal());
        self.find_another();
    }

    /// Software draws from now on.
    fn draw_in_memory(&mut self) {
        if let Some(output) = &mut self.output
            && let Err(error) = output.use_memory()
        {
            self.lose_output(&FindError::lost(error));
        }
        self.take_size(self.size);
        self.resized.get_or_insert(self.size);
    }

    /// Shows the frame that the GPU has ended.
    fn show_drawn(&mut self) {
        let now = self.machine.now();
        let Some(output) = &mut self.output else { return };
        match output.present_drawn(self.lit, now) {
            Ok(()) => {
                self.gpu.note_drawn(now);
                self.note_shown();
            }
            // A panel that was unplugged is not the GPU's fault, nor is another program that has it
            Err(error) if output.is_connected() && error.raw_os_error() != Some(libc::EACCES) => {
                self.give_gpu_up(&error.to_string());
            }
            Err(error) => self.lose_output(&FindError::lost(error)),
        }
    }

    /// Looks at what has become of the panel and of the last frame.
    fn follow_output(&mut self) {
        let now = self.machine.now();
        if self.machine.has_news() {
            self.refusals.clear();
            self.check_output();
            self.probe_due = Some(now + SETTLE);
        } else if self.probe_due.is_some_and(|due| due <= now) {
            // A panel that is there and shows the picture is left in peace
            match &self.output {
                Some(output) if output.is_mode_set() => self.probe_due = None,
                _ => self.check_output(),
            }
        }
        let Some(output) = &mut self.output else { return };
        match output.take_reports(now) {
            Ok(FrameState::Quiet | FrameState::Shown) => {}
            Ok(FrameState::Overdue) => self.show(&[Damage::whole(self.size)]),
            Err(error) => self.lose_output(&FindError::lost(error)),
        }
    }

    fn next_contact(&mut self) -> Option<(Contact, u32)> {
        let touch = self.touch.as_mut()?;
        while let Some((report, ms)) = touch.next_report() {
            if let Some(contact) = self.fingers.take_report(report, self.setup.rotation, self.size) {
                return Some((contact, ms));
            }
        }
        None
    }
}

impl Display for Kms {
    fn size(&self) -> (u16, u16) {
        self.size
    }

    fn is_ready(&self) -> bool {
        self.output.as_ref().is_none_or(|output| output.is_ready(self.machine.now()))
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
        self.draw_in_memory();
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
        self.follow_output();
        if let Some(input) = self.resize_input() {
            return Ok(Some(input));
        }
        let contact = self.next_contact();
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
        let touch = self.touch.as_ref().map(|touch| touch.source());
        let output = self.output.as_ref().map(Output::source);
        [Some(self.machine.news_source()), touch, output].into_iter().flatten().collect()
    }

    fn patience(&self) -> Option<Duration> {
        let now = self.machine.now();
        let probe = self.probe_due.map(|due| due.saturating_duration_since(now));
        let flip = self.output.as_ref().and_then(|output| output.patience(now));
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
            self.gpu.choose(setup.renderer);
        }
        match &mut self.output {
            None => {
                self.resized = Some(setup.rotation.turn_size(NO_PANEL));
                self.probe_due = Some(self.machine.now());
            }
            Some(output) if same_panel => {
                self.resized = Some(setup.rotation.turn_size(output.panel_size()));
                if let Err(error) = output.set_rotation(setup.rotation) {
                    self.give_gpu_up(&error);
                }
            }
            // Its memory goes before the next one's is asked for
            Some(_) => self.find_another(),
        }
    }

    fn description(&self) -> Option<String> {
        self.output.as_ref().map(Output::description)
    }
}

fn black((width, height): (u16, u16)) -> Vec<Pixel> {
    vec![Pixel(0); usize::from(width) * usize::from(height)]
}
