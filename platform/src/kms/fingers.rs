//! Fingers on the panel, out of what its devices report. Pure.

use super::super::touch::{Contact, Place};
use cloud_shelf_core::panel::Rotation;
use std::{collections::BTreeMap, os::fd::BorrowedFd};

/// Where reports of touch come from.
pub trait TouchSource {
    /// The next report, with its moment in milliseconds; does not wait.
    fn next_report(&mut self) -> Option<(Report, u32)>;

    /// Readable while there are reports.
    fn source(&self) -> BorrowedFd<'_>;
}

/// What tells a device from another while it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Device(pub usize);

/// A place on the panel as shares of its width and height, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    x: f64,
    y: f64,
}

impl Share {
    /// Of coordinates on a scale; those beyond its ends count as the ends.
    pub fn new(x: f64, y: f64, scale: u32) -> Self {
        let share = |at: f64| (at / f64::from(scale)).clamp(0.0, 1.0);
        Self { x: share(x), y: share(y) }
    }

    fn to_place(self, rotation: Rotation, (width, height): (u16, u16)) -> Place {
        let (x, y) = rotation.to_picture((self.x, self.y));
        let pixel = |share: f64, side: u16| (share * f64::from(side)).min(f64::from(side) - 1.0) as i16;
        Place { x: pixel(x, width), y: pixel(y, height) }
    }
}

/// What a device reports. Fingers are told apart by slots, which no two devices share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Report {
    Down {
        device: Device,
        slot: u32,
        at: Share,
    },
    Moved {
        slot: u32,
        at: Share,
    },
    Up {
        slot: u32,
    },
    /// The panel takes it for a palm
    Cancelled {
        slot: u32,
    },
    /// A panel that passes for a tablet says where its only finger is, which may hover
    TabletMoved {
        device: Device,
        at: Share,
    },
    /// A tablet's finger, or a mouse's button
    TabletPressed {
        device: Device,
        pressed: bool,
    },
    /// The device has been unplugged
    Removed {
        device: Device,
    },
}

/// A finger that is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Finger {
    Slot(u32),
    /// A tablet's
    Only(Device),
}

/// Which fingers are down.
#[derive(Default)]
pub struct Fingers {
    /// With their devices, in the order they came
    down: Vec<(Finger, Device)>,
    /// Where the first of them is
    first_at: Option<Place>,
    /// Where each tablet's finger is
    tablets: BTreeMap<Device, Place>,
}

impl Fingers {
    /// What a report means for a picture of a size.
    pub fn take_report(&mut self, report: Report, rotation: Rotation, size: (u16, u16)) -> Option<Contact> {
        let place = |share: Share| share.to_place(rotation, size);
        match report {
            Report::Down { device, slot, at } => self.put_down(Finger::Slot(slot), device, place(at)),
            Report::Moved { slot, at } => self.move_to(Finger::Slot(slot), place(at)),
            Report::Up { slot } => self.lift(Finger::Slot(slot)),
            Report::Cancelled { slot } => {
                let was_down = self.forget(|finger, _| finger == Finger::Slot(slot));
                was_down.then_some(Contact::Left)
            }
            Report::TabletMoved { device, at } => {
                self.tablets.insert(device, place(at));
                self.move_to(Finger::Only(device), place(at))
            }
            Report::TabletPressed { device, pressed: true } => {
                // A device that has never said where it is on the panel is a mouse
                let at = *self.tablets.get(&device)?;
                self.put_down(Finger::Only(device), device, at)
            }
            Report::TabletPressed { device, pressed: false } => self.lift(Finger::Only(device)),
            Report::Removed { device } => {
                self.tablets.remove(&device);
                // Its fingers are gone with it
                self.forget(|_, owner| owner == device).then_some(Contact::Left)
            }
        }
    }

    fn put_down(&mut self, finger: Finger, device: Device, at: Place) -> Option<Contact> {
        if self.is_down(finger) {
            return self.move_to(finger, at);
        }
        let alone = self.down.is_empty();
        self.down.push((finger, device));
        if alone {
            self.first_at = Some(at);
        }
        Some(Contact::Down { at, alone })
    }

    fn move_to(&mut self, finger: Finger, at: Place) -> Option<Contact> {
        if self.down.first().map(|(first, _)| *first) != Some(finger) {
            return None;
        }
        self.first_at = Some(at);
        Some(Contact::Moved(at))
    }

    fn lift(&mut self, finger: Finger) -> Option<Contact> {
        let was_down = self.forget(|other, _| other == finger);
        self.first_at.filter(|_| was_down).map(Contact::Up)
    }

    fn is_down(&self, finger: Finger) -> bool {
        self.down.iter().any(|(other, _)| *other == finger)
    }

    /// Returns whether any of them was down.
    fn forget(&mut self, is_meant: impl Fn(Finger, Device) -> bool) -> bool {
        let before = self.down.len();
        self.down.retain(|(finger, device)| !is_meant(*finger, *device));
        self.down.len() < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIZE: (u16, u16) = (1000, 2000);
    const PANEL: Device = Device(1);
    const OTHER: Device = Device(2);
    const MOUSE: Device = Device(3);

    fn at(x: f64, y: f64) -> Share {
        Share::new(x, y, 1000)
    }

    const fn place(x: i16, y: i16) -> Place {
        Place { x, y }
    }

    fn down(device: Device, slot: u32, x: f64) -> Report {
        Report::Down { device, slot, at: at(x, x) }
    }

    /// What reports mean, those that mean nothing left out.
    fn play(reports: &[Report]) -> Vec<Contact> {
        let mut fingers = Fingers::default();
        let meaning = |report: &Report| fingers.take_report(*report, Rotation::None, SIZE);
        reports.iter().filter_map(meaning).collect()
    }

    #[test]
    fn the_panels_corners_are_the_pictures_corners() {
        let size = (1080, 1920);
        for (rotation, (x, y), expected) in [
            (Rotation::None, (0.0, 0.0), (0, 0)),
            (Rotation::None, (1000.0, 1000.0), (1079, 1919)),
            (Rotation::None, (-50.0, 1e9), (0, 1919)),
            (Rotation::None, (f64::NEG_INFINITY, f64::INFINITY), (0, 1919)),
            (Rotation::Quarter, (1000.0, 0.0), (0, 0)),
            (Rotation::Quarter, (1000.0, 1000.0), (1079, 0)),
            (Rotation::Half, (0.0, 0.0), (1079, 1919)),
            (Rotation::ThreeQuarters, (0.0, 1000.0), (0, 0)),
            (Rotation::ThreeQuarters, (0.0, 0.0), (1079, 0)),
        ] {
            let Place { x: column, y: row } = at(x, y).to_place(rotation, size);
            assert_eq!((column, row), expected, "{rotation} {x} {y}");
        }
    }

    #[test]
    fn only_the_first_finger_moves() {
        let (a, b) = (place(100, 200), place(500, 1000));
        let contacts = play(&[
            down(PANEL, 3, 100.0),
            down(PANEL, 4, 500.0),
            Report::Moved { slot: 4, at: at(100.0, 100.0) },
            Report::Moved { slot: 3, at: at(500.0, 500.0) },
            Report::Up { slot: 3 },
            // One that never came
            Report::Up { slot: 9 },
            Report::Up { slot: 4 },
            down(PANEL, 3, 100.0),
        ]);
        let expected = [
            Contact::Down { at: a, alone: true },
            Contact::Down { at: b, alone: false },
            Contact::Moved(b),
            Contact::Up(b),
            Contact::Up(b),
            Contact::Down { at: a, alone: true },
        ];
        assert_eq!(contacts, expected);
    }

    #[test]
    fn a_palm_presses_nothing() {
        let contacts = play(&[
            Report::Cancelled { slot: 0 },
            down(PANEL, 0, 100.0),
            Report::Cancelled { slot: 0 },
            down(PANEL, 0, 100.0),
        ]);
        let first = Contact::Down { at: place(100, 200), alone: true };
        assert_eq!(contacts, [first, Contact::Left, first]);
    }

    #[test]
    fn a_panel_that_is_unplugged_takes_its_fingers_along_and_no_others() {
        let first = Contact::Down { at: place(100, 200), alone: true };
        // A keyboard, a panel that nobody touches
        let contacts = play(&[
            down(PANEL, 0, 100.0),
            Report::Removed { device: OTHER },
            Report::Moved { slot: 0, at: at(200.0, 200.0) },
            Report::Up { slot: 0 },
        ]);
        assert_eq!(contacts, [first, Contact::Moved(place(200, 400)), Contact::Up(place(200, 400))]);
        // The panel itself, which comes back with its slots as before
        let contacts = play(&[
            down(PANEL, 0, 100.0),
            Report::Removed { device: PANEL },
            Report::Up { slot: 0 },
            down(OTHER, 0, 100.0),
        ]);
        assert_eq!(contacts, [first, Contact::Left, first]);
    }

    #[test]
    fn a_tablet_has_one_finger_and_a_mouse_has_none() {
        let moved = |device, x| Report::TabletMoved { device, at: at(x, x) };
        let pressed = |device, pressed| Report::TabletPressed { device, pressed };
        let contacts = play(&[
            // Hovers
            moved(PANEL, 100.0),
            pressed(PANEL, true),
            moved(PANEL, 200.0),
            pressed(PANEL, false),
            pressed(MOUSE, true),
            pressed(MOUSE, false),
        ]);
        let expected = [
            Contact::Down { at: place(100, 200), alone: true },
            Contact::Moved(place(200, 400)),
            Contact::Up(place(200, 400)),
        ];
        assert_eq!(contacts, expected);
    }

    /// A mouse's button once pressed where the last finger of another device had been.
    #[test]
    fn a_mouse_presses_nothing_after_a_touch() {
        let contacts = play(&[
            down(PANEL, 0, 100.0),
            Report::Up { slot: 0 },
            Report::TabletPressed { device: MOUSE, pressed: true },
            Report::TabletPressed { device: MOUSE, pressed: false },
        ]);
        let touched = place(100, 200);
        assert_eq!(contacts, [Contact::Down { at: touched, alone: true }, Contact::Up(touched)]);
    }

    fn reports() -> impl Strategy<Value = Vec<Report>> {
        let report = (0_u8..7, 0_usize..3, 0_u32..3, 0_f64..1000.0).prop_map(|(kind, device, slot, x)| {
            let device = Device(device);
            match kind {
                0 => Report::Down { device, slot, at: at(x, x) },
                1 => Report::Moved { slot, at: at(x, x) },
                2 => Report::Up { slot },
                3 => Report::Cancelled { slot },
                4 => Report::TabletMoved { device, at: at(x, x) },
                5 => Report::TabletPressed { device, pressed: x < 500.0 },
                _ => Report::Removed { device },
            }
        });
        prop::collection::vec(report, 0..80)
    }

    proptest! {
        /// Devices that come and go in the middle of anything leave no finger behind.
        #[test]
        fn when_all_devices_have_gone_the_next_finger_is_alone(reports in reports()) {
            let mut fingers = Fingers::default();
            for report in reports {
                fingers.take_report(report, Rotation::Quarter, SIZE);
            }
            for device in (0..3).map(Device) {
                fingers.take_report(Report::Removed { device }, Rotation::Quarter, SIZE);
            }
            let contact = fingers.take_report(down(PANEL, 7, 1.0), Rotation::None, SIZE);
            let alone = matches!(contact, Some(Contact::Down { alone: true, .. }));
            prop_assert!(alone, "{contact:?}");
        }
    }
}
