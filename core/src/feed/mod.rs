//! The signed feed, as bytes and values: what a unit verifies and a publisher signs. Pure.
//!
//! A **pointer** is a unit's own small document, a compact JWS signed with Ed25519. The pointer
//! names the **catalog** by SHA-256, and the catalog names every picture the same way.
//! [`verify_pointer`] and [`read_catalog`] are the only ways from received bytes to values. Time,
//! trusted keys and the minimum version are arguments, so the unit decides on its own policy.
//! `docs/FEED.md` is the specification, and `tests/data/feed` holds its test vectors.
//!
//! A document with any mistake is refused whole, even for one bad item of ten thousand. Documents
//! are written by a program that checks them with this same code, so a mistake means that the
//! publisher is broken, and the last known good catalog is better than a part of an unknown one.

mod address;
mod catalog;
mod check;
mod error;
mod json;
mod jws;
mod key;
pub mod limits;
mod pointer;
mod settings;
mod signer;

#[cfg(test)]
mod tests;

pub use address::{FeedAddress, ObjectRef, Subject};
pub use catalog::{CatalogDocument, PictureRef, read_catalog};
pub use error::{DocumentKind, FeedError};
pub use jws::CompactJws;
pub use key::{KeySet, PublicKey};
pub use pointer::{FeedBrand, Pointer, PointerClaims, verify_pointer};
pub use settings::{FeedSettings, HoursJson};
pub use signer::Signer;

/// Schema version of both documents that this program reads and writes.
pub const SCHEMA: u64 = 1;
