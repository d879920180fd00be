//! The GPU, by way of Mesa: OpenGL ES on buffers that the panel takes as they are.
//!
//! Mesa weighs more than everything else on a unit, so the program is not linked with it: its
//! libraries are loaded here, where they are installed and there is a GPU for them.

mod choice;
mod hardware;
mod library;
mod reason;
mod surface;
mod turned;

pub use choice::Choice;
pub use reason::NoGpu;
pub use surface::{Context, Drawn, Surface};

use std::panic::{AssertUnwindSafe, catch_unwind};

/// A panic of what stands on a driver, as an error. What `work` borrows is given up after one.
pub fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        Err(format!("panicked: {}", text.unwrap_or_default()))
    })
}
