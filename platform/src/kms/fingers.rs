//! Fingers on the panel, as libinput tells of them.

use super::super::touch::{Contact, Place};
use cloud_shelf_core::panel::Rotation;
use input::{
    Event, Libinput, LibinputInterface,
    event::{
        DeviceEvent, PointerEvent, TouchEvent,
        pointer::{ButtonState, PointerEventTrait as _},
        touch::{TouchEventPosition as _, TouchEventSlot as _, TouchEventTrait as _},
    },
};
use std::{
    fs::{File, OpenOptions},
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::fs::OpenOptionsExt as _,
    },
    path::Path,
};

/// The left button in <linux/input-event-codes.h>: what panels that pass for a tablet press.
const BTN_LEFT: u32 = 0x110;

/// Opens the devices' files itself: the service's user may.
struct Files;

impl LibinputInterface for Files {
    fn open_restricted(&mut self, path: &Path, flags: i32) -> Result<OwnedFd, i32> {
        let mode = flags & libc::O_ACCMODE;
        OpenOptions::new()
            .custom_flags(flags)
            .read(mode != libc::O_WRONLY)
            .write(mode != libc::O_RDONLY)
            .open(path)
            .map(OwnedFd::from)
            .map_err(|error| error.raw_os_error().unwrap_or(libc::EIO))
    }

    fn close_restricted(&mut self, fd: OwnedFd) {
        drop(File::from(fd));
    }
}

pub struct Fingers {
    libinput: Libinput,
    down: Down,
}

/// Which fingers are down.
#[derive(Default)]
struct Down {
    /// By seat slot, in the order they came
    slots: Vec<u32>,
    /// Where the first of them is
    at: Option<Place>,
}

/// A panel that passes for a tablet has one finger only, in a slot that no other panel uses.
const TABLET: u32 = u32::MAX;

impl Fingers {
    /// `None`, and said in the log, where there are no input devices to be had.
    pub fn open() -> Option<Self> {
        let mut libinput = Libinput::new_with_udev(Files);
        if libinput.udev_assign_seat("seat0").is_err() {
            tracing::warn!("no touch: libinput finds no seat");
            return None;
        }
        Some(Self { libinput, down: Down::default() })
    }

    pub fn source(&self) -> BorrowedFd<'_> {
        self.libinput.as_fd()
    }

    /// The next contact with a picture of a size, with its moment in milliseconds.
    pub fn next(&mut self, rotation: Rotation, size: (u16, u16)) -> Option<(Contact, u32)> {
        if let Err(error) = self.libinput.dispatch() {
            tracing::warn!(%error, "touch may be lost");
        }
        let down = &mut self.down;
        self.libinput.by_ref().find_map(|event| match event {
            Event::Touch(event) => down.touch(&event, rotation, size),
            Event::Pointer(event) => down.tablet(&event, rotation, size),
            // Its fingers are gone with it
            Event::Device(DeviceEvent::Removed(_)) if !down.slots.is_empty() => {
                *down = Down::default();
                Some((Contact::Left, 0))
            }
            _ => None,
        })
    }
}

impl Down {
    fn touch(&mut self, event: &TouchEvent, rotation: Rotation, size: (u16, u16)) -> Option<(Contact, u32)> {
        let contact = match event {
            TouchEvent::Down(event) => self.comes(
                event.seat_slot(),
                place((event.x_transformed(SCALE), event.y_transformed(SCALE)), rotation, size),
            ),
            TouchEvent::Motion(event) => self.moves(
                event.seat_slot(),
                place((event.x_transformed(SCALE), event.y_transformed(SCALE)), rotation, size),
            ),
            TouchEvent::Up(event) => self.leaves(event.seat_slot()),
            TouchEvent::Cancel(event) => self.is_cancelled(event.seat_slot()),
            _ => None,
        };
        contact.map(|contact| (contact, event.time()))
    }

    /// Only what says where it is on the panel: a mouse moves nothing here.
    fn tablet(
        &mut self,
        event: &PointerEvent,
        rotation: Rotation,
        size: (u16, u16),
    ) -> Option<(Contact, u32)> {
        let contact = match event {
            PointerEvent::MotionAbsolute(event) => {
                let share = (event.absolute_x_transformed(SCALE), event.absolute_y_transformed(SCALE));
                let at = place(share, rotation, size);
                if self.slots.is_empty() {
                    self.at = Some(at);
                    None
                } else {
                    self.moves(TABLET, at)
                }
            }
            PointerEvent::Button(event) if event.button() == BTN_LEFT => match event.button_state() {
                // Without a place it is a mouse's
                ButtonState::Pressed => self.at.and_then(|at| self.comes(TABLET, at)),
                ButtonState::Released => self.leaves(TABLET),
            },
            _ => None,
        };
        contact.map(|contact| (contact, event.time()))
    }

    fn comes(&mut self, slot: u32, at: Place) -> Option<Contact> {
        let alone = self.slots.is_empty();
        self.slots.push(slot);
        if alone {
            self.at = Some(at);
        }
        Some(Contact::Down { at, alone })
    }

    fn moves(&mut self, slot: u32, at: Place) -> Option<Contact> {
        if self.slots.first() != Some(&slot) {
            return None;
        }
        self.at = Some(at);
        Some(Contact::Moved(at))
    }

    fn leaves(&mut self, slot: u32) -> Option<Contact> {
        let before = self.slots.len();
        self.slots.retain(|other| *other != slot);
        if self.slots.len() == before {
            return None;
        }
        self.at.map(Contact::Up)
    }

    /// The panel takes it for a palm: it presses nothing.
    fn is_cancelled(&mut self, slot: u32) -> Option<Contact> {
        self.slots.retain(|other| *other != slot);
        Some(Contact::Left)
    }
}

/// Shares of the panel come in steps of its hundred-thousandth: libinput scales by whole numbers.
const SCALE: u32 = 100_000;

fn place((x, y): (f64, f64), rotation: Rotation, (width, height): (u16, u16)) -> Place {
    let share = |at: f64| (at / f64::from(SCALE)).clamp(0.0, 1.0);
    let (x, y) = rotation.to_picture((share(x), share(y)));
    let pixel = |share: f64, side: u16| (share * f64::from(side)).min(f64::from(side) - 1.0) as i16;
    Place { x: pixel(x, width), y: pixel(y, height) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (u16, u16) = (1080, 1920);
    const A: Place = Place { x: 10, y: 20 };
    const B: Place = Place { x: 500, y: 600 };

    #[test]
    fn the_panels_corners_are_the_pictures_corners() {
        let end = f64::from(SCALE);
        for (rotation, panel, expected) in [
            (Rotation::None, (0.0, 0.0), (0, 0)),
            (Rotation::None, (end, end), (1079, 1919)),
            (Rotation::Quarter, (end, 0.0), (0, 0)),
            (Rotation::Quarter, (end, end), (1079, 0)),
            (Rotation::Half, (0.0, 0.0), (1079, 1919)),
            (Rotation::ThreeQuarters, (0.0, end), (0, 0)),
            (Rotation::ThreeQuarters, (0.0, 0.0), (1079, 0)),
        ] {
            let Place { x, y } = place(panel, rotation, SIZE);
            assert_eq!((x, y), expected, "{rotation} {panel:?}");
        }
    }

    #[test]
    fn only_the_first_finger_moves() {
        let mut down = Down::default();
        assert_eq!(down.comes(3, A), Some(Contact::Down { at: A, alone: true }));
        assert_eq!(down.comes(4, B), Some(Contact::Down { at: B, alone: false }));
        assert_eq!(down.moves(4, A), None);
        assert_eq!(down.moves(3, B), Some(Contact::Moved(B)));
        assert_eq!(down.leaves(3), Some(Contact::Up(B)));
        assert_eq!(down.leaves(9), None, "one that never came");
        assert_eq!(down.leaves(4), Some(Contact::Up(B)));
        assert_eq!(down.comes(3, A), Some(Contact::Down { at: A, alone: true }));
    }

    #[test]
    fn a_palm_presses_nothing() {
        let mut down = Down::default();
        down.comes(0, A);
        assert_eq!(down.is_cancelled(0), Some(Contact::Left));
        assert!(down.slots.is_empty());
    }
}
