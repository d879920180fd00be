//! The signed feed, as bytes and values: what a shelf verifies and a publisher signs. Pure.
//!
//! A **pointer** is a shelf's own small document, a compact JWS signed with Ed25519; it names the
//! **catalog** by SHA-256, which names every picture the same way. [`verify_pointer`] and
//! [`read_catalog`] are the only doors from bytes to values: neither type can be had in another way
//! from what arrives. Time, trusted keys and the version floor are arguments, so that the shelf's
//! policy for them stays with the shelf. `docs/FEED.md` is the specification, and
//! `tests/data/feed` holds vectors for it.
//!
//! A document with any mistake is refused whole, down to one bad item of ten thousand: a program
//! wrote it and has checked it by this same code, so a mistake means that something is wrong with
//! the publisher, and the last known good is better than a part of the unknown.

mod address;
mod catalog;
mod catalog_form;
mod check;
mod content;
mod error;
mod json;
mod jws;
mod key;
mod key_set;
pub mod limits;
mod object;
mod pointer;
mod pointer_form;
mod settings;
mod signer;
mod subject;

#[cfg(test)]
mod tests;

pub use address::Address;
pub use catalog::{CatalogDocument, PictureRef, read_catalog};
pub use error::{Document, FeedError};
pub use key::PublicKey;
pub use key_set::KeySet;
pub use object::ObjectRef;
pub use pointer::{Brand, Claims, Pointer, verify_pointer};
pub use settings::{HoursJson, Settings};
pub use signer::Signer;
pub use subject::Subject;

/// The version of both documents that this program reads and writes.
pub const SCHEMA: u64 = 1;
