//! When the next frame may be drawn: at once after a rest, in step with the screen while frames
//! follow each other. Pure.

use std::time::{Duration, Instant};

/// 60 a second, as panels have it.
pub const FRAME: Duration = Duration::from_nanos(16_666_667);

#[derive(Debug, Default)]
pub struct Pace {
    /// The earliest moment of the next frame
    next: Option<Instant>,
}

impl Pace {
    /// How long a frame that is wanted now has to wait.
    pub fn wait(&self, now: Instant) -> Duration {
        self.next.map_or(Duration::ZERO, |next| next.saturating_duration_since(now))
    }

    /// A frame was begun at a moment. One that came late does not put off those that follow.
    pub fn drawn(&mut self, now: Instant) {
        self.next = Some(match self.next {
            Some(due) if now.saturating_duration_since(due) < FRAME => due + FRAME,
            _ => now + FRAME,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn the_first_frame_after_a_rest_does_not_wait() {
        let start = Instant::now();
        let mut pace = Pace::default();
        assert_eq!(pace.wait(start), Duration::ZERO);
        pace.drawn(start);
        assert_eq!(pace.wait(start + MS), FRAME - MS);
        assert_eq!(pace.wait(start + 20 * MS), Duration::ZERO);
        pace.drawn(start + 500 * MS);
        assert_eq!(pace.wait(start + 500 * MS), FRAME);
    }

    #[test]
    fn frames_that_follow_keep_step_though_each_is_late() {
        let start = Instant::now();
        let mut pace = Pace::default();
        pace.drawn(start);
        let mut due = start;
        for _ in 0..300 {
            due += FRAME;
            assert_eq!(pace.wait(due), Duration::ZERO);
            pace.drawn(due + 3 * MS);
        }
        assert_eq!(due - start, 300 * FRAME);
    }
}
