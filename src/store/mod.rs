//! The shelf's database: one SQLite file that holds the catalog and its pictures.
//!
//! Objects (files, by SHA-256) are stored one transaction each as they arrive, so that a cut
//! import or download resumes. The catalog is swapped in one transaction, so that a reader sees
//! the old or the new one, never a mixture. One process writes at a time, held by a lock file;
//! any number of readers go on beside it and never write.
//!
//! Of a catalog that came from a feed, what was published is kept beside it, in the same transaction.
//! Its thumbnails may be made after it is shown.
//!
//! A damaged file is set aside as `shelf.db.damaged-<unix time>` and the store starts afresh;
//! pictures and catalog come back with the next sync or import. A file of a later program is
//! left alone and reported.
//!
//! Which pictures an import could not take in, and why, is noted in a small file beside the database.
//!
//! A version is the last one plus one. A store that starts afresh after damage goes on from the
//! version that can still be read in the damaged file, and from the Unix time, whichever is more,
//! so that a version names one catalog only, even on a unit whose clock was wrong once.

mod draft;
mod error;
mod health;
mod insert;
mod missing;
mod proven;
mod published;
mod reader;
mod rows;
mod schema;
mod writer;
mod writer_lock;

#[cfg(test)]
mod tests;

pub use draft::{CatalogDraft, PictureDraft, RenditionDraft};
pub use error::StoreError;
pub use health::{Health, HealthState, health};
pub use missing::{Missing, MissingPicture};
pub use proven::ProvenCatalog;
pub use published::{Publication, STAGING_LOG_BYTES, Unusable};
pub use reader::Reader;
pub use rows::Loaded;
pub use schema::KNOWN_SCHEMA;
pub use writer::{OpenOptions, Opened, Store, Swap};

/// No object is larger: the cap of a picture file, and room beyond it.
pub const MAX_OBJECT_BYTES: usize = 32 << 20;
/// No catalog has more items: as many as a table has rows; loading is made for 10,000.
pub const MAX_ITEMS: usize = 100_000;
