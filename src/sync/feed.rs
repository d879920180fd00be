//! The feed that a unit follows, and the route to it.

use super::SyncError;
use cloud_shelf_core::{
    config::NetworkConfig,
    domain::Binding,
    feed::{FeedAddress, Subject},
    transport::Route,
};

/// One unit's part of a feed: the address and the unit's codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    pub address: FeedAddress,
    pub subject: Subject,
}

impl Feed {
    /// Returns the feed of a binding.
    pub fn of_binding(address: &str, binding: &Binding) -> Result<Self, SyncError> {
        let subject = Subject::new(binding.store.clone(), binding.device.clone())?;
        Ok(Self { address: address.parse()?, subject })
    }
}

/// Returns the route that the network settings describe. If the certificate file can't be read, the
/// system's own certificates are used; if these do not suffice, the TLS error names them.
pub fn route(network: &NetworkConfig) -> Route {
    Route::from_settings(network).unwrap_or_else(|error| {
        tracing::error!(%error, "these certificate authorities are not used for the feed");
        Route::from_settings(&NetworkConfig { ca_file: None, ..network.clone() }).unwrap_or_default()
    })
}
