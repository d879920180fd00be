//! A wheel's notches, rolled out over some frames so that the eye can follow. Pure.

/// Pixels of a notch.
const NOTCH: i32 = 60;
/// Of what is left, a frame takes one part in so many.
const EASE: i32 = 4;

#[derive(Debug, Default)]
pub struct Wheel {
    left: i32,
}

impl Wheel {
    /// Positive is up.
    pub fn turn(&mut self, notches: i8) {
        let more = i32::from(notches) * NOTCH;
        // Turned the other way, it turns at once
        self.left = if self.left.signum() == -more.signum() { more } else { self.left.saturating_add(more) };
    }

    pub const fn is_rolling(&self) -> bool {
        self.left != 0
    }

    /// Whole pixels of the next frame.
    pub fn step(&mut self) -> i32 {
        let step = (self.left.abs() + EASE - 1) / EASE * self.left.signum();
        self.left -= step;
        step
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn all_that_was_turned_is_rolled_out(notches in -20_i8..20) {
            let mut wheel = Wheel::default();
            wheel.turn(notches);
            let mut rolled = 0;
            let mut frames = 0;
            while wheel.is_rolling() {
                let step = wheel.step();
                prop_assert_eq!(step.signum(), i32::from(notches).signum());
                rolled += step;
                frames += 1;
            }
            prop_assert_eq!(rolled, i32::from(notches) * NOTCH);
            prop_assert!(frames <= 30);
        }
    }

    #[test]
    fn turned_back_it_turns_at_once() {
        let mut wheel = Wheel::default();
        wheel.turn(5);
        wheel.step();
        wheel.turn(-1);
        assert!(wheel.step() < 0);
    }
}
