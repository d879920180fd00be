//! Care of a panel that stands for years: it is dark while the shop is closed, and what stays on it moves
//! by a pixel now and then, so that no edge is burnt in.

use crate::{
    effect::{Alarm, Effect},
    pages::Pages,
};
use cloud_shelf_ui::{Drift, Page};
use std::time::Duration;

/// How long the closed page is shown to whoever looks before the panel goes dark.
const LIT_WHEN_CLOSED: Duration = Duration::from_secs(60);
/// Nothing that is bright stays where it is for longer.
const LONGEST_STAY: Duration = Duration::from_secs(300);
/// Steps to each side, in the theme's smallest lengths.
const REACH: i32 = 6;

/// Switches the panel on (true) or off, where the hardware can.
pub type PanelSwitch = Box<dyn Fn(bool)>;

/// The panel, and where things on it stand.
pub struct PanelCare {
    switch: Option<PanelSwitch>,
    lit: bool,
    step: u32,
}

impl Default for PanelCare {
    fn default() -> Self {
        Self { switch: None, lit: true, step: 0 }
    }
}

impl PanelCare {
    pub fn set_switch(&mut self, switch: PanelSwitch) {
        self.switch = Some(switch);
    }

    pub const fn is_lit(&self) -> bool {
        self.lit
    }

    /// Lights the panel for a page; for the closed one for a while only.
    pub fn light(&mut self, pages: &Pages, page: Page) -> Effect {
        if !self.lit {
            self.switch(true);
        }
        if page == Page::Closed && pages.settings.panel_off.value {
            Effect::Start(Alarm::PanelOff, LIT_WHEN_CLOSED)
        } else {
            Effect::Stop(Alarm::PanelOff)
        }
    }

    pub fn switch(&mut self, lit: bool) {
        self.lit = lit;
        if let Some(switch) = &self.switch {
            switch(lit);
        }
    }

    /// Moves things on by a step: with every slide, which is drawn anew in any case, else now and then.
    pub fn drift(&mut self, pages: &Pages) {
        self.step = self.step.wrapping_add(1);
        let (across, down) = place_after(self.step);
        let drift = pages.global::<Drift>();
        drift.set_across(across);
        drift.set_down(down);
    }
}

/// When things move by themselves. Pages that a shopper is on change without.
pub fn next_drift(page: Page) -> Effect {
    if matches!(page, Page::Attract | Page::Closed | Page::Setup | Page::Fault) {
        Effect::Start(Alarm::Drift, LONGEST_STAY)
    } else {
        Effect::Stop(Alarm::Drift)
    }
}

/// Where things are after so many steps, from where they belong. From step to step they move by one
/// across and one down; the two turn back at other times, so that the way leads all over the square.
const fn place_after(step: u32) -> (i32, i32) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_way_is_smooth_and_leads_far() {
        let mut been = BTreeSet::new();
        for step in 0..120 {
            let (from, to) = (place_after(step), place_after(step + 1));
            assert_eq!(((from.0 - to.0).abs(), (from.1 - to.1).abs()), (1, 1), "{from:?} {to:?}");
            assert!(from.0.abs() <= REACH && from.1.abs() < REACH);
            been.insert(from);
        }
        assert!(been.len() > 50, "{been:?}");
        // Ten minutes of slides of six seconds lead from edge to edge
        let ten_minutes: BTreeSet<_> = (40..140).map(|step| place_after(step).0).collect();
        assert_eq!(ten_minutes.len() as i32, 2 * REACH + 1);
    }
}
