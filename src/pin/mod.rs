//! The PIN of the service page: stored as a hash, with a longer wait after every wrong try.
//!
//! No PIN is set by default. Wrong tries are counted on disk before each check, and the wait is measured by
//! the program's monotonic clock: neither a restart nor a changed system time shortens it. Nobody is locked
//! out for good.

mod code;
mod error;
mod file;
mod gate;
mod hash;
mod pace;
mod tries;

pub use code::{Pin, PinProblem};
pub use error::PinFileError;
pub use file::PinFile;
pub use gate::{Answer, Gate};
pub use pace::wait_after;
