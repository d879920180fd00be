//! A machine with graphics cards that exist in memory, as strict as the kernel: it refuses what the kernel
//! refuses, with the same error numbers.

mod card;

use super::super::{
    device::{Card, Layout, Machine},
    fingers::{Report, TouchSource},
};
use card::FakeCard;
use drm::control::Mode;
use rustix::event::{EventfdFlags, eventfd};
use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
    io,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    rc::Rc,
    time::{Duration, Instant},
};

fn number(errno: i32) -> io::Error {
    io::Error::from_raw_os_error(errno)
}

/// A mode with plausible timings. `1920x1080@60`, `…i` for an interlaced one, `…*` for the preferred one.
pub fn mode(text: &str) -> Mode {
    let preferred = text.ends_with('*');
    let text = text.trim_end_matches('*');
    let interlaced = text.ends_with('i');
    let (size, hertz) = text.trim_end_matches('i').split_once('@').unwrap();
    let (width, height) = size.split_once('x').unwrap();
    let (width, height, hertz): (u16, u16, u32) =
        (width.parse().unwrap(), height.parse().unwrap(), hertz.parse().unwrap());
    let total = (width.saturating_add(280), height.saturating_add(45));
    drm_ffi::drm_mode_modeinfo {
        clock: (u64::from(total.0) * u64::from(total.1) * u64::from(hertz) / 1000) as u32,
        hdisplay: width,
        hsync_start: width.saturating_add(88),
        hsync_end: width.saturating_add(132),
        htotal: total.0,
        vdisplay: height,
        vsync_start: height.saturating_add(4),
        vsync_end: height.saturating_add(9),
        vtotal: total.1,
        vrefresh: hertz,
        flags: if interlaced { drm_ffi::DRM_MODE_FLAG_INTERLACE } else { 0 },
        type_: drm_ffi::DRM_MODE_TYPE_DRIVER | if preferred { drm_ffi::DRM_MODE_TYPE_PREFERRED } else { 0 },
        ..Default::default()
    }
    .into()
}

/// A picture as a panel shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub size: (u16, u16),
    pub pixels: Vec<u32>,
}

/// A connector with what is plugged into it.
struct Socket {
    name: String,
    /// `None`: no panel
    modes: Option<Vec<Mode>>,
    /// Encoders that it can use
    encoders: Vec<u32>,
    /// It answers nothing any more: a hub's connector that was unplugged
    gone: bool,
    lit: bool,
}

/// What feeds a connector.
struct Feed {
    socket: usize,
    mode: Mode,
    framebuffer: u32,
    pending: Option<u32>,
}

/// A card, and what its open files are descriptors of.
type CardSlot = (Rc<RefCell<CardState>>, Rc<OwnedFd>);
type Bytes = Rc<RefCell<Vec<u8>>>;

/// The kernel's side of a card.
#[derive(Default)]
pub struct CardState {
    sockets: Vec<Socket>,
    crtcs: usize,
    /// By the number of the CRTC
    feeds: BTreeMap<usize, Feed>,
    framebuffers: BTreeMap<u32, (Layout, usize)>,
    memory: BTreeMap<u32, Bytes>,
    next: u32,
    files: usize,
    /// The file that is the card's master
    master: Option<usize>,
    /// Another program is
    pub taken: bool,
    /// It only computes
    pub has_no_outputs: bool,
    /// Flips are never reported
    pub is_silent: bool,
    /// Modes that the driver can't set, though it lists them
    pub refuses: Vec<Mode>,
    /// What each line of new memory lacks of what was asked for, in bytes
    pub short_by: u32,
    /// The driver answers everything with this
    pub broken: Option<i32>,
    /// Flips that the panel has shown, not yet reported
    flips: usize,
    /// Modes that were set, in order
    pub modes_set: Vec<Mode>,
    pub flipped: usize,
}

/// A machine that a test plays with.
#[derive(Clone)]
pub struct Bench(Rc<Inner>);

struct Inner {
    cards: RefCell<Vec<CardSlot>>,
    news: Cell<bool>,
    news_fd: OwnedFd,
    now: Cell<Instant>,
    reports: RefCell<VecDeque<(Report, u32)>>,
}

fn quiet_fd() -> OwnedFd {
    eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).unwrap()
}

impl Bench {
    /// With one card that has connectors of these names, and nothing plugged in.
    pub fn new(connectors: &[&str]) -> Self {
        let bench = Self(Rc::new(Inner {
            cards: RefCell::default(),
            news: Cell::new(false),
            news_fd: quiet_fd(),
            now: Cell::new(Instant::now()),
            reports: RefCell::default(),
        }));
        bench.add_card(connectors);
        bench
    }

    pub fn add_card(&self, connectors: &[&str]) {
        let sockets = connectors.iter().enumerate().map(|(place, name)| Socket {
            name: (*name).to_owned(),
            modes: None,
            encoders: vec![place as u32],
            gone: false,
            lit: true,
        });
        let state = CardState { sockets: sockets.collect(), crtcs: 2, ..CardState::default() };
        self.0.cards.borrow_mut().push((Rc::new(RefCell::new(state)), Rc::new(quiet_fd())));
    }

    /// A card's state, by its number.
    pub fn card<T>(&self, number: usize, look: impl FnOnce(&mut CardState) -> T) -> T {
        let card = self.0.cards.borrow()[number].0.clone();
        look(&mut card.borrow_mut())
    }

    fn socket<T>(&self, name: &str, look: impl FnOnce(&mut Socket) -> T) -> T {
        for (card, _) in &*self.0.cards.borrow() {
            if let Some(socket) = card.borrow_mut().sockets.iter_mut().find(|socket| socket.name == name) {
                return look(socket);
            }
        }
        panic!("no connector {name}");
    }

    /// Plugs a panel in, and says so.
    pub fn plug(&self, connector: &str, modes: &[&str]) {
        self.socket(connector, |socket| socket.modes = Some(modes.iter().map(|text| mode(text)).collect()));
        self.announce();
    }

    pub fn unplug(&self, connector: &str) {
        self.socket(connector, |socket| socket.modes = None);
        self.announce();
    }

    /// The connector itself disappears, after it was listed.
    pub fn remove_connector(&self, connector: &str) {
        self.socket(connector, |socket| socket.gone = true);
        self.announce();
    }

    pub fn set_encoders(&self, connector: &str, encoders: &[u32]) {
        self.socket(connector, |socket| socket.encoders = encoders.to_vec());
    }

    pub fn is_lit(&self, connector: &str) -> bool {
        self.socket(connector, |socket| socket.lit)
    }

    /// The kernel says that something has changed.
    pub fn announce(&self) {
        self.0.news.set(true);
    }

    pub fn pass(&self, time: Duration) {
        self.0.now.set(self.0.now.get() + time);
    }

    /// All panels refresh: they show what was flipped to.
    pub fn refresh(&self) {
        for (card, _) in &*self.0.cards.borrow() {
            let mut card = card.borrow_mut();
            let mut shown = 0;
            for feed in card.feeds.values_mut() {
                if let Some(framebuffer) = feed.pending.take() {
                    feed.framebuffer = framebuffer;
                    shown += 1;
                }
            }
            if !card.is_silent {
                card.flips += shown;
            }
        }
    }

    pub fn touch(&self, report: Report, ms: u32) {
        self.0.reports.borrow_mut().push_back((report, ms));
    }

    /// What the panel at a connector shows; `None` while it is dark.
    pub fn shown(&self, connector: &str) -> Option<Shown> {
        self.0.cards.borrow().iter().find_map(|(card, _)| {
            let card = card.borrow();
            let socket = card.sockets.iter().position(|socket| socket.name == connector)?;
            let there = &card.sockets[socket];
            let feed = card.feeds.values().find(|feed| feed.socket == socket)?;
            if there.modes.is_none() || there.gone || !there.lit {
                return None;
            }
            let (layout, _) = card.framebuffers.get(&feed.framebuffer)?;
            let size = feed.mode.size();
            let Some(bytes) = card.memory.get(&layout.buffer.into()) else {
                // What a GPU has drawn has no pixels here
                return Some(Shown { size, pixels: vec![] });
            };
            let bytes = bytes.borrow();
            let lines = bytes.chunks_exact(layout.pitch as usize).take(size.1.into());
            let pixel = |bytes: &[u8]| u32::from_ne_bytes(bytes.try_into().unwrap());
            let of_line =
                |line: &[u8]| -> Vec<u32> { line.chunks_exact(4).take(size.0.into()).map(pixel).collect() };
            Some(Shown { size, pixels: lines.flat_map(of_line).collect() })
        })
    }

    /// Files that are open, frames that are held, and their memory: of all cards.
    pub fn held(&self) -> (usize, usize, usize) {
        let cards = self.0.cards.borrow();
        let count = |of: fn(&CardState) -> usize| cards.iter().map(|(card, _)| of(&card.borrow())).sum();
        let files = cards.iter().map(|(_, fd)| Rc::strong_count(fd) - 1).sum();
        (files, count(|card| card.framebuffers.len()), count(|card| card.memory.len()))
    }
}

impl Machine for Bench {
    fn open_cards(&self) -> Vec<io::Result<Rc<dyn Card>>> {
        let cards = self.0.cards.borrow();
        let open = |(state, fd): &CardSlot| {
            let mut card = state.borrow_mut();
            if let Some(errno) = card.broken {
                return Err(number(errno));
            }
            card.files += 1;
            let file = card.files;
            if !card.taken && card.master.is_none() {
                card.master = Some(file);
            }
            Ok(Rc::new(FakeCard { state: state.clone(), fd: fd.clone(), file }) as Rc<dyn Card>)
        };
        cards.iter().map(open).collect()
    }

    fn has_news(&self) -> bool {
        self.0.news.replace(false)
    }

    fn news_source(&self) -> BorrowedFd<'_> {
        self.0.news_fd.as_fd()
    }

    fn now(&self) -> Instant {
        self.0.now.get()
    }
}

/// A person's fingers on the bench's panel.
pub struct FakeTouch(pub Bench);

impl TouchSource for FakeTouch {
    fn next_report(&mut self) -> Option<(Report, u32)> {
        self.0.0.reports.borrow_mut().pop_front()
    }

    fn source(&self) -> BorrowedFd<'_> {
        self.0.0.news_fd.as_fd()
    }
}
