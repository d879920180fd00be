//! The text console below the picture: silent while the kiosk runs.

use std::io::{self, IsTerminal as _};

// Of <linux/kd.h>, which has not changed since 1992
const KDSETMODE: libc::Ioctl = 0x4B3A;
const KDSKBMODE: libc::Ioctl = 0x4B45;
const KDGKBMODE: libc::Ioctl = 0x4B44;

/// What a console shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsoleMode {
    Text = 0,
    /// The kernel draws no text
    Graphics = 1,
}

/// How a console takes its keyboards, by the kernel's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyboard(u32);

impl Keyboard {
    /// As consoles have it since their text is UTF-8
    const UNICODE: Self = Self(3);
    const OFF: Self = Self(4);
}

/// A console, as the kernel lets it be set.
pub trait Terminal {
    /// Fails where it is no console of this machine.
    fn keyboard(&self) -> io::Result<Keyboard>;
    fn set_keyboard(&self, keyboard: Keyboard) -> io::Result<()>;
    fn set_mode(&self, screen: ConsoleMode) -> io::Result<()>;
}

/// The console that is this program's standard input.
pub struct Stdin;

impl Terminal for Stdin {
    fn keyboard(&self) -> io::Result<Keyboard> {
        let mut mode: libc::c_int = 0;
        // SAFETY: the kernel writes one int to the address, which is that of an int.
        let done = unsafe { libc::ioctl(libc::STDIN_FILENO, KDGKBMODE, &raw mut mode) };
        if done == 0 { Ok(Keyboard(mode.unsigned_abs())) } else { Err(io::Error::last_os_error()) }
    }

    fn set_keyboard(&self, keyboard: Keyboard) -> io::Result<()> {
        set(KDSKBMODE, keyboard.0)
    }

    fn set_mode(&self, screen: ConsoleMode) -> io::Result<()> {
        set(KDSETMODE, screen as u32)
    }
}

fn set(request: libc::Ioctl, value: u32) -> io::Result<()> {
    // SAFETY: both requests take a number by value, and no memory.
    let done = unsafe { libc::ioctl(libc::STDIN_FILENO, request, libc::c_ulong::from(value)) };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Has the console as long as it lives. The kernel then draws no text over the picture, and
/// keyboards type nowhere: no login, no change of console, no Ctrl+Alt+Del.
pub struct Console {
    terminal: Box<dyn Terminal>,
    keyboard: Keyboard,
}

impl Console {
    /// Takes over standard input, if this is a service that was given a console: by hand, a person would be
    /// locked out.
    pub fn take_over_stdin() -> Option<Self> {
        if std::env::var_os("INVOCATION_ID").is_none() || !io::stdin().is_terminal() {
            return None;
        }
        Self::take_over(Box::new(Stdin))
    }

    fn take_over(terminal: Box<dyn Terminal>) -> Option<Self> {
        let keyboard = match terminal.keyboard() {
            // A program that was killed could not give it back
            Ok(Keyboard::OFF) => Keyboard::UNICODE,
            Ok(keyboard) => keyboard,
            Err(error) => {
                tracing::info!(%error, "standard input is not a console of this machine");
                return None;
            }
        };
        warn_of(terminal.set_mode(ConsoleMode::Graphics), "text may be seen over the picture");
        warn_of(terminal.set_keyboard(Keyboard::OFF), "keyboards reach the console");
        Some(Self { terminal, keyboard })
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        warn_of(self.terminal.set_keyboard(self.keyboard), "the console stays without a keyboard");
        warn_of(self.terminal.set_mode(ConsoleMode::Text), "the console stays dark");
    }
}

fn warn_of(done: io::Result<()>, otherwise: &'static str) {
    if let Err(error) = done {
        tracing::warn!(%error, "{otherwise}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{cell::RefCell, rc::Rc};

    const XLATE: Keyboard = Keyboard(1);

    /// What a console is set to; `None` for what the kernel refuses.
    #[derive(Clone)]
    struct Fake(Rc<RefCell<(Option<Keyboard>, Option<ConsoleMode>)>>);

    impl Fake {
        fn new(keyboard: Option<Keyboard>, screen: Option<ConsoleMode>) -> Self {
            Self(Rc::new(RefCell::new((keyboard, screen))))
        }
    }

    fn refused() -> io::Error {
        io::Error::from_raw_os_error(libc::ENOTTY)
    }

    impl Terminal for Fake {
        fn keyboard(&self) -> io::Result<Keyboard> {
            self.0.borrow().0.ok_or_else(refused)
        }

        fn set_keyboard(&self, keyboard: Keyboard) -> io::Result<()> {
            self.0.borrow_mut().0.replace(keyboard).map(drop).ok_or_else(refused)
        }

        fn set_mode(&self, screen: ConsoleMode) -> io::Result<()> {
            let was = &mut self.0.borrow_mut().1;
            *was = was.map(|_| screen);
            was.map(drop).ok_or_else(refused)
        }
    }

    #[test]
    fn a_console_is_silent_as_long_as_it_is_held_and_then_as_before() {
        let fake = Fake::new(Some(XLATE), Some(ConsoleMode::Text));
        let console = Console::take_over(Box::new(fake.clone())).unwrap();
        assert_eq!(*fake.0.borrow(), (Some(Keyboard::OFF), Some(ConsoleMode::Graphics)));
        drop(console);
        assert_eq!(*fake.0.borrow(), (Some(XLATE), Some(ConsoleMode::Text)));
    }

    #[test]
    fn a_console_that_a_killed_program_left_silent_gets_its_keyboard_back() {
        let fake = Fake::new(Some(Keyboard::OFF), Some(ConsoleMode::Graphics));
        drop(Console::take_over(Box::new(fake.clone())).unwrap());
        assert_eq!(*fake.0.borrow(), (Some(Keyboard::UNICODE), Some(ConsoleMode::Text)));
    }

    #[test]
    fn what_is_no_console_is_left_alone() {
        let fake = Fake::new(None, Some(ConsoleMode::Text));
        assert!(Console::take_over(Box::new(fake.clone())).is_none());
        assert_eq!(fake.0.borrow().1, Some(ConsoleMode::Text));
    }

    #[test]
    fn a_console_that_keeps_its_text_still_loses_its_keyboard() {
        let fake = Fake::new(Some(XLATE), None);
        let console = Console::take_over(Box::new(fake.clone())).unwrap();
        assert_eq!(*fake.0.borrow(), (Some(Keyboard::OFF), None));
        drop(console);
        assert_eq!(*fake.0.borrow(), (Some(XLATE), None));
    }
}
