//! The support bundle: one archive of diagnostics without secrets.
//!
//! No file of the state directory goes in as it is. Each part is made for the bundle and passes an
//! allow-list; text also passes [`Redactor`].

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
