//! Bytes over HTTP, for pictures that a table names by address.
//!
//! An address in a table is typed by a stranger, so the machine that imports it must not become
//! his way into the local network: only `http` and `https`, and no private, loopback, link-local
//! or otherwise special address, checked after the name was resolved, by the resolver that the
//! connection itself uses. Every redirect is checked again. There are no cookies, and no proxy is
//! used, whatever the environment says: a proxy would resolve names itself, past the check.

mod address;
mod error;
mod fetcher;
mod resolver;

#[cfg(test)]
mod tests;

pub use error::FetchError;
pub use fetcher::{Fetcher, Options};
