//! A card's answers, which are those of the kernel.

use super::{
    super::super::device::{Card, Connector, Encoder, Layout, Memory},
    Bytes, CardState, Feed, number,
};
use drm::{
    buffer,
    control::{Mode, connector, crtc, encoder, framebuffer, from_u32},
};
use std::{
    cell::{RefCell, RefMut},
    io,
    os::fd::{AsFd as _, BorrowedFd, OwnedFd},
    rc::Rc,
};

/// Handles of a card's objects: connectors from 100, encoders from 200, CRTCs from 300.
fn handle<T: From<drm::control::RawResourceHandle>>(number: u32) -> T {
    from_u32(number).unwrap()
}

/// An open file of a card.
pub struct FakeCard {
    pub state: Rc<RefCell<CardState>>,
    pub fd: Rc<OwnedFd>,
    pub file: usize,
}

impl FakeCard {
    /// The card, for what only its master may do.
    fn as_master(&self) -> io::Result<RefMut<'_, CardState>> {
        let card = self.card()?;
        if card.taken || card.master != Some(self.file) { Err(number(libc::EACCES)) } else { Ok(card) }
    }

    fn card(&self) -> io::Result<RefMut<'_, CardState>> {
        let card = self.state.borrow_mut();
        card.broken.map_or(Ok(()), |errno| Err(number(errno)))?;
        Ok(card)
    }
}

impl Drop for FakeCard {
    /// The kernel takes back what a file had, and its panels go dark.
    fn drop(&mut self) {
        let mut card = self.state.borrow_mut();
        if card.master == Some(self.file) {
            card.master = None;
        }
        let file = self.file;
        card.framebuffers.retain(|_, (_, owner)| *owner != file);
        let CardState { feeds, framebuffers, .. } = &mut *card;
        feeds.retain(|_, feed| framebuffers.contains_key(&feed.framebuffer));
    }
}

impl Card for FakeCard {
    fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    fn connectors(&self) -> io::Result<Vec<connector::Handle>> {
        let card = self.card()?;
        if card.has_no_outputs {
            return Err(number(libc::EOPNOTSUPP));
        }
        Ok((0..card.sockets.len()).map(|place| handle(100 + place as u32)).collect())
    }

    fn connector(&self, connector: connector::Handle) -> io::Result<Connector> {
        let card = self.card()?;
        let place = (u32::from(connector) - 100) as usize;
        let socket = card.sockets.get(place).filter(|socket| !socket.gone);
        let socket = socket.ok_or_else(|| number(libc::ENOENT))?;
        let is_fed = card.feeds.values().any(|feed| feed.socket == place);
        let encoders: Vec<encoder::Handle> =
            socket.encoders.iter().map(|encoder| handle(200 + encoder)).collect();
        Ok(Connector {
            handle: connector,
            name: socket.name.clone(),
            connected: socket.modes.is_some(),
            modes: socket.modes.clone().unwrap_or_default(),
            current_encoder: is_fed.then(|| encoders.first().copied()).flatten(),
            encoders,
        })
    }

    fn encoder(&self, encoder: encoder::Handle) -> io::Result<Encoder> {
        let card = self.card()?;
        let place = u32::from(encoder) - 200;
        if place as usize >= card.sockets.len() {
            return Err(number(libc::ENOENT));
        }
        let feeds = |feed: &Feed| card.sockets[feed.socket].encoders.first() == Some(&place);
        let crtc =
            card.feeds.iter().find(|(_, feed)| feeds(feed)).map(|(crtc, _)| handle(300 + *crtc as u32));
        Ok(Encoder { crtc, possible_crtcs: (0..card.crtcs).map(|crtc| handle(300 + crtc as u32)).collect() })
    }

    fn create_memory(&self, (width, height): (u16, u16)) -> io::Result<Box<dyn Memory>> {
        let mut card = self.card()?;
        if width == 0 || height == 0 {
            return Err(number(libc::EINVAL));
        }
        if u32::from(width) * u32::from(height) > 8192 * 8192 {
            return Err(number(libc::ENOMEM));
        }
        // Lines begin where the hardware can fetch them
        let pitch = (u32::from(width) * 4).next_multiple_of(64) - card.short_by;
        card.next += 1;
        let name = card.next;
        let bytes: Bytes = Rc::new(RefCell::new(vec![0xEE; pitch as usize * usize::from(height)]));
        card.memory.insert(name, bytes.clone());
        let layout =
            Layout { buffer: handle(name), size: (width.into(), height.into()), pitch, modifier: None };
        Ok(Box::new(FakeMemory { state: self.state.clone(), _fd: self.fd.clone(), layout, bytes }))
    }

    fn add_framebuffer(&self, layout: &Layout) -> io::Result<framebuffer::Handle> {
        let mut card = self.card()?;
        let (width, height) = layout.size;
        if width == 0 || height == 0 || width > 8192 || height > 8192 || layout.pitch < width * 4 {
            return Err(number(libc::EINVAL));
        }
        if let Some(bytes) = card.memory.get(&layout.buffer.into())
            && bytes.borrow().len() < (layout.pitch * height) as usize
        {
            return Err(number(libc::EINVAL));
        }
        card.next += 1;
        let name = card.next;
        card.framebuffers.insert(name, (*layout, self.file));
        Ok(handle(name))
    }

    fn destroy_framebuffer(&self, framebuffer: framebuffer::Handle) -> io::Result<()> {
        let mut card = self.card()?;
        let name = u32::from(framebuffer);
        card.framebuffers.remove(&name).ok_or_else(|| number(libc::ENOENT))?;
        // A panel that shows it goes dark
        card.feeds.retain(|_, feed| feed.framebuffer != name);
        Ok(())
    }

    fn set_mode(
        &self,
        crtc: crtc::Handle,
        framebuffer: framebuffer::Handle,
        connector: connector::Handle,
        mode: Mode,
    ) -> io::Result<()> {
        let mut card = self.as_master()?;
        let place = (u32::from(connector) - 100) as usize;
        let socket =
            card.sockets.get(place).filter(|socket| !socket.gone).ok_or_else(|| number(libc::ENOENT))?;
        let (width, height) = mode.size();
        let is_known = socket.modes.as_ref().is_some_and(|modes| modes.contains(&mode));
        if !is_known || width == 0 || height == 0 || mode.clock() == 0 || card.refuses.contains(&mode) {
            return Err(number(libc::EINVAL));
        }
        let framebuffer = u32::from(framebuffer);
        let (layout, _) = card.framebuffers.get(&framebuffer).ok_or_else(|| number(libc::ENOENT))?;
        if layout.size.0 < width.into() || layout.size.1 < height.into() {
            return Err(number(libc::ENOSPC));
        }
        let crtc = (u32::from(crtc) - 300) as usize;
        if crtc >= card.crtcs {
            return Err(number(libc::ENOENT));
        }
        // What another CRTC fed is this one's now; a flip ends first
        let ended = card.feeds.values().filter(|feed| feed.socket == place && feed.pending.is_some()).count();
        if !card.is_silent {
            card.flips += ended;
        }
        card.feeds.retain(|_, feed| feed.socket != place);
        card.feeds.insert(crtc, Feed { socket: place, mode, framebuffer, pending: None });
        card.modes_set.push(mode);
        Ok(())
    }

    fn flip(&self, crtc: crtc::Handle, framebuffer: framebuffer::Handle) -> io::Result<()> {
        let mut card = self.as_master()?;
        let framebuffer = u32::from(framebuffer);
        let (layout, _) = *card.framebuffers.get(&framebuffer).ok_or_else(|| number(libc::ENOENT))?;
        let crtc = (u32::from(crtc) - 300) as usize;
        let CardState { feeds, framebuffers, .. } = &mut *card;
        // A CRTC that shows nothing has nothing to flip from
        let feed = feeds.get_mut(&crtc).ok_or_else(|| number(libc::EBUSY))?;
        if feed.pending.is_some() {
            return Err(number(libc::EBUSY));
        }
        let (width, height) = feed.mode.size();
        if layout.size.0 < width.into() || layout.size.1 < height.into() {
            return Err(number(libc::ENOSPC));
        }
        if framebuffers.get(&feed.framebuffer).is_none_or(|(before, _)| before.pitch != layout.pitch) {
            return Err(number(libc::EINVAL));
        }
        feed.pending = Some(framebuffer);
        card.flipped += 1;
        Ok(())
    }

    fn take_flips(&self) -> io::Result<usize> {
        Ok(std::mem::take(&mut self.card()?.flips))
    }

    fn set_power(&self, connector: connector::Handle, lit: bool) -> io::Result<bool> {
        let mut card = self.as_master()?;
        let place = (u32::from(connector) - 100) as usize;
        card.sockets.get_mut(place).ok_or_else(|| number(libc::ENOENT))?.lit = lit;
        Ok(true)
    }
}

struct FakeMemory {
    state: Rc<RefCell<CardState>>,
    /// Keeps the card's file open, as a mapping does
    _fd: Rc<OwnedFd>,
    layout: Layout,
    bytes: Bytes,
}

impl Memory for FakeMemory {
    fn layout(&self) -> Layout {
        self.layout
    }

    fn write(&mut self, draw: &mut dyn FnMut(&mut [u8])) {
        draw(&mut self.bytes.borrow_mut());
    }
}

impl Drop for FakeMemory {
    fn drop(&mut self) {
        let name: u32 = buffer::Handle::into(self.layout.buffer);
        self.state.borrow_mut().memory.remove(&name);
    }
}
