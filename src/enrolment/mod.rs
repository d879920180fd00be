//! Binds and unbinds this unit, changing the binding and the unit's key together. Used by the command, the
//! setup page and USB sticks.

mod bind;
mod file;
mod typed;
mod unbind;

pub use bind::{Enrolled, bind, only};
pub use file::{BindFile, BindFileProblem, MAX_BYTES};
pub use typed::{feed_address, lacks_key, without_key};
pub use unbind::{Released, unbind};
