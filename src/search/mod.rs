//! Search: what a shopper types on the pad, against the titles and numbers of a catalog. Pure.
//!
//! A Chinese character is found by itself, by its first letter and by each of its readings in full;
//! all of these can follow one another in one query ("n", "nf", "naif", "奶f"). Letters and digits
//! are found as they are. Case, full-width forms, accents and everything between words count for
//! nothing.

mod fold;
mod index;
mod query;
mod spelling;
#[cfg(test)]
mod tests;

pub use index::{Hit, Index, Rank};
pub use spelling::initials;
