//! When the next frame may be drawn: at once after a rest, in step with the screen while frames
//! follow each other. Pure.

use std::time::{Duration, Instant};

/// 60 a second, as panels have it.
pub const FRAME: Duration = Duration::from_nanos(16_666_667);

/// After a rest two frames may follow each other at once: the first shows that a finger has
/// pressed, and the second must not wait for it.
const AHEAD: Duration = FRAME;

#[derive(Debug, Default)]
pub struct Pace {
    /// When the next frame is due in the screen's step
    due: Option<Instant>,
}

impl Pace {
    /// How long a frame that is wanted now has to wait.
    pub fn wait(&self, now: Instant) -> Duration {
        self.due.map_or(Duration::ZERO, |due| due.saturating_duration_since(now))
    }

    /// A frame was begun at a moment. One that came late does not put off those that follow.
    pub fn drawn(&mut self, now: Instant) {
        let due = self.due.map_or(now, |due| due.max(now - AHEAD));
        self.due = Some(due + FRAME);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn two_frames_after_a_rest_do_not_wait() {
        let start = Instant::now();
        let mut pace = Pace::default();
        for start in [start, start + 500 * MS] {
            assert_eq!(pace.wait(start), Duration::ZERO);
            pace.drawn(start);
            let second = start + 2 * MS;
            if pace.wait(second) > Duration::ZERO {
                continue;
            }
            pace.drawn(second);
            assert_eq!(pace.wait(second), FRAME - 2 * MS);
        }
        assert!(pace.wait(start + 510 * MS) > Duration::ZERO);
    }

    #[test]
    fn frames_that_follow_keep_step_though_each_is_late() {
        let start = Instant::now();
        let mut pace = Pace::default();
        let mut due = start;
        pace.drawn(start);
        for _ in 0..300 {
            due += FRAME;
            assert_eq!(pace.wait(due), Duration::ZERO);
            pace.drawn(due + 3 * MS);
        }
        assert!(pace.wait(due + 3 * MS) > FRAME - 4 * MS);
    }

    #[test]
    fn no_more_frames_are_drawn_than_the_screen_shows() {
        let start = Instant::now();
        let (mut pace, mut now, mut frames) = (Pace::default(), start, 0);
        while now < start + Duration::from_secs(1) {
            now += pace.wait(now).max(MS / 10);
            pace.drawn(now);
            frames += 1;
        }
        assert!((59..=62).contains(&frames), "{frames} frames in a second");
    }
}
