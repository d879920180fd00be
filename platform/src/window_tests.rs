//! The window on a display that exists in memory: what it draws, when, and what it tells the pages.

use super::{
    display::{Damage, Display, Input},
    error::{DisplayError, X11Error},
    mix::Pixel,
    touch::{Contact, Place},
    window::{self, KioskWindow},
};
use slint::{
    ComponentHandle as _, PlatformError,
    platform::{self, Platform, WindowAdapter},
};
use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    os::fd::BorrowedFd,
    rc::Rc,
    time::{Duration, Instant},
};

slint::slint! {
    export component Page inherits Window {
        in-out property <int> taps;
        in-out property <color> tint: #00ff00;
        background: #102030;
        // In the first corner
        Rectangle {
            x: 0;
            y: 0;
            width: 40px;
            height: 30px;
            background: root.tint;
        }
        TouchArea {
            clicked => {
                root.taps += 1;
            }
        }
    }
}

pub const GROUND: u32 = 0x0010_2030;
pub const TINT: u32 = 0x0000_FF00;

struct OneWindow(Rc<KioskWindow>);

impl Platform for OneWindow {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(self.0.clone())
    }
}

/// A page in a window on a display, on the calling test's thread.
pub struct Rig {
    pub page: Page,
    window: Rc<KioskWindow>,
    /// The time by which frames are paced; each turn of the loop takes a second
    now: Cell<Instant>,
}

impl Rig {
    pub fn open(display: Box<dyn Display>) -> Self {
        let window = KioskWindow::new(display);
        platform::set_platform(Box::new(OneWindow(window.clone()))).unwrap();
        let page = Page::new().unwrap();
        page.show().unwrap();
        Self { page, window, now: Cell::new(Instant::now()) }
    }

    /// One turn of the event loop, which does not sleep; returns whether a frame was drawn.
    pub fn turn(&self) -> Result<bool, PlatformError> {
        self.now.set(self.now.get() + Duration::from_secs(1));
        platform::update_timers_and_animations();
        self.window.take_inputs()?;
        let is_due = self.window.next_frame(self.now.get()).is_some_and(|wait| wait.is_zero());
        if is_due {
            self.window.draw(self.now.get())?;
        }
        Ok(is_due)
    }

    /// Turns until nothing is drawn any more.
    pub fn settle(&self) {
        for _ in 0..20 {
            if !self.turn().unwrap() {
                return;
            }
        }
        panic!("the window never rests");
    }
}

/// What a display in memory has and was told.
struct Screen {
    size: (u16, u16),
    pixels: Vec<Pixel>,
    is_ready: bool,
    inputs: VecDeque<Input>,
    presented: Vec<Vec<Damage>>,
    is_shown: bool,
    is_lost: bool,
}

#[derive(Clone)]
struct Headless {
    state: Rc<RefCell<Screen>>,
    /// Of the display itself: they are lent out
    pixels: Vec<Pixel>,
}

impl Headless {
    fn new(size: (u16, u16)) -> Self {
        let pixels = vec![Pixel(0); usize::from(size.0) * usize::from(size.1)];
        let screen = Screen {
            size,
            pixels: pixels.clone(),
            is_ready: true,
            inputs: VecDeque::new(),
            presented: vec![],
            is_shown: false,
            is_lost: false,
        };
        Self { state: Rc::new(RefCell::new(screen)), pixels }
    }

    fn input(&self, input: Input) {
        self.state.borrow_mut().inputs.push_back(input);
    }

    fn pixel(&self, x: usize, y: usize) -> u32 {
        let screen = self.state.borrow();
        screen.pixels[y * usize::from(screen.size.0) + x].0
    }

    fn take_presented(&self) -> Vec<Vec<Damage>> {
        std::mem::take(&mut self.state.borrow_mut().presented)
    }
}

impl Display for Headless {
    fn size(&self) -> (u16, u16) {
        self.state.borrow().size
    }

    fn is_ready(&self) -> bool {
        self.state.borrow().is_ready
    }

    fn pixels(&self) -> &[Pixel] {
        &self.pixels
    }

    fn pixels_mut(&mut self) -> &mut [Pixel] {
        assert!(self.state.borrow().is_ready, "somebody still reads the pixels");
        &mut self.pixels
    }

    fn resize(&mut self, size: (u16, u16)) -> Result<(), DisplayError> {
        self.state.borrow_mut().size = size;
        self.pixels = vec![Pixel(0); usize::from(size.0) * usize::from(size.1)];
        Ok(())
    }

    fn present(&mut self, damage: &[Damage]) -> Result<(), DisplayError> {
        let mut screen = self.state.borrow_mut();
        if screen.is_lost {
            return Err(X11Error::Unsuitable.into());
        }
        screen.pixels = self.pixels.clone();
        screen.presented.push(damage.to_vec());
        Ok(())
    }

    fn next_input(&mut self) -> Result<Option<Input>, DisplayError> {
        Ok(self.state.borrow_mut().inputs.pop_front())
    }

    fn set_shown(&mut self, shown: bool) -> Result<(), DisplayError> {
        self.state.borrow_mut().is_shown = shown;
        Ok(())
    }

    fn sources(&self) -> Vec<BorrowedFd<'_>> {
        vec![]
    }

    fn description(&self) -> Option<String> {
        Some("memory".to_owned())
    }
}

fn open() -> (Rig, Headless) {
    let display = Headless::new((320, 240));
    (Rig::open(Box::new(display.clone())), display)
}

fn touched(contact: Contact, ms: u32) -> Input {
    Input::Touched(contact, ms)
}

#[test]
fn the_first_frame_is_the_whole_page_and_then_it_rests() {
    let (rig, display) = open();
    let told = Rc::new(Cell::new(false));
    let tell = told.clone();
    window::when_first_shown(move || tell.set(true));
    assert!(display.state.borrow().is_shown && !told.get());
    assert!(rig.turn().unwrap());
    assert!(told.get());
    assert_eq!((display.pixel(0, 0), display.pixel(319, 239)), (TINT, GROUND));
    rig.settle();
    let frames = window::frames();
    for _ in 0..5 {
        assert!(!rig.turn().unwrap(), "a page at rest draws nothing");
    }
    assert_eq!((window::frames(), window::description().as_deref()), (frames, Some("memory")));
}

#[test]
fn only_what_has_changed_is_drawn() {
    let (rig, display) = open();
    rig.settle();
    display.take_presented();
    rig.page.set_tint(slint::Color::from_rgb_u8(0xFF, 0, 0));
    rig.settle();
    let presented = display.take_presented();
    assert_eq!(presented, [[Damage { x: 0, y: 0, width: 40, height: 30 }]]);
    assert_eq!(display.pixel(39, 29), 0x00FF_0000);
}

#[test]
fn nothing_is_drawn_on_pixels_that_are_being_read() {
    let (rig, display) = open();
    rig.settle();
    display.state.borrow_mut().is_ready = false;
    rig.page.set_tint(slint::Color::from_rgb_u8(0xFF, 0, 0));
    assert!(!rig.turn().unwrap());
    assert_eq!(display.pixel(0, 0), TINT);
    display.state.borrow_mut().is_ready = true;
    assert!(rig.turn().unwrap());
    assert_eq!(display.pixel(0, 0), 0x00FF_0000);
}

#[test]
fn a_display_of_another_size_gets_the_whole_page_anew() {
    let (rig, display) = open();
    rig.settle();
    for (width, height) in [(240, 320), (1, 1), (640, 480)] {
        display.take_presented();
        display.input(Input::Resized { width, height });
        rig.settle();
        assert_eq!(display.take_presented().first().unwrap(), &[Damage::whole((width, height))]);
        assert_eq!(rig.page.window().size(), slint::PhysicalSize::new(width.into(), height.into()));
        assert_eq!(display.pixel(0, 0), TINT);
    }
    assert_eq!(display.pixel(639, 479), GROUND);
}

#[test]
fn what_was_covered_is_shown_again_without_drawing() {
    let (rig, display) = open();
    rig.settle();
    let frames = window::frames();
    display.take_presented();
    display.input(Input::Exposed);
    assert!(!rig.turn().unwrap());
    assert_eq!(display.take_presented(), [[Damage::whole((320, 240))]]);
    assert_eq!(window::frames(), frames);
}

#[test]
fn a_finger_presses_what_is_below_it() {
    let (rig, display) = open();
    rig.settle();
    let at = Place { x: 100, y: 100 };
    for (taps, contact, ms) in [
        (0, Contact::Down { at, alone: true }, 100),
        (1, Contact::Up(at), 180),
        (1, Contact::Down { at, alone: true }, 1000),
        // A palm
        (1, Contact::Left, 1080),
        (1, Contact::Down { at, alone: true }, 2000),
        (2, Contact::Up(at), 2080),
    ] {
        display.input(touched(contact, ms));
        rig.turn().unwrap();
        assert_eq!(rig.page.get_taps(), taps, "{contact:?}");
    }
}

#[test]
fn a_screenshot_is_what_is_shown() {
    let (rig, _) = open();
    rig.settle();
    let picture = window::snapshot().unwrap();
    assert_eq!((picture.width(), picture.height()), (320, 240));
    let pixel = |at: usize| picture.as_slice()[at];
    assert_eq!((pixel(0), pixel(320 * 240 - 1)), ([0, 0xFF, 0].into(), [0x10, 0x20, 0x30].into()));
}

#[test]
fn a_display_that_is_lost_ends_the_loop_and_says_why() {
    let (rig, display) = open();
    rig.settle();
    display.state.borrow_mut().is_lost = true;
    rig.page.set_tint(slint::Color::from_rgb_u8(0xFF, 0, 0));
    let error = rig.turn().unwrap_err();
    assert_eq!(error.to_string(), "the X server has no 24-bit colours");
}
