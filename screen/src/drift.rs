//! Care for screens that stand for years: what stays on moves by a pixel now and then, so that no
//! edge is burnt in.

use super::screen::Screen;
use cloud_shelf_ui::{Drift, Page};
use slint::ComponentHandle;
use std::time::Duration;

/// Steps to each side, in the theme's smallest lengths.
const REACH: i32 = 6;
/// Nothing that is bright stays where it is for longer.
const LONGEST: Duration = Duration::from_secs(300);

/// Where things are after so many steps, from where they belong. From step to step they move by one
/// across and one down; the two turn back at other times, so that the way leads all over the square.
const fn place(step: u32) -> (i32, i32) {
    (swing(step, REACH), swing(step, REACH - 1))
}

/// To and fro by one a step, from 0.
const fn swing(step: u32, reach: i32) -> i32 {
    let at = (step % (4 * reach) as u32) as i32;
    if at <= reach {
        at
    } else if at <= 3 * reach {
        2 * reach - at
    } else {
        at - 4 * reach
    }
}

impl Screen {
    /// Moves on by a step: with every slide, which is drawn anew in any case, else now and then.
    pub(super) fn drift(&self) {
        let step = self.drift_step.get().wrapping_add(1);
        self.drift_step.set(step);
        let (across, down) = place(step);
        let drift = self.window.global::<Drift>();
        drift.set_across(across);
        drift.set_down(down);
        self.drift_later();
    }

    /// Pages that a shopper is on change by themselves.
    pub(super) fn drift_later(&self) {
        if matches!(self.page(), Page::Attract | Page::Closed | Page::Setup | Page::Fault) {
            self.later(&self.drift_timer, LONGEST, Self::drift);
        } else {
            self.drift_timer.stop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_way_is_smooth_and_leads_far() {
        let mut been = BTreeSet::new();
        for step in 0..120 {
            let (from, to) = (place(step), place(step + 1));
            assert_eq!(((from.0 - to.0).abs(), (from.1 - to.1).abs()), (1, 1), "{from:?} {to:?}");
            assert!(from.0.abs() <= REACH && from.1.abs() < REACH);
            been.insert(from);
        }
        assert!(been.len() > 50, "{been:?}");
        // Ten minutes of slides of six seconds lead from edge to edge
        let ten_minutes: BTreeSet<_> = (40..140).map(|step| place(step).0).collect();
        assert_eq!(ten_minutes.len() as i32, 2 * REACH + 1);
    }
}
