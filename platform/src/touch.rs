//! One finger out of all that a touch panel reports. Pure.
//!
//! Cheap panels lose a finger for a moment, tremble while it rests, and take a palm for many
//! fingers. What comes out of here is one finger that comes down, moves as far as it is meant to,
//! and leaves.

/// A finger that is back within so many milliseconds at the same place had not left.
pub const BOUNCE_MS: u32 = 30;
/// "The same place": pixels to each side, some 5 mm on a 21.5-inch panel.
const NEAR: i32 = 24;
/// A finger at rest moves by so many pixels, and less than Slint takes for a drag (8).
const JITTER: i32 = 6;
/// One that has rested for so long and then moves begins anew: Slint takes a press for the beginning
/// of a drag for half a second only.
const REST_MS: u32 = 300;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub x: i16,
    pub y: i16,
}

impl Place {
    fn is_within(self, other: Self, pixels: i32) -> bool {
        let apart = |a: i16, b: i16| (i32::from(a) - i32::from(b)).abs();
        apart(self.x, other.x) <= pixels && apart(self.y, other.y) <= pixels
    }
}

/// What the panel reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact {
    /// `alone`: no other finger was down, as far as the server knows
    Down {
        at: Place,
        alone: bool,
    },
    Moved(Place),
    Up(Place),
    /// Out of the window
    Left,
}

/// What the pages are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finger {
    Down(Place),
    /// It is down already, and is about to move
    Starts(Place),
    Moved(Place),
    Up(Place),
    /// It has gone without a release: nothing is pressed
    Gone,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Away,
    /// Where and when it came down, where the pages think it is, and whether it has moved
    Down { origin: Place, since: u32, at: Place, moved: bool },
    /// A finger that moved has left, which is not said yet: a drag goes on over a gap
    Lifted { at: Place },
    /// Down, and means nothing
    Ignored,
}

#[derive(Debug, Default)]
pub struct Touch {
    state: State,
    fingers: u32,
    /// When and where the last one left, by the server's clock
    left: Option<(u32, Place)>,
}

impl Touch {
    /// Takes a report of a moment in milliseconds, which may wrap; says what it means, in order.
    pub fn take_contact(&mut self, contact: Contact, ms: u32) -> [Option<Finger>; 2] {
        match contact {
            Contact::Down { at, alone } => self.down(at, alone, ms),
            Contact::Moved(at) => self.moved(at, ms),
            Contact::Up(at) => [self.up(at, ms), None],
            Contact::Left => [self.leave(), None],
        }
    }

    /// A release is held back, and to be asked for in [`BOUNCE_MS`] by [`Self::release`].
    pub const fn is_held_back(&self) -> bool {
        matches!(self.state, State::Lifted { .. })
    }

    /// The finger has not come back.
    pub fn release(&mut self) -> Option<Finger> {
        let State::Lifted { at } = self.state else { return None };
        self.state = State::Away;
        Some(Finger::Up(at))
    }

    fn down(&mut self, at: Place, alone: bool, ms: u32) -> [Option<Finger>; 2] {
        let mut lost = None;
        if alone && self.fingers > 0 {
            // The panel was unplugged under a finger, whose release never came
            self.fingers = 0;
            lost = self.leave();
        }
        self.fingers += 1;
        if self.fingers > 1 {
            return [lost, None];
        }
        let same = self
            .left
            .is_some_and(|(left, place)| ms.wrapping_sub(left) <= BOUNCE_MS && at.is_within(place, NEAR));
        match self.state {
            State::Lifted { .. } if same => {
                self.state = State::Down { origin: at, since: ms, at, moved: true };
                [Some(Finger::Moved(at)), None]
            }
            State::Away | State::Ignored if same => {
                self.state = State::Ignored;
                [lost, None]
            }
            _ => {
                let before = self.release().or(lost);
                self.state = State::Down { origin: at, since: ms, at, moved: false };
                [before, Some(Finger::Down(at))]
            }
        }
    }

    fn moved(&mut self, to: Place, ms: u32) -> [Option<Finger>; 2] {
        // Of several fingers nobody knows which one it is
        if self.fingers != 1 {
            return [None; 2];
        }
        let State::Down { origin, since, at, moved } = &mut self.state else { return [None; 2] };
        if !*moved && to.is_within(*origin, JITTER) {
            return [None; 2];
        }
        let rested = !*moved && ms.wrapping_sub(*since) > REST_MS;
        (*at, *moved) = (to, true);
        [rested.then_some(Finger::Starts(*origin)), Some(Finger::Moved(to))]
    }

    fn up(&mut self, from: Place, ms: u32) -> Option<Finger> {
        self.fingers = self.fingers.checked_sub(1)?;
        if self.fingers > 0 {
            return None;
        }
        self.left = Some((ms, from));
        match self.state {
            State::Down { at, moved: true, .. } => {
                self.state = State::Lifted { at };
                None
            }
            State::Down { at, .. } => {
                self.state = State::Away;
                Some(Finger::Up(at))
            }
            State::Ignored => {
                self.state = State::Away;
                None
            }
            State::Away | State::Lifted { .. } => None,
        }
    }

    fn leave(&mut self) -> Option<Finger> {
        let was = std::mem::replace(&mut self.state, State::Ignored);
        if self.fingers == 0 {
            self.state = State::Away;
        }
        match was {
            State::Down { .. } => Some(Finger::Gone),
            State::Lifted { at } => Some(Finger::Up(at)),
            State::Away | State::Ignored => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Contact::*, *};
    use proptest::prelude::*;

    const fn p(x: i16, y: i16) -> Place {
        Place { x, y }
    }

    const fn down(x: i16, y: i16) -> Contact {
        Down { at: p(x, y), alone: true }
    }

    const fn second(x: i16, y: i16) -> Contact {
        Down { at: p(x, y), alone: false }
    }

    /// Plays reports with their moments; a release that is held back comes when it is due.
    fn play(reports: &[(u32, Contact)]) -> Vec<Finger> {
        let (mut touch, mut said, mut due) = (Touch::default(), vec![], None);
        for &(ms, contact) in reports {
            if due.is_some_and(|due| ms > due) {
                said.extend(touch.release());
            }
            said.extend(touch.take_contact(contact, ms).into_iter().flatten());
            due = touch.is_held_back().then_some(ms + BOUNCE_MS);
        }
        said.extend(touch.release());
        said
    }

    /// What it is, the reports with their moments, and what the pages are told.
    type Example<'a> = (&'a str, &'a [(u32, Contact)], &'a [Finger]);

    #[test]
    fn what_reports_mean() {
        const TAP: [Finger; 2] = [Finger::Down(p(100, 100)), Finger::Up(p(100, 100))];
        let table: &[Example<'_>] = &[
            ("a tap", &[(0, down(100, 100)), (80, Up(p(100, 100)))], &TAP),
            (
                "a trembling tap",
                &[
                    (0, down(100, 100)),
                    (20, Moved(p(103, 98))),
                    (40, Moved(p(95, 105))),
                    (80, Up(p(104, 96))),
                ],
                &TAP,
            ),
            (
                "a tap that bounces, twice",
                &[
                    (0, down(100, 100)),
                    (60, Up(p(100, 100))),
                    (75, down(110, 92)),
                    (90, Up(p(110, 92))),
                    (101, down(100, 100)),
                    (140, Up(p(100, 100))),
                ],
                &TAP,
            ),
            (
                "two taps",
                &[(0, down(100, 100)), (60, Up(p(100, 100))), (150, down(100, 100)), (200, Up(p(100, 100)))],
                &[TAP[0], TAP[1], TAP[0], TAP[1]],
            ),
            (
                "two taps in quick turn at two places",
                &[(0, down(100, 100)), (9, Up(p(100, 100))), (15, down(300, 100)), (20, Up(p(300, 100)))],
                &[TAP[0], TAP[1], Finger::Down(p(300, 100)), Finger::Up(p(300, 100))],
            ),
            (
                "a drag after a rest",
                &[
                    (0, down(100, 100)),
                    (400, Moved(p(104, 97))),
                    (700, Moved(p(100, 90))),
                    (716, Moved(p(100, 60))),
                    (730, Up(p(100, 60))),
                ],
                &[
                    TAP[0],
                    Finger::Starts(p(100, 100)),
                    Finger::Moved(p(100, 90)),
                    Finger::Moved(p(100, 60)),
                    Finger::Up(p(100, 60)),
                ],
            ),
            (
                "a drag with a gap",
                &[
                    (0, down(100, 100)),
                    (16, Moved(p(100, 120))),
                    (32, Up(p(100, 120))),
                    (44, down(101, 132)),
                    (60, Moved(p(101, 150))),
                    (76, Up(p(101, 150))),
                ],
                &[
                    TAP[0],
                    Finger::Moved(p(100, 120)),
                    Finger::Moved(p(101, 132)),
                    Finger::Moved(p(101, 150)),
                    Finger::Up(p(101, 150)),
                ],
            ),
            (
                "a drag, then a tap elsewhere before its release is due",
                &[
                    (0, down(100, 100)),
                    (16, Moved(p(100, 120))),
                    (32, Up(p(100, 120))),
                    (44, down(500, 500)),
                    (90, Up(p(500, 500))),
                ],
                &[
                    TAP[0],
                    Finger::Moved(p(100, 120)),
                    Finger::Up(p(100, 120)),
                    Finger::Down(p(500, 500)),
                    Finger::Up(p(500, 500)),
                ],
            ),
            (
                "a second finger beside a tap",
                &[
                    (0, down(100, 100)),
                    (20, second(400, 400)),
                    (30, Moved(p(410, 410))),
                    (50, Up(p(400, 400))),
                    (80, Up(p(100, 100))),
                ],
                &TAP,
            ),
            (
                "a palm",
                &[
                    (0, down(100, 100)),
                    (3, second(120, 140)),
                    (5, second(160, 90)),
                    (400, Up(p(120, 140))),
                    (402, Up(p(100, 100))),
                    (405, Up(p(160, 90))),
                ],
                &TAP,
            ),
            ("a pointer that hovers", &[(0, Moved(p(5, 5))), (9, Left), (20, Moved(p(50, 50)))], &[]),
            ("a release out of nowhere", &[(0, Up(p(5, 5)))], &[]),
            (
                "a finger that leaves the window",
                &[(0, down(100, 100)), (9, Left), (20, Moved(p(50, 50))), (30, Up(p(50, 50)))],
                &[TAP[0], Finger::Gone],
            ),
            (
                "a panel unplugged under a finger",
                &[(0, down(100, 100)), (9000, down(200, 200)), (9060, Up(p(200, 200)))],
                &[TAP[0], Finger::Gone, Finger::Down(p(200, 200)), Finger::Up(p(200, 200))],
            ),
        ];
        for (what, reports, expected) in table {
            assert_eq!(play(reports), *expected, "{what}");
        }
    }

    #[test]
    fn the_servers_clock_may_begin_anew() {
        let mut touch = Touch::default();
        let place = p(9, 9);
        for (contact, ms) in [(down(9, 9), u32::MAX - 60), (Up(place), u32::MAX - 5)] {
            assert!(touch.take_contact(contact, ms).iter().any(Option::is_some), "{contact:?}");
        }
        assert_eq!(touch.take_contact(down(9, 9), 10), [None, None], "16 ms later");
    }

    fn reports() -> impl Strategy<Value = Vec<(u32, Contact)>> {
        let place = (0i16..60, 0i16..60).prop_map(|(x, y)| p(x, y));
        let contact = (0u8..7, place, any::<bool>()).prop_map(|(kind, at, alone)| match kind {
            0 | 1 => Down { at, alone },
            2 | 3 => Up(at),
            4 | 5 => Moved(at),
            _ => Left,
        });
        prop::collection::vec((0u32..60, contact), 0..60).prop_map(|steps| {
            let at_moment = |now: &mut u32, (wait, contact)| {
                *now += wait;
                Some((*now, contact))
            };
            steps.into_iter().scan(0, at_moment).collect()
        })
    }

    proptest! {
        #[test]
        fn whatever_is_reported_one_finger_comes_moves_and_leaves(reports in reports()) {
            let mut is_down = false;
            for finger in play(&reports) {
                match finger {
                    Finger::Down(_) => prop_assert!(!std::mem::replace(&mut is_down, true)),
                    Finger::Moved(_) | Finger::Starts(_) => prop_assert!(is_down),
                    Finger::Up(_) | Finger::Gone => prop_assert!(std::mem::replace(&mut is_down, false)),
                }
            }
        }

        #[test]
        fn after_anything_a_finger_that_comes_alone_is_felt(reports in reports()) {
            let mut touch = Touch::default();
            let mut last = 0;
            for (ms, contact) in reports {
                touch.take_contact(contact, ms);
                last = ms;
            }
            let said = touch.take_contact(down(900, 900), last + 100);
            prop_assert!(said.contains(&Some(Finger::Down(p(900, 900)))), "{said:?}");
        }
    }
}
