//! One connected panel: its card, its mode, and the frames that it shows in turn.

use super::super::{
    display::Damage,
    gpu::{Choice, Surface},
    mix::Pixel,
};
use super::{
    card::Card,
    choice::{self, Offer},
    frame::Frames,
    scanout::Scanout,
};
use cloud_shelf_core::panel::{Mode, Rotation, ScreenSetup};
use drm::control::{self, Device as _, Event, PageFlipFlags, connector, crtc, framebuffer, property};
use std::{
    fs::{self, File},
    io,
    os::fd::{AsFd, BorrowedFd},
    path::Path,
    rc::Rc,
    time::{Duration, Instant},
};

/// Why no panel shows the picture.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    #[error("no screen is connected")]
    None,
    #[error("the graphics card can't be used: {0}")]
    Card(#[source] io::Error),
    #[error("the screen is lost: {0}")]
    Lost(#[source] io::Error),
}

/// A flip that the kernel never reports is given up after this.
const FLIP: Duration = Duration::from_secs(1);

pub struct Output {
    card: Card,
    connector: connector::Handle,
    name: String,
    crtc: crtc::Handle,
    mode: control::Mode,
    rotation: Rotation,
    feed: Feed,
    /// Since when a frame is on its way to the panel
    flipping: Option<Instant>,
    mode_set: bool,
}

/// Where the panel's frames come from.
enum Feed {
    Memory(Frames),
    Gpu(Scanout),
}

impl Output {
    /// The panel that is asked for, else the first that is connected.
    pub fn find(setup: &ScreenSetup, gpu: &mut Choice) -> Result<Self, FindError> {
        let mut trouble = FindError::None;
        for path in cards() {
            match Self::on_card(&path, setup, gpu) {
                Ok(Some(output)) => return Ok(output),
                Ok(None) => {}
                // A card that only computes has no connectors, and says so by an error
                Err(error) if error.raw_os_error() == Some(libc::EOPNOTSUPP) => {}
                Err(error) => trouble = FindError::Card(error),
            }
        }
        Err(trouble)
    }

    fn on_card(path: &Path, setup: &ScreenSetup, gpu: &mut Choice) -> io::Result<Option<Self>> {
        let file = File::options().read(true).write(true).open(path)?;
        let card = Card(Rc::new(file));
        let resources = card.resource_handles()?;
        let mut connected = vec![];
        for handle in resources.connectors() {
            let info = card.get_connector(*handle, true)?;
            if info.state() == connector::State::Connected && !info.modes().is_empty() {
                connected.push(info);
            }
        }
        let wanted = connected.iter().position(|info| Some(name(info)) == setup.output);
        let Some(info) = (!connected.is_empty()).then(|| &connected[wanted.unwrap_or(0)]) else {
            return Ok(None);
        };
        let mode = mode(info, setup.mode).expect("one that has modes");
        let crtc = free_crtc(&card, &resources, info)?;
        let feed = match gpu.open(card.as_fd(), mode.size(), setup.rotation) {
            Some(surface) => Feed::Gpu(Scanout::new(card.clone(), surface)),
            None => Feed::Memory(Frames::new(&card, mode.size())?),
        };
        Ok(Some(Self {
            connector: info.handle(),
            name: name(info),
            crtc,
            mode,
            rotation: setup.rotation,
            feed,
            flipping: None,
            mode_set: false,
            card,
        }))
    }

    pub fn panel_size(&self) -> (u16, u16) {
        self.mode.size()
    }

    pub fn description(&self) -> String {
        let (width, height) = self.mode.size();
        format!("{} {width}x{height}@{}", self.name, self.mode.vrefresh())
    }

    /// Whether the panel is still there and still to be driven as it is.
    pub fn is_connected(&self, setup: &ScreenSetup) -> bool {
        self.card.get_connector(self.connector, true).is_ok_and(|info| {
            info.state() == connector::State::Connected
                && mode(&info, setup.mode).is_some_and(|mode| mode.size() == self.mode.size())
        })
    }

    pub fn forget_mode_set(&mut self) {
        self.mode_set = false;
        self.flipping = None;
    }

    pub const fn is_mode_kept(&self) -> bool {
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

    /// Frames come from memory from now on.
    pub fn take_memory(&mut self) -> io::Result<()> {
        self.feed = Feed::Memory(Frames::new(&self.card, self.mode.size())?);
        self.forget_mode_set();
        Ok(())
    }

    /// Whether another frame may be shown: none is on its way.
    pub fn is_ready(&self) -> bool {
        self.flipping.is_none_or(|since| since.elapsed() >= FLIP)
    }

    pub fn patience(&self) -> Option<Duration> {
        self.flipping.map(|since| FLIP.saturating_sub(since.elapsed()))
    }

    pub fn source(&self) -> BorrowedFd<'_> {
        self.card.as_fd()
    }

    /// Takes what the card reports; does not wait.
    pub fn take_events(&mut self) -> io::Result<()> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let readable = {
            let mut card = [PollFd::new(&self.card, PollFlags::IN)];
            poll(&mut card, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }))? > 0
        };
        if readable {
            for event in self.card.receive_events()? {
                if let Event::PageFlip(_) = event {
                    self.flipping = None;
                    self.shown();
                }
            }
        } else if self.flipping.is_some_and(|since| since.elapsed() >= FLIP) {
            tracing::warn!("the screen has not said that it shows a frame");
            self.forget_mode_set();
        }
        Ok(())
    }

    /// Shows the picture, of which parts have changed.
    pub fn present(&mut self, picture: &[Pixel], size: (u16, u16), damage: &[Damage]) -> io::Result<()> {
        let Feed::Memory(frames) = &mut self.feed else { return Ok(()) };
        if !self.mode_set {
            // Nothing is known of what a frame held before
            frames.change(&[Damage::whole(size)]);
        }
        frames.change(damage);
        let handle = frames.take(picture, size, self.rotation);
        self.feed(handle)
    }

    /// Takes the frame that the GPU has ended, and shows it where anybody sees it.
    pub fn present_drawn(&mut self, lit: bool) -> io::Result<()> {
        match &mut self.feed {
            Feed::Memory(_) => Ok(()),
            Feed::Gpu(scanout) if !lit => scanout.skip(),
            Feed::Gpu(scanout) => {
                let handle = scanout.take()?;
                self.feed(handle)
            }
        }
    }

    /// Feeds the panel from a frame.
    fn feed(&mut self, handle: framebuffer::Handle) -> io::Result<()> {
        let flipped = self.mode_set
            && match self.card.page_flip(self.crtc, handle, PageFlipFlags::EVENT, None) {
                Ok(()) => true,
                Err(error) => {
                    tracing::debug!(%error, "no flip: the whole mode is set");
                    false
                }
            };
        if flipped {
            self.flipping = Some(Instant::now());
        } else {
            self.card.set_crtc(self.crtc, Some(handle), (0, 0), &[self.connector], Some(self.mode))?;
            self.mode_set = true;
            self.shown();
        }
        Ok(())
    }

    fn shown(&mut self) {
        if let Feed::Gpu(scanout) = &mut self.feed {
            scanout.shown();
        }
    }

    /// Switches the panel's power, where it has such a switch.
    pub fn set_lit(&mut self, lit: bool) {
        // Of <drm/drm_mode.h>
        const ON: u64 = 0;
        const OFF: u64 = 3;
        let result = self.power_switch().and_then(|switch| match switch {
            Some(switch) => self.card.set_property(self.connector, switch, if lit { ON } else { OFF }),
            None => Ok(()),
        });
        if let Err(error) = result {
            tracing::warn!(%error, lit, "the panel can't be switched");
        }
        self.forget_mode_set();
    }

    fn power_switch(&self) -> io::Result<Option<property::Handle>> {
        let properties = self.card.get_properties(self.connector)?;
        for (handle, _) in properties.iter() {
            if self.card.get_property(*handle)?.name().to_bytes() == b"DPMS" {
                return Ok(Some(*handle));
            }
        }
        Ok(None)
    }
}

/// Cards' files, in their order.
fn cards() -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir("/dev/dri").into_iter().flatten().flatten();
    let is_card = |path: &std::path::PathBuf| {
        path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"card"))
    };
    let mut cards: Vec<_> = entries.map(|entry| entry.path()).filter(is_card).collect();
    cards.sort();
    cards
}

/// As the kernel calls it: `HDMI-A-1`.
fn name(info: &connector::Info) -> String {
    format!("{}-{}", info.interface().as_str(), info.interface_id())
}

fn mode(info: &connector::Info, asked: Option<Mode>) -> Option<control::Mode> {
    let offer = |mode: &control::Mode| Offer {
        size: mode.size(),
        hertz: mode.vrefresh(),
        preferred: mode.mode_type().contains(control::ModeTypeFlags::PREFERRED),
    };
    let offers: Vec<Offer> = info.modes().iter().map(offer).collect();
    choice::best(&offers, asked).map(|at| info.modes()[at])
}

/// What feeds the connector already, else the first that can.
fn free_crtc(
    card: &Card,
    resources: &control::ResourceHandles,
    info: &connector::Info,
) -> io::Result<crtc::Handle> {
    let current = info.current_encoder().and_then(|encoder| card.get_encoder(encoder).ok()?.crtc());
    if let Some(crtc) = current {
        return Ok(crtc);
    }
    for encoder in info.encoders() {
        let encoder = card.get_encoder(*encoder)?;
        if let Some(crtc) = resources.filter_crtcs(encoder.possible_crtcs()).first() {
            return Ok(*crtc);
        }
    }
    Err(io::Error::other("nothing feeds this connector"))
}
