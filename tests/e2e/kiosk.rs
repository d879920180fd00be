//! A running kiosk on a display of its own.

use super::{
    shelf::Shelf,
    x_server::{Picture, XServer},
};
use cloud_shelf::control::{self, CardPlace, KioskStatus, PageName, Reply, Request};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs::{self, File},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

/// Deadline of every wait; even a busy machine is faster.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// Polling interval.
const LOOK: Duration = Duration::from_millis(15);

/// Number of equal polls in a row that count as rest: the last frames of a scroll move by a pixel each, and a
/// busy machine draws them late.
const STILL: u32 = 6;

/// Settings under which no shopper counts as gone during a test.
pub const PATIENT: &str = "[idle]\nidle_s = 3600\nitem_s = 3600\n[attract]\nslide_s = 3600\n";

/// A panel, and where things are on it.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub size: (u32, u32),
    pub back: (i32, i32),
    pub language: (i32, i32),
    /// The button that opens the search page
    pub search: (i32, i32),
    /// The button that leaves the search page
    pub leave_search: (i32, i32),
    pub pad: Pad,
    /// Top of the cards' part of the shelf page
    pub grid_top: i32,
}

/// The letter keys: the centre of A, and the distances to its neighbours.
#[derive(Clone, Copy, Debug)]
pub struct Pad {
    pub a: (f32, f32),
    pub step: (f32, f32),
    pub columns: i32,
}

pub const PORTRAIT: Shape = Shape {
    size: (1080, 1920),
    back: (290, 1850),
    language: (990, 78),
    search: (765, 78),
    leave_search: (290, 1860),
    pad: Pad { a: (88.0, 1551.0), step: (112.9, 104.0), columns: 9 },
    grid_top: 264,
};
pub const LANDSCAPE: Shape = Shape {
    size: (1920, 1080),
    back: (1300, 1020),
    language: (160, 1022),
    search: (162, 153),
    leave_search: (1450, 1026),
    pad: Pad { a: (1357.0, 417.0), step: (98.5, 115.5), columns: 6 },
    grid_top: 0,
};
pub const COMPACT: Shape = Shape {
    size: (800, 480),
    back: (560, 436),
    language: (86, 440),
    search: (86, 94),
    leave_search: (36, 240),
    pad: Pad { a: (44.0, 310.0), step: (88.7, 68.0), columns: 9 },
    grid_top: 0,
};

pub struct Kiosk<'a> {
    pub shelf: &'a Shelf,
    pub shape: Shape,
    pub x: XServer,
    program: Child,
}

impl<'a> Kiosk<'a> {
    /// Starts the kiosk and waits for its first page.
    pub fn start(shelf: &'a Shelf, shape: Shape, settings: &str) -> Self {
        let x = XServer::start(shape.size);
        let program = program(shelf, shape, settings, &x.display);
        let mut kiosk = Self { shelf, shape, x, program };
        kiosk.wait("the start", |_| true);
        // The kiosk answers a moment before its window can be pressed
        let end = Instant::now() + PATIENCE;
        while kiosk.x.is_black() {
            assert!(Instant::now() < end, "the screen stays black: {}", kiosk.log());
            std::thread::sleep(LOOK);
        }
        kiosk
    }

    /// Starts the kiosk in full screen on a display of this size.
    pub fn start_full_screen(shelf: &'a Shelf, shape: Shape, settings: &str) -> Self {
        let x = XServer::start(shape.size);
        let program = command(shelf, settings, &x.display).spawn().unwrap();
        let mut kiosk = Self { shelf, shape, x, program };
        kiosk.wait("the start", |_| true);
        kiosk
    }

    /// Starts the kiosk and wakes it with a press.
    pub fn start_awake(shelf: &'a Shelf, shape: Shape, settings: &str) -> Self {
        let mut kiosk = Self::start(shelf, shape, settings);
        kiosk.wait("the attract page", |status| status.page == PageName::Attract);
        kiosk.press(kiosk.middle());
        kiosk.wait("waking", |status| status.page == PageName::Shelf);
        kiosk
    }

    /// Sends SIGTERM, as systemd does, and waits until the kiosk has ended.
    pub fn end(mut self) -> ExitStatus {
        let program = Pid::from_raw(self.program.id().try_into().unwrap()).unwrap();
        kill_process(program, Signal::TERM).unwrap();
        self.program.wait().unwrap()
    }

    pub fn is_alive(&mut self) -> bool {
        self.program.try_wait().unwrap().is_none()
    }

    pub fn process(&self) -> u32 {
        self.program.id()
    }

    /// Returns the peak of the resident memory, including mapped files (`VmHWM`).
    pub fn most_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.program.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
    }

    pub fn middle(&self) -> (i32, i32) {
        // The exact middle may be a gap between cards; two thirds across is on a card
        (self.shape.size.0 as i32 * 2 / 3, self.shape.size.1 as i32 / 2)
    }

    pub fn press(&mut self, at: (i32, i32)) {
        self.x.press(at);
    }

    pub fn status(&self) -> Option<KioskStatus> {
        match control::request(&self.shelf.state().join("control.sock"), &Request::Status) {
            Ok(Reply::Status(status)) => Some(*status),
            _ => None,
        }
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.shelf.folder().join("kiosk.log")).unwrap_or_default()
    }

    /// Waits until the kiosk's status fulfils a condition.
    pub fn wait(&mut self, what: &str, is_so: impl Fn(&KioskStatus) -> bool) -> KioskStatus {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Some(status) = self.status().filter(|status| is_so(status)) {
                return status;
            }
            assert!(self.is_alive(), "{what}: the kiosk has ended: {}", self.log());
            std::thread::sleep(LOOK);
        }
        panic!("{what}: not within {PATIENCE:?}; the kiosk says {:?} {}", self.status(), self.log());
    }

    /// Waits until nothing scrolls and no card waits for its picture.
    pub fn rest(&mut self) -> KioskStatus {
        let before = std::cell::RefCell::new((None, 0));
        self.wait("a page at rest", |status| {
            let now = Some((status.page, status.scroll_px, status.language.clone(), status.frames));
            let (last, same) = &mut *before.borrow_mut();
            *same = if *last == now { *same + 1 } else { 0 };
            *last = now;
            *same >= STILL && status.cards_waiting == 0
        })
    }

    /// Scrolls with the wheel until an item's card is completely in sight and nothing moves.
    pub fn scroll_to(&mut self, item_id: &str) -> CardPlace {
        let end = Instant::now() + PATIENCE;
        let bottom = self.shape.size.1 as i32;
        let row = self.shape.size.1 as i32 / 4;
        while Instant::now() < end {
            let cards = self.rest().cards;
            let card = cards.iter().find(|card| card.item_id == item_id);
            let beyond = match card {
                Some(card) if card.top < self.shape.grid_top => card.top - self.shape.grid_top,
                Some(card) if card.top + card.height > bottom => card.top + card.height - bottom,
                Some(card) => return card.clone(),
                // Tests open items in the page's order
                None => row,
            };
            // One click of the wheel scrolls about 60 pixels
            let clicks = if beyond > 0 { beyond / 60 + 1 } else { beyond / 60 - 1 };
            let (at, frames) = (self.middle(), self.status().map(|status| status.frames));
            self.x.wheel(at, clicks);
            self.wait("scrolling", |status| Some(status.frames) != frames);
        }
        panic!("item {item_id} can't be scrolled to: {:?}", self.status());
    }

    /// Opens an item with a press on the centre of its card.
    pub fn open(&mut self, item_id: &str) {
        let card = self.scroll_to(item_id);
        self.press((card.left + card.width / 2, card.top + card.height / 2));
        let status = self.wait("an item page", |status| status.page == PageName::Item);
        assert_eq!(status.item_id.as_deref(), Some(item_id), "the press opened another item");
    }

    /// Presses the keys of these lower-case letters and waits until they are entered.
    pub fn type_keys(&mut self, letters: &str) {
        let pad = self.shape.pad;
        for letter in letters.bytes() {
            let place = i32::from(letter - b'a');
            let (column, row) = ((place % pad.columns) as f32, (place / pad.columns) as f32);
            let middle = (pad.a.0 + column * pad.step.0, pad.a.1 + row * pad.step.1);
            self.press((middle.0 as i32, middle.1 as i32));
        }
        self.wait("the keys", |status| status.typed as usize == letters.len());
    }

    pub fn back(&mut self) {
        self.press(self.shape.back);
        self.wait("the shelf after Back", |status| status.page == PageName::Shelf);
    }

    /// Returns the code on the screen, once it is drawn.
    pub fn code(&self) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            let codes = self.x.picture().codes(self.shelf.folder());
            assert!(codes.len() < 2, "several codes at once: {codes:?}");
            if let Some(code) = codes.into_iter().next() {
                return code;
            }
            assert!(Instant::now() < end, "no code on the screen; the kiosk says {:?}", self.status());
        }
    }

    /// Returns the screen once the kiosk stops drawing.
    pub fn settled_picture(&mut self) -> Picture {
        let end = Instant::now() + PATIENCE;
        let mut before = None;
        while Instant::now() < end {
            self.rest();
            let picture = self.x.picture();
            if before.as_ref() == Some(&picture) {
                return picture;
            }
            before = Some(picture);
        }
        panic!("the screen does not come to rest");
    }
}

impl Drop for Kiosk<'_> {
    fn drop(&mut self) {
        // With SIGTERM, as systemd does: after SIGKILL, what the program was trying would be blamed. The
        // program may already have ended
        if let Some(program) = Pid::from_raw(self.program.id().cast_signed()) {
            let _ = kill_process(program, Signal::TERM);
        }
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end && matches!(self.program.try_wait(), Ok(None)) {
            std::thread::sleep(LOOK);
        }
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Starts only the program, in a window.
pub fn program(shelf: &Shelf, shape: Shape, settings: &str, display: &str) -> Child {
    let size = format!("{}x{}", shape.size.0, shape.size.1);
    command(shelf, settings, display).args(["--size", &size]).spawn().unwrap()
}

/// Returns the program's command; without `--size` it fills the screen.
pub fn command(shelf: &Shelf, settings: &str, display: &str) -> Command {
    let config = shelf.folder().join("settings.toml");
    fs::write(&config, settings).unwrap();
    let log = File::options().create(true).append(true).open(shelf.folder().join("kiosk.log")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cloud-shelf"));
    command
        .arg("--state")
        .arg(shelf.state())
        .arg("--config")
        .arg(config)
        .env("DISPLAY", display)
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("SLINT_BACKEND")
        .stdout(Stdio::null())
        .stderr(log);
    command
}
