//! What a unit hands over when something is wrong with it: one archive, without a secret in it.
//!
//! Nothing of the state directory goes in as a file. What goes in was made for it, passes an
//! allow-list, and what is text passes [`Redactor`] besides.

mod archive;
mod journal;
mod pick;
mod redactor;
mod secrets;
mod settings;

pub use archive::{MAX_BYTES, MAX_PART_BYTES, Part, folder, pack};
pub use journal::{kernel, logs, packages};
pub use pick::pick;
pub use redactor::Redactor;
pub use secrets::secrets;
pub use settings::settings;
