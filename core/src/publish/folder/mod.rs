//! The sink that is a folder: a static tree that any web server serves.
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
mod feed;
mod keys;
mod last;
mod objects;
mod picture_cache;
mod pointers;
mod rotation;
mod state;
mod table;

#[cfg(test)]
mod tests;

pub use bundle::write_bundle;
pub use feed::{AddOutcome, FeedFolder, verify_dir};
pub use pointers::WriteOutcome;
pub use rotation::{KEY_SETTLING_S, RotationOutcome};
pub use table::{BrandChange, PublishOutcome, TableOptions};
