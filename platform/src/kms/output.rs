//! One connected panel: its card, its mode, and the frames that it shows in turn.

use super::super::{
    display::Damage,
    gpu::{GpuChoice, Surface},
    mix::Pixel,
};
use super::{
    choice::choose_mode,
    device::{Card, Connector, Machine},
    frame::Frames,
    scanout::Scanout,
};
use cloud_shelf_core::panel::{Rotation, ScreenSetup};
use drm::control::{Mode, connector, crtc, framebuffer};
use std::{
    io,
    os::fd::BorrowedFd,
    rc::Rc,
    time::{Duration, Instant},
};

/// Why no panel shows the picture.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    #[error("no screen is connected")]
    None,
    #[error("the screen at {0} names no size that can be shown, or refuses them all")]
    NoMode(String),
    #[error("another program has the screen")]
    Taken,
    #[error("the graphics card can't be used: {0}")]
    Card(#[source] io::Error),
    #[error("the screen is lost: {0}")]
    Lost(#[source] io::Error),
}

impl FindError {
    /// A panel that was there fails.
    pub fn lost(error: io::Error) -> Self {
        // The kernel's word for one that is not the card's master
        if error.raw_os_error() == Some(libc::EACCES) { Self::Taken } else { Self::Lost(error) }
    }
}

/// What the kernel says of a mode that it can't set: of wrong timings, of more than the card can fetch or send.
pub fn is_refusal(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EINVAL | libc::ENOSPC | libc::ERANGE))
}

/// A flip that the kernel has not reported after this will not be.
const FLIP: Duration = Duration::from_secs(1);
/// After so many of them in a row, no other is tried.
const MOST_MISSED: u8 = 3;

/// A mode that the card has refused to set for a connector.
pub type Refusal = (String, Mode);

pub struct Output {
    card: Rc<dyn Card>,
    connector: connector::Handle,
    name: String,
    crtc: crtc::Handle,
    mode: Mode,
    rotation: Rotation,
    feed: Feed,
    /// Since when a frame is on its way to the panel
    flipping: Option<Instant>,
    /// Flips in a row that were never reported
    missed: u8,
    mode_set: bool,
}

/// Where the panel's frames come from.
enum Feed {
    Memory(Frames),
    Gpu(Scanout),
}

/// What the kernel says of the last frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameState {
    /// Nothing new
    Quiet,
    /// The panel shows it
    Shown,
    /// Nobody knows: it has to be shown again
    Overdue,
}

/// A panel that could be driven.
struct Candidate {
    card: Rc<dyn Card>,
    info: Connector,
    mode: Mode,
}

impl Candidate {
    /// Those of all cards, the one that is asked for first; with what was wrong with the others.
    fn find_all(machine: &dyn Machine, setup: &ScreenSetup, refusals: &[Refusal]) -> (Vec<Self>, FindError) {
        let (mut found, mut trouble) = (vec![], FindError::None);
        for card in machine.open_cards() {
            let listed = card.and_then(|card| Ok((card.connectors()?, card)));
            let (connectors, card) = match listed {
                Ok(listed) => listed,
                // A card that only computes has no connectors, and says so by an error
                Err(error) if error.raw_os_error() == Some(libc::EOPNOTSUPP) => continue,
                Err(error) => {
                    trouble = FindError::Card(error);
                    continue;
                }
            };
            for handle in connectors {
                let info = match card.connector(handle) {
                    Ok(info) => info,
                    // It has gone since it was listed
                    Err(error) if error.raw_os_error() == Some(libc::ENOENT) => continue,
                    Err(error) => {
                        trouble = FindError::Card(error);
                        continue;
                    }
                };
                if !info.connected {
                    continue;
                }
                match find_mode(&info, setup, refusals) {
                    Some(mode) => found.push(Self { card: card.clone(), info, mode }),
                    None => trouble = FindError::NoMode(info.name),
                }
            }
        }
        // A stable order otherwise: cards and connectors as the kernel lists them
        found.sort_by_key(|candidate| setup.output.as_ref() != Some(&candidate.info.name));
        (found, trouble)
    }
}

impl Output {
    /// Opens the panel that is asked for, else the first one that can be driven.
    pub fn find(
        machine: &dyn Machine,
        setup: &ScreenSetup,
        refusals: &[Refusal],
        gpu: &mut GpuChoice,
    ) -> Result<Self, FindError> {
        let (candidates, mut trouble) = Candidate::find_all(machine, setup, refusals);
        for candidate in candidates {
            match Self::open(candidate, setup.rotation, gpu, machine.now()) {
                Ok(output) => return Ok(output),
                Err(error) => trouble = FindError::Card(error),
            }
        }
        Err(trouble)
    }

    fn open(candidate: Candidate, rotation: Rotation, gpu: &mut GpuChoice, now: Instant) -> io::Result<Self> {
        let Candidate { card, info, mode } = candidate;
        let crtc = find_crtc(&*card, &info)?;
        let feed = match gpu.open(card.fd(), mode.size(), rotation, now) {
            Some(surface) => Feed::Gpu(Scanout::new(card.clone(), surface)),
            None => Feed::Memory(Frames::new(&card, mode.size())?),
        };
        Ok(Self {
            connector: info.handle,
            name: info.name,
            crtc,
            mode,
            rotation,
            feed,
            flipping: None,
            missed: 0,
            mode_set: false,
            card,
        })
    }

    pub fn panel_size(&self) -> (u16, u16) {
        self.mode.size()
    }

    pub fn description(&self) -> String {
        let (width, height) = self.mode.size();
        format!("{} {width}x{height}@{}", self.name, self.mode.vrefresh())
    }

    /// This panel's mode, as refused by its card.
    pub fn refusal(&self) -> Refusal {
        (self.name.clone(), self.mode)
    }

    /// Whether a panel is there.
    pub fn is_connected(&self) -> bool {
        self.card.connector(self.connector).is_ok_and(|info| info.connected)
    }

    /// Whether this panel is still there and still to be driven as it is.
    pub fn is_to_stay(&self, machine: &dyn Machine, setup: &ScreenSetup, refusals: &[Refusal]) -> bool {
        let same = self
            .card
            .connector(self.connector)
            .is_ok_and(|info| info.connected && find_mode(&info, setup, refusals) == Some(self.mode));
        let as_asked = setup.output.as_ref().is_none_or(|asked| *asked == self.name);
        same && (as_asked || {
            // The one that is asked for may have come
            let (candidates, _) = Candidate::find_all(machine, setup, refusals);
            candidates.first().is_none_or(|first| Some(&first.info.name) != setup.output.as_ref())
        })
    }

    pub fn forget_mode_set(&mut self) {
        self.mode_set = false;
        self.flipping = None;
    }

    pub const fn is_mode_set(&self) -> bool {
        self.mode_set
    }

    pub fn set_rotation(&mut self, rotation: Rotation) -> Result<(), String> {
        self.rotation = rotation;
        self.surface().map_or(Ok(()), |surface| surface.turn(rotation))
    }

    /// What the GPU draws on, where it does.
    pub fn surface(&self) -> Option<Rc<Surface>> {
        match &self.feed {
            Feed::Gpu(scanout) => Some(scanout.surface().clone()),
            Feed::Memory(_) => None,
        }
    }

    /// Feeds the panel from memory from now on.
    pub fn use_memory(&mut self) -> io::Result<()> {
        self.feed = Feed::Memory(Frames::new(&self.card, self.mode.size())?);
        self.forget_mode_set();
        Ok(())
    }

    /// Whether another frame may be shown: none is on its way.
    pub fn is_ready(&self, now: Instant) -> bool {
        self.flipping.is_none_or(|since| is_overdue(since, now))
    }

    /// How long until a frame on its way is overdue.
    pub fn patience(&self, now: Instant) -> Option<Duration> {
        self.flipping.map(|since| FLIP.saturating_sub(now.saturating_duration_since(since)))
    }

    pub fn source(&self) -> BorrowedFd<'_> {
        self.card.fd()
    }

    /// Takes what the card reports; does not wait.
    pub fn take_reports(&mut self, now: Instant) -> io::Result<FrameState> {
        if self.card.take_flips()? > 0 {
            (self.flipping, self.missed) = (None, 0);
            self.note_shown();
            return Ok(FrameState::Shown);
        }
        if !self.flipping.is_some_and(|since| is_overdue(since, now)) {
            return Ok(FrameState::Quiet);
        }
        self.missed = self.missed.saturating_add(1);
        if self.missed == MOST_MISSED {
            tracing::warn!("the graphics driver never says that a frame is shown: each is set with its mode");
        } else if self.missed < MOST_MISSED {
            tracing::warn!("the graphics driver has not said that a frame is shown: it is shown again");
        }
        self.forget_mode_set();
        Ok(FrameState::Overdue)
    }

    /// Shows the picture, of which parts have changed.
    pub fn present(
        &mut self,
        picture: &[Pixel],
        size: (u16, u16),
        damage: &[Damage],
        now: Instant,
    ) -> io::Result<()> {
        let Feed::Memory(frames) = &mut self.feed else { return Ok(()) };
        if !self.mode_set {
            // Nothing is known of what a frame held before
            frames.change(&[Damage::whole(size)]);
        }
        frames.change(damage);
        let framebuffer = frames.fill_next(picture, size, self.rotation);
        self.feed_panel(framebuffer, now)
    }

    /// Takes the frame that the GPU has ended, and shows it where anybody sees it.
    pub fn present_drawn(&mut self, lit: bool, now: Instant) -> io::Result<()> {
        match &mut self.feed {
            Feed::Memory(_) => Ok(()),
            Feed::Gpu(scanout) if !lit => scanout.skip(),
            Feed::Gpu(scanout) => {
                let framebuffer = scanout.take_frame()?;
                self.feed_panel(framebuffer, now)
            }
        }
    }

    fn feed_panel(&mut self, framebuffer: framebuffer::Handle, now: Instant) -> io::Result<()> {
        let flipped = self.mode_set && self.missed < MOST_MISSED && {
            let flip = self.card.flip(self.crtc, framebuffer);
            flip.inspect_err(|error| tracing::debug!(%error, "no flip: the whole mode is set")).is_ok()
        };
        if flipped {
            self.flipping = Some(now);
        } else {
            self.card.set_mode(self.crtc, framebuffer, self.connector, self.mode)?;
            // The kernel has waited for whatever was on its way before
            (self.mode_set, self.flipping) = (true, None);
            self.note_shown();
        }
        Ok(())
    }

    fn note_shown(&mut self) {
        if let Feed::Gpu(scanout) = &mut self.feed {
            scanout.forget_older();
        }
    }

    /// Switches the panel's power, where it has such a switch.
    pub fn set_lit(&mut self, lit: bool) {
        if let Err(error) = self.card.set_power(self.connector, lit) {
            tracing::warn!(%error, lit, "the panel can't be switched");
        }
        self.forget_mode_set();
    }
}

fn is_overdue(since: Instant, now: Instant) -> bool {
    now.saturating_duration_since(since) >= FLIP
}

fn find_mode(info: &Connector, setup: &ScreenSetup, refusals: &[Refusal]) -> Option<Mode> {
    let refused = refusals.iter().filter(|(name, _)| *name == info.name).map(|(_, mode)| *mode);
    choose_mode(&info.modes, setup.mode, &refused.collect::<Vec<_>>())
}

/// What feeds the connector already, else the first that can.
fn find_crtc(card: &dyn Card, info: &Connector) -> io::Result<crtc::Handle> {
    let current = info.current_encoder.and_then(|encoder| card.encoder(encoder).ok()?.crtc);
    let possible = |encoder: &_| card.encoder(*encoder).ok()?.possible_crtcs.first().copied();
    current
        .or_else(|| info.encoders.iter().find_map(possible))
        .ok_or_else(|| io::Error::other(format!("nothing feeds {}", info.name)))
}
