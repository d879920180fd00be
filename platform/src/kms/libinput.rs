//! Touch panels of this machine, by way of libinput.

use super::fingers::{Device, Report, Share, TouchSource};
use input::{
    AsRaw as _, Event, Libinput, LibinputInterface,
    event::{
        DeviceEvent, EventTrait, PointerEvent, TouchEvent,
        pointer::{ButtonState, PointerEventTrait as _},
        touch::{TouchEventPosition, TouchEventSlot as _, TouchEventTrait as _},
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
/// Shares of the panel come in steps of its hundred-thousandth: libinput scales by whole numbers.
const SCALE: u32 = 100_000;

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

/// All input devices of the machine, as they come and go.
pub struct InputDevices(Libinput);

impl InputDevices {
    /// `None`, and said in the log, where there are no input devices to be had.
    pub fn open() -> Option<Self> {
        let mut libinput = Libinput::new_with_udev(Files);
        if libinput.udev_assign_seat("seat0").is_err() {
            tracing::warn!("no touch: libinput finds no seat");
            return None;
        }
        Some(Self(libinput))
    }
}

impl TouchSource for InputDevices {
    fn next_report(&mut self) -> Option<(Report, u32)> {
        if let Err(error) = self.0.dispatch() {
            tracing::warn!(%error, "touch may be lost");
        }
        self.0.by_ref().find_map(|event| match event {
            Event::Touch(event) => Some((touch_report(&event)?, event.time())),
            Event::Pointer(event) => Some((tablet_report(&event)?, event.time())),
            Event::Device(DeviceEvent::Removed(event)) => {
                Some((Report::Removed { device: device_of(&event) }, 0))
            }
            _ => None,
        })
    }

    fn source(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

fn device_of(event: &impl EventTrait) -> Device {
    Device(event.device().as_raw().addr())
}

fn touch_report(event: &TouchEvent) -> Option<Report> {
    let share = |event: &dyn TouchEventPosition| {
        Share::new(event.x_transformed(SCALE), event.y_transformed(SCALE), SCALE)
    };
    let device = device_of(event);
    Some(match event {
        TouchEvent::Down(event) => Report::Down { device, slot: event.seat_slot(), at: share(event) },
        TouchEvent::Motion(event) => Report::Moved { slot: event.seat_slot(), at: share(event) },
        TouchEvent::Up(event) => Report::Up { slot: event.seat_slot() },
        TouchEvent::Cancel(event) => Report::Cancelled { slot: event.seat_slot() },
        _ => return None,
    })
}

fn tablet_report(event: &PointerEvent) -> Option<Report> {
    let device = device_of(event);
    match event {
        PointerEvent::MotionAbsolute(event) => {
            let (x, y) = (event.absolute_x_transformed(SCALE), event.absolute_y_transformed(SCALE));
            Some(Report::TabletMoved { device, at: Share::new(x, y, SCALE) })
        }
        PointerEvent::Button(event) if event.button() == BTN_LEFT => {
            let pressed = event.button_state() == ButtonState::Pressed;
            Some(Report::TabletPressed { device, pressed })
        }
        _ => None,
    }
}
