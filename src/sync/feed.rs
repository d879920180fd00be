//! Whose feed a shelf follows, and by which way.

use super::{SyncError, accepted};
use crate::{
    config::Network,
    domain::Binding,
    feed::{self, Address, Subject},
    store::Publication,
    transport::Route,
};
use std::{fs::File, io::Read, num::NonZeroU32};

/// A file of certificates has less.
const MAX_CA_BYTES: u64 = 1 << 20;

/// A shelf's own part of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    pub address: Address,
    pub subject: Subject,
}

impl Feed {
    /// What a unit that is bound like this follows.
    pub fn of_binding(address: &str, binding: &Binding) -> Result<Self, SyncError> {
        let subject = Subject::new(binding.store.clone(), binding.device.clone())?;
        Ok(Self { address: address.parse()?, subject })
    }
}

/// What the operator has set for this shelf, with the catalog that it shows; `None` where that came
/// from no feed of its own.
pub fn feed_settings(kept: &Publication, binding: &Binding) -> Option<feed::Settings> {
    let subject = Subject::new(binding.store.clone(), binding.device.clone()).ok()?;
    Some(accepted(kept, &subject)?.into_claims().settings)
}

/// The way that the settings say. A file of certificates that can't be read is as if there were
/// none: the system's own may do, and if not, the failure names them.
pub fn route(network: &Network) -> Route {
    let ca_pem = network.ca_file.as_ref().map(|path| {
        let mut pem = Vec::new();
        let read = File::open(path).and_then(|file| file.take(MAX_CA_BYTES).read_to_end(&mut pem));
        read.inspect_err(|error| tracing::error!(%error, path = %path.display(), "network.ca_file")).ok();
        pem
    });
    Route {
        proxy: network.proxy.as_deref().and_then(|proxy| proxy.parse().ok()),
        ca_pem: ca_pem.unwrap_or_default(),
        allow_private_feed: network.allow_private_feed,
        redirect_hosts: network.redirect_hosts.clone(),
        bytes_per_s: network
            .bandwidth_kib_s
            .map(|kib| kib.saturating_mul(const { NonZeroU32::new(1024).unwrap() })),
        ..Route::default()
    }
}
