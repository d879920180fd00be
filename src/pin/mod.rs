//! The PIN of the service page: kept as a hash, and slower to try with every wrong one.
//!
//! There is no PIN until somebody sets one. Wrong tries are counted on disk, before each is looked
//! at, and what has to be waited is measured by the time that this program has run: neither a
//! restart nor a clock that is set makes it shorter. Nobody is locked out for good.

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
