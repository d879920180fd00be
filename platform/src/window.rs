//! The one window, as Slint knows it.

use super::{
    canvas::Canvas,
    display::{Damage, Display, Input, Rendering},
    drawing::Drawing,
    error::DisplayError,
    pace::Pace,
    touch::{BOUNCE_MS, Contact, Finger, Place, Touch},
    wheel::Wheel,
};
use cloud_shelf_core::panel::ScreenSetup;
use i_slint_renderer_software::PhysicalRegion;
use slint::{
    LogicalPosition, LogicalSize, PhysicalSize, PlatformError, Rgb8Pixel, SharedPixelBuffer, WindowSize,
    platform::{PointerEventButton, Renderer, WindowAdapter, WindowEvent},
};
use std::{
    cell::{Cell, RefCell},
    os::fd::AsFd,
    rc::{Rc, Weak},
    time::{Duration, Instant},
};

/// A picture of the screen.
pub type Snapshot = SharedPixelBuffer<Rgb8Pixel>;

/// A frame that is later than this will not come.
const LATE: Duration = Duration::from_secs(6);

thread_local! {
    static WINDOW: RefCell<Weak<KioskWindow>> = const { RefCell::new(Weak::new()) };
}

/// Frames drawn so far; 0 where Slint has chosen another platform.
pub fn frames() -> u64 {
    WINDOW.with_borrow(Weak::upgrade).map_or(0, |window| window.frames.get())
}

/// What the screen shows; `None` where Slint has chosen another platform, or the GPU does not tell.
pub fn snapshot() -> Option<Snapshot> {
    WINDOW.with_borrow(Weak::upgrade).and_then(|window| window.snapshot())
}

/// Calls back once the first frame has been handed to the screen; where Slint has chosen another
/// platform, never.
pub fn when_first_shown(tell: impl FnOnce() + 'static) {
    if let Some(window) = WINDOW.with_borrow(Weak::upgrade) {
        window.first_shown.replace(Some(Box::new(tell)));
    }
}

/// False where a change has waited to be drawn for much longer than a frame may take.
pub fn draws_in_time() -> bool {
    WINDOW
        .with_borrow(Weak::upgrade)
        .is_none_or(|window| window.stale_since.get().is_none_or(|since| since.elapsed() < LATE))
}

/// Takes another set-up of the screen on; what is drawn follows at once.
pub fn set_up(setup: &ScreenSetup) {
    if let Some(window) = WINDOW.with_borrow(Weak::upgrade) {
        window.display.borrow_mut().set_up(setup);
    }
}

/// Switches the panel; false where it can't be, or is not for this platform to do.
pub fn set_lit(lit: bool) -> bool {
    WINDOW.with_borrow(Weak::upgrade).is_some_and(|window| window.display.borrow_mut().set_lit(lit))
}

/// Where the picture is, such as `HDMI-A-1 1920x1080@60`; `None` while no screen is connected, and
/// where Slint has chosen another platform.
pub fn description() -> Option<String> {
    WINDOW.with_borrow(Weak::upgrade).and_then(|window| window.display.borrow().description())
}

/// Who draws, and why not the GPU; `None` where Slint has chosen another platform.
pub fn rendering() -> Option<Rendering> {
    WINDOW.with_borrow(Weak::upgrade).map(|window| window.display.borrow().rendering())
}

pub struct KioskWindow {
    this: Weak<Self>,
    window: slint::Window,
    drawing: Drawing,
    display: RefCell<Box<dyn Display>>,
    /// The display's; asked for while something is drawn on it, too
    size: Cell<(u16, u16)>,
    pace: RefCell<Pace>,
    touch: RefCell<Touch>,
    /// Until when a release is held back
    release_due: Cell<Option<Instant>>,
    /// With the place where it turns
    wheel: RefCell<(Wheel, LogicalPosition)>,
    /// Something has changed since the last frame
    stale: Cell<bool>,
    /// Since when a change has waited for a frame, once the window is shown
    stale_since: Cell<Option<Instant>>,
    first_shown: RefCell<Option<Box<dyn FnOnce()>>>,
    shown: Cell<bool>,
    frames: Cell<u64>,
}

impl KioskWindow {
    pub fn new(display: Box<dyn Display>) -> Rc<Self> {
        let window = Rc::new_cyclic(|this: &Weak<Self>| Self {
            this: this.clone(),
            window: slint::Window::new(this.clone()),
            drawing: Drawing::default(),
            size: Cell::new(display.size()),
            display: RefCell::new(display),
            pace: RefCell::default(),
            touch: RefCell::default(),
            release_due: Cell::default(),
            wheel: RefCell::default(),
            stale: Cell::new(true),
            stale_since: Cell::default(),
            first_shown: RefCell::default(),
            shown: Cell::new(false),
            frames: Cell::new(0),
        });
        WINDOW.set(Rc::downgrade(&window));
        window.follow_display();
        window
    }

    /// Draws on what the display has now: a GPU's surface, or memory.
    fn follow_display(&self) {
        let surface = self.display.borrow().surface();
        let moved = self.drawing.move_to(surface);
        if let Err(error) = &moved {
            self.display.borrow_mut().give_gpu_up(error);
        }
        if !matches!(moved, Ok(false))
            && let Some(this) = self.this.upgrade()
        {
            let adapter: Rc<dyn WindowAdapter> = this;
            self.drawing.renderer().set_window_adapter(&adapter);
        }
    }

    /// Hands on all that has happened. True if anything has.
    pub fn take_inputs(&self) -> Result<bool, PlatformError> {
        let mut moved = None;
        let mut any = self.release_if_due()?;
        loop {
            let input = self.display.borrow_mut().next_input().map_err(lost)?;
            any |= input.is_some();
            // Of many moves in a row only the last matters
            match input {
                Some(Input::Touched(Contact::Moved(place), ms)) => moved = Some((place, ms)),
                other => {
                    if let Some((place, ms)) = moved.take() {
                        self.take_touch(Contact::Moved(place), ms)?;
                    }
                    match other {
                        Some(input) => self.take_input(input)?,
                        None => return Ok(any),
                    }
                }
            }
        }
    }

    fn take_touch(&self, contact: Contact, ms: u32) -> Result<(), PlatformError> {
        let fingers = self.touch.borrow_mut().take_contact(contact, ms);
        let held_back = self.touch.borrow().is_held_back();
        let due = || Instant::now() + Duration::from_millis(BOUNCE_MS.into());
        self.release_due.set(held_back.then(|| self.release_due.get().unwrap_or_else(due)));
        fingers.into_iter().flatten().try_for_each(|finger| self.tell(finger))
    }

    /// Says that a finger has left which has not come back.
    fn release_if_due(&self) -> Result<bool, PlatformError> {
        if self.release_due.get().is_none_or(|due| due > Instant::now()) {
            return Ok(false);
        }
        self.release_due.set(None);
        let finger = self.touch.borrow_mut().release();
        finger.map_or(Ok(()), |finger| self.tell(finger)).map(|()| true)
    }

    /// Tells the pages. What is below a finger is hovered from when it comes until it leaves: a
    /// surface that scrolls holds a press back from what lies on it, but not that.
    fn tell(&self, finger: Finger) -> Result<(), PlatformError> {
        let button = PointerEventButton::Left;
        let moved = |place| WindowEvent::PointerMoved { position: at(place) };
        let events = match finger {
            Finger::Down(place) => {
                [Some(moved(place)), Some(WindowEvent::PointerPressed { position: at(place), button })]
            }
            Finger::Starts(place) => {
                [Some(WindowEvent::PointerPressed { position: at(place), button }), None]
            }
            Finger::Moved(place) => [Some(moved(place)), None],
            Finger::Up(place) => [
                Some(WindowEvent::PointerReleased { position: at(place), button }),
                Some(WindowEvent::PointerExited),
            ],
            Finger::Gone => [Some(WindowEvent::PointerExited), None],
        };
        let dispatch = |event| self.window.dispatch_event_with_result(event).map(drop);
        events.into_iter().flatten().try_for_each(dispatch)
    }

    fn take_input(&self, input: Input) -> Result<(), PlatformError> {
        let event = match input {
            Input::Touched(contact, ms) => return self.take_touch(contact, ms),
            Input::Wheel { x, y, notches } => {
                let mut wheel = self.wheel.borrow_mut();
                wheel.0.turn(notches);
                wheel.1 = at(Place { x, y });
                self.stale.set(true);
                return Ok(());
            }
            Input::Resized { width, height } => {
                self.display.borrow_mut().resize((width, height)).map_err(lost)?;
                self.size.set((width, height));
                self.drawing.forget_frame();
                self.follow_display();
                self.stale.set(true);
                let size = LogicalSize::new(width.into(), height.into());
                WindowEvent::Resized { size }
            }
            Input::Exposed => {
                let whole = Damage::whole(self.display.borrow().size());
                return self.display.borrow_mut().present(&[whole]).map_err(lost);
            }
            Input::Close => WindowEvent::CloseRequested,
        };
        self.window.dispatch_event_with_result(event).map(drop)
    }

    /// Rolls the wheel on by a frame.
    fn roll(&self) -> Result<(), PlatformError> {
        let (step, position) = {
            let mut wheel = self.wheel.borrow_mut();
            (wheel.0.step(), wheel.1)
        };
        if step == 0 {
            return Ok(());
        }
        let event = WindowEvent::PointerScrolled { position, delta_x: 0.0, delta_y: step as f32 };
        self.window.dispatch_event_with_result(event)?;
        // A wheel touches nothing
        self.window.dispatch_event_with_result(WindowEvent::PointerExited).map(drop)
    }

    /// How long until a release that is held back is due.
    pub fn next_release(&self, now: Instant) -> Option<Duration> {
        self.release_due.get().map(|due| due.saturating_duration_since(now))
    }

    /// How long until a frame is to be drawn; `None` while nothing has changed, or the server has
    /// to finish first.
    pub fn next_frame(&self, now: Instant) -> Option<Duration> {
        let waits = self.shown.get() && self.stale.get();
        self.stale_since.set(waits.then(|| self.stale_since.get().unwrap_or(now)));
        let due = waits && self.display.borrow().is_ready();
        due.then(|| self.pace.borrow().wait(now))
    }

    pub fn draw(&self, now: Instant) -> Result<(), PlatformError> {
        self.roll()?;
        self.stale.set(false);
        self.stale_since.set(None);
        let damage = if self.drawing.is_on_gpu() { self.draw_on_gpu() } else { self.draw_in_memory() };
        if !damage.is_empty() {
            self.display.borrow_mut().present(&damage).map_err(lost)?;
            self.frames.set(self.frames.get() + 1);
            if let Some(tell) = self.first_shown.take() {
                tell();
            }
        }
        if self.window.has_active_animations() || self.wheel.borrow().0.is_rolling() {
            self.stale.set(true);
        }
        if !self.stale.get()
            && let Err(error) = self.drawing.trim_gpu_memory()
        {
            self.display.borrow_mut().give_gpu_up(&error);
        }
        // A change that nobody sees holds no frame up
        if self.stale.get() || !damage.is_empty() {
            self.pace.borrow_mut().drawn(now);
        }
        Ok(())
    }

    fn draw_in_memory(&self) -> Vec<Damage> {
        let mut display = self.display.borrow_mut();
        let stride = usize::from(display.size().0);
        let drawn = self.drawing.draw_in_memory(&mut Canvas::new(display.pixels_mut(), stride));
        damage(&drawn).collect()
    }

    /// All of the window; nothing where the GPU fails, and software is to draw instead.
    fn draw_on_gpu(&self) -> Vec<Damage> {
        match self.drawing.draw_on_gpu() {
            Ok(()) => vec![Damage::whole(self.size.get())],
            Err(error) => {
                self.display.borrow_mut().give_gpu_up(&error);
                vec![]
            }
        }
    }

    fn snapshot(&self) -> Option<Snapshot> {
        if let Some(drawn) = self.drawing.snapshot_of_gpu() {
            let drawn = drawn.inspect_err(|error| tracing::warn!(%error, "the GPU's picture can't be read"));
            let drawn = drawn.ok()?;
            let mut picture = Snapshot::new(drawn.width(), drawn.height());
            for (to, from) in picture.make_mut_slice().iter_mut().zip(drawn.as_slice()) {
                *to = Rgb8Pixel::new(from.r, from.g, from.b);
            }
            return Some(picture);
        }
        let display = self.display.borrow();
        let (width, height) = display.size();
        let mut picture = Snapshot::new(width.into(), height.into());
        for (to, from) in picture.make_mut_slice().iter_mut().zip(display.pixels()) {
            *to = from.red_green_blue().into();
        }
        Some(picture)
    }

    /// Waits until the display or another thread has something to say, at most so long.
    pub fn wait(&self, other: impl AsFd, longest: Option<Duration>) -> std::io::Result<()> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let display = self.display.borrow();
        let sources = display.sources();
        let own = sources.iter().map(|source| PollFd::new(source, PollFlags::IN));
        let mut all: Vec<_> = own.chain([PollFd::new(&other, PollFlags::IN)]).collect();
        let longest = longest.into_iter().chain(display.patience()).min();
        let longest = longest.and_then(|longest| Timespec::try_from(longest).ok());
        match poll(&mut all, longest.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl WindowAdapter for KioskWindow {
    fn window(&self) -> &slint::Window {
        &self.window
    }

    fn set_visible(&self, visible: bool) -> Result<(), PlatformError> {
        if visible {
            let (width, height) = self.size.get();
            let size = LogicalSize::new(width.into(), height.into());
            self.window.dispatch_event_with_result(WindowEvent::Resized { size })?;
        }
        self.shown.set(visible);
        self.display.borrow_mut().set_shown(visible).map_err(lost)
    }

    /// A window manager decides, and says so by an event.
    fn set_size(&self, _: WindowSize) {}

    fn size(&self) -> PhysicalSize {
        let (width, height) = self.size.get();
        PhysicalSize::new(width.into(), height.into())
    }

    fn request_redraw(&self) {
        self.stale.set(true);
    }

    fn renderer(&self) -> &dyn Renderer {
        self.drawing.renderer()
    }
}

fn at(place: Place) -> LogicalPosition {
    LogicalPosition::new(place.x.into(), place.y.into())
}

fn damage(region: &PhysicalRegion) -> impl Iterator<Item = Damage> {
    region.iter().filter(|(_, size)| size.width > 0 && size.height > 0).map(|(position, size)| Damage {
        x: position.x as i16,
        y: position.y as i16,
        width: size.width as u16,
        height: size.height as u16,
    })
}

fn lost(error: DisplayError) -> PlatformError {
    PlatformError::OtherError(Box::new(error))
}
