//! Whose feed a shelf follows, and by which way.

use super::{SyncError, accepted};
use crate::{
    config::Network,
    domain::Binding,
    feed::{self, Address, Subject},
    store::Publication,
    transport::Route,
};

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
    Route::of(network).unwrap_or_else(|error| {
        tracing::error!(%error, "the feed is asked without these authorities");
        Route::of(&Network { ca_file: None, ..network.clone() }).unwrap_or_default()
    })
}
