//! DNS resolvers that drop addresses that may not be contacted.

use super::{FetchError, TransferError, address::is_public};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::SocketAddr;

/// The system's resolver behind a filter. The connection uses exactly the addresses returned here,
/// so a name that resolves differently the second time (DNS rebinding) gains nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct PublicOnly {
    pub allow_private: bool,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let (all, mut kept) = (found.len(), found);
            kept.retain(|address| allow_private || is_public(address.ip()));
            if kept.is_empty() && all > 0 {
                return Err(FetchError::PrivateAddress.into());
            }
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}

/// Returns private addresses only, for a feed over plain http.
#[derive(Clone, Copy, Debug)]
pub(super) struct PrivateOnly;

impl Resolve for PrivateOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let (all, mut kept) = (found.len(), found);
            kept.retain(|address| !is_public(address.ip()));
            if kept.is_empty() && all > 0 {
                return Err(TransferError::PlainHttp.into());
            }
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}
