//! When a shopper is thought to have left: silence, then a countdown, then the attract page. Pure.

use cloud_shelf_core::settings::Settings;
use std::time::Duration;

/// How long each stage lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    pub shelf: Duration,
    pub item: Duration,
    pub countdown_s: u32,
}

impl From<&Settings> for Patience {
    fn from(settings: &Settings) -> Self {
        Self {
            shelf: Duration::from_secs(settings.idle_s.value.into()),
            item: Duration::from_secs(settings.item_s.value.into()),
            countdown_s: settings.countdown_s.value,
        }
    }
}

/// Who is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    Shelf,
    /// A person on an item page may be paying
    Item,
    /// Staff read, walk to the router, and come back
    Staff,
}

/// How long staff are waited for.
pub const STAFF: Duration = Duration::from_secs(300);

/// What the pages have to do now, and when to ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask again after this; nothing to show
    Wait(Duration),
    /// Show these seconds, and ask again in one
    Countdown(u32),
    /// The shopper has left
    Leave,
    /// Nobody is waited for
    Rest,
}

/// The idle clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idle {
    patience: Patience,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Resting,
    Waiting,
    Counting(u32),
}

impl Idle {
    pub fn new(patience: Patience) -> Self {
        Self { patience, stage: Stage::Resting }
    }

    pub fn patience(&self) -> Patience {
        self.patience
    }

    /// Other times from now on. A shopper who is waited for is waited for anew; a countdown that
    /// has begun goes on.
    pub fn set_patience(&mut self, patience: Patience, whom: Waiting) -> Option<Step> {
        self.patience = patience;
        (self.stage == Stage::Waiting).then(|| self.touched(whom))
    }

    /// A finger is on the glass, or a page has just been opened.
    pub fn touched(&mut self, whom: Waiting) -> Step {
        self.stage = Stage::Waiting;
        Step::Wait(match whom {
            Waiting::Shelf => self.patience.shelf,
            Waiting::Item => self.patience.item,
            Waiting::Staff => STAFF,
        })
    }

    /// The attract page is on: nobody is there.
    pub fn rest(&mut self) -> Step {
        self.stage = Stage::Resting;
        Step::Rest
    }

    /// The time last asked for has passed.
    pub fn elapsed(&mut self) -> Step {
        let left = match self.stage {
            Stage::Resting => return Step::Rest,
            Stage::Waiting => self.patience.countdown_s,
            Stage::Counting(left) => left.saturating_sub(1),
        };
        if left == 0 {
            self.stage = Stage::Resting;
            return Step::Leave;
        }
        self.stage = Stage::Counting(left);
        Step::Countdown(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience =
        Patience { shelf: Duration::from_secs(45), item: Duration::from_secs(120), countdown_s: 3 };

    #[test]
    fn silence_ends_in_a_countdown_and_the_countdown_in_leaving() {
        let mut idle = Idle::new(PATIENCE);
        assert_eq!(idle.touched(Waiting::Shelf), Step::Wait(PATIENCE.shelf));
        assert_eq!(idle.elapsed(), Step::Countdown(3));
        assert_eq!(idle.elapsed(), Step::Countdown(2));
        assert_eq!(idle.elapsed(), Step::Countdown(1));
        assert_eq!(idle.elapsed(), Step::Leave);
        assert_eq!(idle.elapsed(), Step::Rest);
    }

    #[test]
    fn a_touch_stops_the_countdown() {
        let mut idle = Idle::new(PATIENCE);
        idle.touched(Waiting::Shelf);
        idle.elapsed();
        assert_eq!(idle.touched(Waiting::Item), Step::Wait(PATIENCE.item));
        assert_eq!(idle.elapsed(), Step::Countdown(3));
    }

    #[test]
    fn another_patience_counts_from_now_on() {
        let shorter = Patience { shelf: Duration::from_secs(5), countdown_s: 0, ..PATIENCE };
        let mut idle = Idle::new(PATIENCE);
        assert_eq!(idle.set_patience(PATIENCE, Waiting::Shelf), None);
        idle.touched(Waiting::Shelf);
        assert_eq!(idle.set_patience(shorter, Waiting::Shelf), Some(Step::Wait(shorter.shelf)));
        assert_eq!(idle.set_patience(PATIENCE, Waiting::Item), Some(Step::Wait(PATIENCE.item)));
        idle.elapsed();
        assert_eq!(idle.set_patience(shorter, Waiting::Shelf), None);
        assert_eq!(idle.elapsed(), Step::Countdown(2));
    }

    #[test]
    fn a_resting_clock_never_leaves() {
        let mut idle = Idle::new(PATIENCE);
        idle.touched(Waiting::Shelf);
        assert_eq!(idle.rest(), Step::Rest);
        assert_eq!(idle.elapsed(), Step::Rest);
    }
}
