//! The keys at work.

use super::{key, state::FolderState};
use crate::{
    feed::{KeySet, Signer},
    paths::FeedDir,
    publish::PublishError,
};

/// One that signs, and those that shelves know.
pub(super) struct KeyRing {
    pub signer: Signer,
    /// Keys that units should trust
    pub trusted: KeySet,
}

impl KeyRing {
    pub fn load(dir: &FeedDir, state: &FolderState) -> Result<Self, PublishError> {
        let signer = key::load(dir, &state.signs)?;
        let mut keys = vec![signer.public()];
        if let Some((kid, _)) = &state.next {
            keys.push(key::load(dir, kid)?.public());
        }
        Ok(Self { signer, trusted: KeySet::new(keys)? })
    }
}
