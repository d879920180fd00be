//! The timers of the alarms: one of each.

use crate::effect::Alarm;
use slint::{Timer, TimerMode};
use std::{collections::HashMap, rc::Rc, time::Duration};

pub struct Timers {
    ring: Rc<dyn Fn(Alarm)>,
    timers: HashMap<Alarm, Timer>,
}

impl Timers {
    pub fn new(ring: Box<dyn Fn(Alarm)>) -> Self {
        Self { ring: ring.into(), timers: HashMap::new() }
    }

    /// Rings once after a while, unless the alarm is started again or stopped before.
    pub fn start(&mut self, alarm: Alarm, wait: Duration) {
        let ring = self.ring.clone();
        self.timers.entry(alarm).or_default().start(TimerMode::SingleShot, wait, move || ring(alarm));
    }

    pub fn stop(&self, alarm: Alarm) {
        if let Some(timer) = self.timers.get(&alarm) {
            timer.stop();
        }
    }

    pub fn is_running(&self, alarm: Alarm) -> bool {
        self.timers.get(&alarm).is_some_and(Timer::running)
    }
}
