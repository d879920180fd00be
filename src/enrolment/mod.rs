//! Binding this unit and letting it go: the binding and the unit's key together, whoever asks for it,
//! the command, the setup page or a stick.

mod bind;
mod file;
mod typed;
mod unbind;

pub use bind::{Enrolled, bind, only};
pub use file::{BindFile, BindFileProblem, MAX_BYTES};
pub use typed::{feed_address, lacks_key, without_key};
pub use unbind::{Released, unbind};
