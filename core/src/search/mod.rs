//! Search: matches a shopper's typing with the titles, ids and barcodes of a catalog. Pure.
//!
//! A Chinese character matches itself, its initial, and each of its readings in full; these can be
//! mixed in one query ("n", "nf", "naif", "奶f"). Letters and digits match themselves. Case,
//! full-width forms, accents, spaces and punctuation are ignored.

mod fold;
mod index;
mod query;
mod spelling;
#[cfg(test)]
mod tests;

pub use index::{Hit, Index, Rank};
pub use spelling::initials;
