//! Bytes over HTTP: pictures that a table names by address, and the files of a feed.
//!
//! An address in a table is typed by a stranger, so the machine that imports it must not become
//! his way into the local network: only `http` and `https`, and no private, loopback, link-local
//! or otherwise special address, checked after the name was resolved, by the resolver that the
//! connection itself uses. Every redirect is checked again. There are no cookies, and no proxy is
//! used, whatever the environment says: a proxy would resolve names itself, past the check.
//!
//! A feed's address is the installer's, and what comes from it is verified by its signature. So
//! the feed's client reaches where the settings say, through the proxy that they name; what it
//! guards against is what stands in between.

mod address;
mod bandwidth;
mod deadline;
mod error;
mod feed_client;
mod fetcher;
mod host_rule;
mod landing;
mod object;
mod replay;
mod resolver;
mod retry_after;
mod route;
mod sink;
mod tls;
mod transfer_error;

#[cfg(test)]
mod tests;

pub use error::FetchError;
pub use feed_client::{Answer, FeedClient, Posted};
pub use fetcher::{Fetcher, Options};
pub use object::{Body, Came, Manner};
pub use replay::{Replay, Replayed};
pub use route::{Patience, Route};
pub use transfer_error::TransferError;
