//! The UI thread's loop: timers, what other threads want, what a person does, a frame; then sleep.

use super::{display::Display, queue::Queue, window::KioskWindow};
use slint::{
    PlatformError,
    platform::{self, EventLoopProxy, Platform, WindowAdapter},
};
use std::{rc::Rc, time::Instant};

pub struct EventLoop {
    window: Rc<KioskWindow>,
    queue: Queue,
}

impl EventLoop {
    pub fn new(display: Box<dyn Display>) -> std::io::Result<Self> {
        Ok(Self { window: KioskWindow::new(display), queue: Queue::new()? })
    }
}

impl Platform for EventLoop {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(self.window.clone())
    }

    fn run_event_loop(&self) -> Result<(), PlatformError> {
        while !self.queue.wants_to_quit() {
            // Before everything else, so that what begins now begins at the present moment
            platform::update_timers_and_animations();
            for action in self.queue.take_actions() {
                action();
            }
            self.window.take_inputs()?;
            let now = Instant::now();
            if self.window.next_frame(now).is_some_and(|wait| wait.is_zero()) {
                self.window.draw(now)?;
            }
            // Drawing may have read events, of which the descriptor says nothing any more
            if self.window.take_inputs()? {
                continue;
            }
            let now = Instant::now();
            let waits = [
                platform::duration_until_next_timer_update(),
                self.window.next_frame(now),
                self.window.next_release(now),
            ];
            self.window
                .wait(&self.queue, waits.into_iter().flatten().min())
                .map_err(|error| PlatformError::OtherError(Box::new(error)))?;
        }
        Ok(())
    }

    /// Slint's own way is `eprintln!`, which ends the program where stderr takes no writes.
    fn debug_log(&self, arguments: std::fmt::Arguments<'_>) {
        tracing::info!("{arguments}");
    }

    fn new_event_loop_proxy(&self) -> Option<Box<dyn EventLoopProxy>> {
        Some(Box::new(self.queue.clone()))
    }
}
