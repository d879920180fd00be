//! The store and device that this unit is bound to.

use super::{DeviceId, Message, StoreId};

/// A unit's identity: the brand's name and the two codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    pub brand: String,
    pub store: StoreId,
    pub device: DeviceId,
}

impl Binding {
    /// Returns warnings about codes that look unusual.
    pub fn warnings(&self) -> Vec<Message> {
        self.store.warning().into_iter().chain(self.device.warning()).collect()
    }
}
