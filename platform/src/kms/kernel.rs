//! This machine's graphics cards, by way of DRM and udev.

use super::device::{Card, Connector, Encoder, Layout, Machine, Memory};
use drm::{
    Device,
    buffer::{self, Buffer, DrmFourcc, DrmModifier, PlanarBuffer},
    control::{
        self, Device as _, Event, FbCmd2Flags, Mode, PageFlipFlags, connector, crtc,
        dumbbuffer::{DumbBuffer, DumbMapping},
        encoder, framebuffer, property,
    },
};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::{
    fs::{self, File},
    io,
    os::fd::{AsFd, BorrowedFd},
    path::PathBuf,
    rc::Rc,
    time::Instant,
};
use udev::{MonitorBuilder, MonitorSocket};

const CARDS: &str = "/dev/dri";

/// The machine that the program runs on.
pub struct Kernel {
    news: MonitorSocket,
}

impl Kernel {
    pub fn open() -> io::Result<Self> {
        // udev reports a device once its file has its owner; the kernel itself does so before that
        Ok(Self { news: MonitorBuilder::new()?.match_subsystem("drm")?.listen()? })
    }
}

impl Machine for Kernel {
    fn open_cards(&self) -> Vec<io::Result<Rc<dyn Card>>> {
        let entries = fs::read_dir(CARDS).into_iter().flatten().flatten();
        let is_card = |path: &PathBuf| {
            path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"card"))
        };
        let mut paths: Vec<_> = entries.map(|entry| entry.path()).filter(is_card).collect();
        paths.sort();
        let open = |path| File::options().read(true).write(true).open(path);
        let card = |file| Rc::new(DrmCard(Rc::new(file))) as Rc<dyn Card>;
        paths.into_iter().map(|path| open(path).map(card)).collect()
    }

    fn has_news(&self) -> bool {
        self.news.iter().count() > 0
    }

    fn news_source(&self) -> BorrowedFd<'_> {
        self.news.as_fd()
    }

    fn now(&self) -> Instant {
        Instant::now()
    }
}

/// Open for as long as anybody has a clone.
#[derive(Clone)]
struct DrmCard(Rc<File>);

impl AsFd for DrmCard {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Device for DrmCard {}
impl control::Device for DrmCard {}

impl DrmCard {
    fn power_switch(&self, connector: connector::Handle) -> io::Result<Option<property::Handle>> {
        let properties = self.get_properties(connector)?;
        for (handle, _) in properties.iter() {
            if self.get_property(*handle)?.name().to_bytes() == b"DPMS" {
                return Ok(Some(*handle));
            }
        }
        Ok(None)
    }
}

impl Card for DrmCard {
    fn fd(&self) -> BorrowedFd<'_> {
        self.as_fd()
    }

    fn connectors(&self) -> io::Result<Vec<connector::Handle>> {
        Ok(self.resource_handles()?.connectors().to_vec())
    }

    fn connector(&self, connector: connector::Handle) -> io::Result<Connector> {
        let info = self.get_connector(connector, true)?;
        Ok(Connector {
            handle: info.handle(),
            name: format!("{}-{}", info.interface().as_str(), info.interface_id()),
            connected: info.state() == connector::State::Connected,
            modes: info.modes().to_vec(),
            current_encoder: info.current_encoder(),
            encoders: info.encoders().to_vec(),
        })
    }

    fn encoder(&self, encoder: encoder::Handle) -> io::Result<Encoder> {
        let info = self.get_encoder(encoder)?;
        let possible_crtcs = self.resource_handles()?.filter_crtcs(info.possible_crtcs());
        Ok(Encoder { crtc: info.crtc(), possible_crtcs })
    }

    fn create_memory(&self, size: (u16, u16)) -> io::Result<Box<dyn Memory>> {
        let size = (size.0.into(), size.1.into());
        let buffer = self.create_dumb_buffer(size, DrmFourcc::Xrgb8888, 32)?;
        // A mapping borrows the few words that describe its buffer for as long as it stands. They are copied
        // for it and leaked; the memory that they describe is freed by `drop`.
        let lent: &'static mut DumbBuffer = Box::leak(Box::new(buffer));
        match self.map_dumb_buffer(lent) {
            Ok(mapping) => Ok(Box::new(DrmMemory { card: self.clone(), buffer, mapping })),
            Err(error) => self.destroy_dumb_buffer(buffer).and(Err(error)),
        }
    }

    fn add_framebuffer(&self, layout: &Layout) -> io::Result<framebuffer::Handle> {
        let picture = Picture(layout);
        let told = match layout.modifier {
            Some(_) => self.add_planar_framebuffer(&picture, FbCmd2Flags::MODIFIERS),
            None => Err(io::ErrorKind::Unsupported.into()),
        };
        // An older card asks its own driver how the pixels lie
        told.or_else(|_| control::Device::add_framebuffer(self, &picture, 24, 32))
    }

    fn destroy_framebuffer(&self, framebuffer: framebuffer::Handle) -> io::Result<()> {
        control::Device::destroy_framebuffer(self, framebuffer)
    }

    fn set_mode(
        &self,
        crtc: crtc::Handle,
        framebuffer: framebuffer::Handle,
        connector: connector::Handle,
        mode: Mode,
    ) -> io::Result<()> {
        self.set_crtc(crtc, Some(framebuffer), (0, 0), &[connector], Some(mode))
    }

    fn flip(&self, crtc: crtc::Handle, framebuffer: framebuffer::Handle) -> io::Result<()> {
        self.page_flip(crtc, framebuffer, PageFlipFlags::EVENT, None)
    }

    fn take_flips(&self) -> io::Result<usize> {
        let mut card = [PollFd::new(self, PollFlags::IN)];
        // A signal that arrives meanwhile says nothing about the card
        match poll(&mut card, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })) {
            Ok(0) | Err(rustix::io::Errno::INTR) => return Ok(0),
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
        let [card] = card;
        // A read without anything to read would wait
        if !card.revents().contains(PollFlags::IN) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        match self.receive_events() {
            Ok(events) => Ok(events.filter(|event| matches!(event, Event::PageFlip(_))).count()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(0),
            Err(error) => Err(error),
        }
    }

    fn set_power(&self, connector: connector::Handle, lit: bool) -> io::Result<bool> {
        // Of <drm/drm_mode.h>
        const ON: u64 = 0;
        const OFF: u64 = 3;
        let Some(switch) = self.power_switch(connector)? else { return Ok(false) };
        self.set_property(connector, switch, if lit { ON } else { OFF }).map(|()| true)
    }
}

struct DrmMemory {
    card: DrmCard,
    buffer: DumbBuffer,
    mapping: DumbMapping<'static>,
}

impl Memory for DrmMemory {
    fn layout(&self) -> Layout {
        Layout {
            buffer: self.buffer.handle(),
            size: self.buffer.size(),
            pitch: self.buffer.pitch(),
            modifier: None,
        }
    }

    fn write(&mut self, draw: &mut dyn FnMut(&mut [u8])) {
        draw(self.mapping.as_mut());
    }
}

impl Drop for DrmMemory {
    fn drop(&mut self) {
        // A card that is gone has taken it along
        let _ = self.card.destroy_dumb_buffer(self.buffer);
    }
}

/// A layout as the `drm` crate wants to be told of it.
struct Picture<'a>(&'a Layout);

impl Buffer for Picture<'_> {
    fn size(&self) -> (u32, u32) {
        self.0.size
    }

    fn format(&self) -> DrmFourcc {
        DrmFourcc::Xrgb8888
    }

    fn pitch(&self) -> u32 {
        self.0.pitch
    }

    fn handle(&self) -> buffer::Handle {
        self.0.buffer
    }
}

impl PlanarBuffer for Picture<'_> {
    fn size(&self) -> (u32, u32) {
        self.0.size
    }

    fn format(&self) -> DrmFourcc {
        DrmFourcc::Xrgb8888
    }

    fn modifier(&self) -> Option<DrmModifier> {
        self.0.modifier
    }

    fn pitches(&self) -> [u32; 4] {
        [self.0.pitch, 0, 0, 0]
    }

    fn handles(&self) -> [Option<buffer::Handle>; 4] {
        [Some(self.0.buffer), None, None, None]
    }

    fn offsets(&self) -> [u32; 4] {
        [0; 4]
    }
}
