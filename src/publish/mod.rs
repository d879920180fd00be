//! The operator's half of the feed: from a table to a static tree that any web server can serve.
//!
//! ```text
//! DIR/feed.json        shelves, address, which key signs
//! DIR/keys/*.jwk       private keys, mode 0600
//! DIR/last.jws         what was published last
//! DIR/public/v1/…      the tree of docs/FEED.md; nothing else is served
//! ```
//!
//! Objects are written first, while nothing refers to them. Pointers are written to a staging
//! folder, and everything is verified there as a unit would; then each pointer is put into place by
//! an atomic rename. Power may fail at any instant: a pointer in the tree always finds what it
//! names, and the next run completes the rest. Publishing the same content again writes nothing.

mod bundle;
mod content;
mod error;
mod feed;
mod key;
mod objects;
mod pointers;
mod rotation;
mod settings;
mod state;
mod table;
mod time;
mod verify;

#[cfg(test)]
mod tests;

pub use bundle::bundle;
pub use content::{BrandChange, LIFETIME_S};
pub use error::PublishError;
pub use feed::{Added, Feed};
pub use pointers::Written;
pub use rotation::{Rotated, SETTLING_S};
pub use table::{Published, TableOptions};
pub use time::ClockWord;
pub use verify::{Checked, Fault, verify_dir, verify_url};
