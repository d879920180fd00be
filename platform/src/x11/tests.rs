//! The window on a real X server that has no screen, Xvfb.

use super::{
    super::{
        display::{Damage, Display as _, Input},
        error::{DisplayError, X11Error},
        mix::Pixel,
        touch::{Contact, Place},
    },
    XWindow, take_panel_over,
};
use rustix::event::{PollFd, PollFlags, poll};
use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};
use x11rb::{
    connection::Connection as _,
    protocol::xproto::{
        BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ButtonPressEvent, ClientMessageEvent, ConfigureWindowAux,
        ConnectionExt as _, EventMask, ImageFormat, KeyButMask, MOTION_NOTIFY_EVENT,
    },
    rust_connection::RustConnection,
};

const SCREEN: (u16, u16) = (640, 480);

/// A server for one test, and a connection of another program.
struct Server {
    process: Child,
    display: String,
    other: RustConnection,
    root: u32,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        // The server prints its display number on the file descriptor that it is given
        let mut process = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", "640x480x24"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed by script/setup");
        let mut number = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut number).unwrap();
        let display = format!(":{}", number.trim());
        let (other, screen) = x11rb::connect(Some(&display)).unwrap();
        let root = other.setup().roots[screen].root;
        Self { process, display, other, root }
    }

    fn open(&self, size: Option<(u32, u32)>) -> XWindow {
        let mut window = XWindow::open(Some(&self.display), size).unwrap();
        window.set_shown(true).unwrap();
        assert_eq!(wait_for(&mut window), Input::Exposed);
        window
    }

    /// A pixel of the screen.
    fn pixel(&self, x: i16, y: i16) -> u32 {
        let image = self.other.get_image(ImageFormat::Z_PIXMAP, self.root, x, y, 1, 1, !0).unwrap();
        u32::from_ne_bytes(image.reply().unwrap().data.try_into().unwrap())
    }

    /// Sends a window what a pointer's motion, press or release at (100, 120) is; all three have one form.
    fn act(&self, window: &XWindow, kind: u8, button: u8) {
        let to = window.target.window;
        let event = ButtonPressEvent {
            response_type: kind,
            detail: button,
            sequence: 0,
            time: 7,
            root: self.root,
            event: to,
            child: 0,
            root_x: 100,
            root_y: 120,
            event_x: 100,
            event_y: 120,
            state: KeyButMask::default(),
            same_screen: true,
        };
        self.other.send_event(false, to, EventMask::NO_EVENT, event).unwrap().check().unwrap();
    }

    fn stop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The next that happens to a window.
fn wait_for(window: &mut XWindow) -> Input {
    loop {
        if let Some(input) = window.next_input().unwrap() {
            return input;
        }
        wait_for_news(window);
    }
}

fn wait_for_news(window: &XWindow) {
    let sources = window.sources();
    let mut all: Vec<_> = sources.iter().map(|source| PollFd::new(source, PollFlags::IN)).collect();
    poll(&mut all, None).unwrap();
}

/// Fills a part of the window's pixels, shows it, and waits until the server has read it.
fn paint(window: &mut XWindow, part: Damage, color: u32) {
    let width = usize::from(window.size().0);
    let rows = window.pixels_mut().chunks_mut(width).skip(part.y as usize).take(part.height.into());
    rows.for_each(|row| row[part.x as usize..][..part.width.into()].fill(Pixel(color)));
    window.present(&[part]).unwrap();
    while !window.is_ready() {
        assert_eq!(window.next_input().unwrap(), None);
        if !window.is_ready() {
            wait_for_news(window);
        }
    }
}

#[test]
fn a_window_fills_the_screen_unless_it_has_a_size() {
    let server = Server::start(&[]);
    for (size, expected, description) in [
        (None, SCREEN, "X11 640x480"),
        (Some((320, 200)), (320, 200), "X11 320x200"),
        // Larger than the screen: nobody manages windows here
        (Some((1000, 900)), (1000, 900), "X11 1000x900"),
        (Some((0, u32::MAX)), (1, 8192), "X11 1x8192"),
    ] {
        let window = server.open(size);
        assert_eq!((window.size(), window.description().as_deref()), (expected, Some(description)));
        assert_eq!(window.pixels().len(), usize::from(expected.0) * usize::from(expected.1));
    }
}

#[test]
fn what_is_painted_is_what_the_screen_shows_with_shared_memory_and_without() {
    for arguments in [&[][..], &["-extension", "MIT-SHM"]] {
        let server = Server::start(arguments);
        let mut window = server.open(None);
        assert_eq!(window.memory.segment().is_some(), arguments.is_empty());
        paint(&mut window, Damage::whole(SCREEN), 0x11_2233);
        paint(&mut window, Damage { x: 10, y: 20, width: 30, height: 40 }, 0x44_5566);
        // At the far corner, and beyond it
        paint(&mut window, Damage { x: 630, y: 470, width: 10, height: 10 }, 0x77_8899);
        for (x, y, expected) in [
            (0, 0, 0x11_2233),
            (9, 20, 0x11_2233),
            (10, 19, 0x11_2233),
            (10, 20, 0x44_5566),
            (39, 59, 0x44_5566),
            (40, 60, 0x11_2233),
            (639, 479, 0x77_8899),
            (629, 479, 0x11_2233),
        ] {
            assert_eq!(server.pixel(x, y) & 0xFF_FFFF, expected, "{arguments:?} {x} {y}");
        }
    }
}

#[test]
fn a_window_of_another_size_gets_memory_of_that_size() {
    for arguments in [&[][..], &["-extension", "MIT-SHM"]] {
        let server = Server::start(arguments);
        let mut window = server.open(Some((100, 80)));
        paint(&mut window, Damage::whole((100, 80)), 0x11_2233);
        let size = ConfigureWindowAux::new().width(300).height(200);
        server.other.configure_window(window.target.window, &size).unwrap().check().unwrap();
        assert_eq!(wait_for(&mut window), Input::Resized { width: 300, height: 200 });
        window.resize((300, 200)).unwrap();
        assert_eq!(window.size(), (300, 200));
        assert_eq!(wait_for(&mut window), Input::Exposed);
        paint(&mut window, Damage::whole((300, 200)), 0x44_5566);
        assert_eq!(server.pixel(299, 199) & 0xFF_FFFF, 0x44_5566, "{arguments:?}");
    }
}

#[test]
fn what_a_person_does_arrives() {
    let server = Server::start(&[]);
    let mut window = server.open(None);
    let at = Place { x: 100, y: 120 };
    server.act(&window, MOTION_NOTIFY_EVENT, 0);
    assert_eq!(wait_for(&mut window), Input::Touched(Contact::Moved(at), 7));
    server.act(&window, BUTTON_PRESS_EVENT, 1);
    assert_eq!(wait_for(&mut window), Input::Touched(Contact::Down { at, alone: true }, 7));
    server.act(&window, BUTTON_RELEASE_EVENT, 1);
    assert_eq!(wait_for(&mut window), Input::Touched(Contact::Up(at), 7));
    for (button, notches) in [(4, 1), (5, -1)] {
        server.act(&window, BUTTON_PRESS_EVENT, button);
        server.act(&window, BUTTON_RELEASE_EVENT, button);
        assert_eq!(wait_for(&mut window), Input::Wheel { x: 100, y: 120, notches });
    }
    let atoms = &window.atoms;
    let data = [atoms.WM_DELETE_WINDOW, 0, 0, 0, 0];
    let message = ClientMessageEvent::new(32, window.target.window, atoms.WM_PROTOCOLS, data);
    server
        .other
        .send_event(false, window.target.window, EventMask::NO_EVENT, message)
        .unwrap()
        .check()
        .unwrap();
    assert_eq!(wait_for(&mut window), Input::Close);
}

#[test]
fn a_server_that_ends_is_an_error_in_plain_words() {
    for arguments in [&[][..], &["-extension", "MIT-SHM"]] {
        let mut server = Server::start(arguments);
        let mut window = server.open(None);
        server.stop();
        wait_for_news(&window);
        let DisplayError::X11(X11Error::Connection(error)) = window.next_input().unwrap_err() else {
            panic!()
        };
        let error = X11Error::Connection(error).to_string();
        assert!(error.starts_with("the connection to the X server is lost: "), "{error}");
        // What is tried then is an error, too, and does not hang
        assert!(window.present(&[Damage::whole(SCREEN)]).is_err());
    }
}

#[test]
fn a_server_that_is_not_there_is_an_error_in_plain_words() {
    let mut server = Server::start(&[]);
    server.stop();
    let error = XWindow::open(Some(&server.display), None).err().unwrap().to_string();
    assert!(error.starts_with("no connection to the X server: "), "{error}");
    assert!(take_panel_over(Some(&server.display)).is_err());
}

#[test]
fn a_screen_that_takes_other_pixels_is_refused() {
    let server = Server::start(&["-screen", "0", "640x480x16"]);
    let error = XWindow::open(Some(&server.display), None).err().unwrap();
    assert_eq!(error.to_string(), "the X server has no 24-bit colours");
}

#[test]
fn a_server_without_a_switch_is_told_not_to_darken_by_itself() {
    let server = Server::start(&[]);
    assert!(take_panel_over(Some(&server.display)).unwrap().is_none());
    let saver = server.other.get_screen_saver().unwrap().reply().unwrap();
    assert_eq!(saver.timeout, 0);
}
