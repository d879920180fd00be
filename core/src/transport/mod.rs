//! HTTP downloads: pictures that a table names by URL, and the files of a feed.
//!
//! A URL in a table is typed by a stranger, so it must not give access to the local network of the
//! machine that imports the table (SSRF). Only `http` and `https` are permitted, and no private,
//! loopback, link-local or otherwise special address. The check runs on the resolved addresses, in
//! the resolver that the connection itself uses, and again for every redirect. There are no
//! cookies. Proxies are ignored, whatever the environment says, because a proxy would resolve names
//! itself and so bypass the check.
//!
//! A feed's address comes from the installer, and everything fetched from it is verified by
//! signature. So the feed client connects wherever the settings say, through the configured proxy;
//! its checks are against faults and attackers on the way.

mod address;
mod bandwidth;
mod body_writer;
mod deadline;
mod download;
mod error;
mod feed_client;
mod fetcher;
mod host_rule;
mod replay;
mod retry_after;
mod route;
mod tls;
mod transfer_error;

#[cfg(test)]
mod tests;

pub use download::{Download, DownloadBody, DownloadOptions};
pub use error::FetchError;
pub use feed_client::{FeedClient, FileResponse, PostResponse};
pub use fetcher::{FetchOptions, Fetcher};
pub use replay::{Replay, ReplayResults};
pub use route::{Route, Timeouts};
pub use transfer_error::TransferError;
