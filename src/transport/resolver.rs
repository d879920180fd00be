//! Names to addresses, without those that nobody may be sent to.

use super::{FetchError, TransferError, address::is_public};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::SocketAddr;

/// The system's resolver behind a filter. The connection goes to what this returns and nowhere
/// else, so a name that answers differently the second time gains nothing.
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
                return Err(FetchError::Private.into());
            }
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}

/// Only addresses within the house, for a feed over plain http.
#[derive(Clone, Copy, Debug)]
pub(super) struct InHouse;

impl Resolve for InHouse {
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
