//! The operator's side of a feed: from a table to a static tree that any web server serves.
//!
//! ```text
//! DIR/feed.json        shelves, address, which key signs
//! DIR/keys/*.jwk       private keys, mode 0600
//! DIR/last.jws         what was published last
//! DIR/public/v1/…      the tree of docs/FEED.md; nothing else is served
//! ```
//!
//! Objects go into the tree first: nothing leads to them yet. Pointers are made in a staging folder;
//! everything is verified there as a shelf would; then each pointer takes its place by a rename.
//! Power may fail at any instant: a pointer in the tree always finds what it names, and the next
//! publication does what is left. Publishing again with nothing changed writes nothing.

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
