//! The unit's database: one SQLite file with the catalog and its pictures.
//!
//! Objects (files, by SHA-256) are stored one transaction each as they arrive, so that an
//! interrupted import or download resumes. The catalog is swapped in one transaction, so that a
//! reader sees the old or the new one, never a mixture. One process writes at a time, guarded by a
//! lock file; any number of readers work beside it and never write.
//!
//! If a catalog came from a feed, its publication record is stored beside it, in the same
//! transaction. Its thumbnails may be made after it is shown.
//!
//! A damaged file is set aside as `shelf.db.damaged-<unix time>` and a new one is created; pictures
//! and catalog come back with the next sync or import. The file of a newer program is left alone
//! and reported.
//!
//! The pictures that are missing, and why, are recorded in a small file beside the database.
//!
//! A version is the previous one plus one. A new store after damage continues from the version that
//! can still be read from the damaged file, or from the Unix time, whichever is greater, so that no
//! version ever names two catalogs, even on a unit whose clock was wrong once.

mod draft;
mod error;
mod health;
mod insert;
mod missing;
mod proven;
mod publication;
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
pub use publication::{Publication, Unusable};
pub use published::STAGING_LOG_BYTES;
pub use reader::Reader;
pub use rows::Loaded;
pub use schema::KNOWN_SCHEMA;
pub use writer::{OpenOptions, Opened, Store, Swap};

/// Upper bound for an object: the limit for a picture file, and some reserve.
pub const MAX_OBJECT_BYTES: usize = 32 << 20;
/// Upper bound on items in a catalog: the rows of a table. Loading is designed for 10,000.
pub const MAX_ITEMS: usize = 100_000;
