//! A publisher's own tree, looked at as its shelves look at it.

use super::{objects, ring::KeyRing, state::FolderState};
use crate::{
    clock::Clock,
    paths::FeedDir,
    publish::{
        PublishError,
        verify::{ReadFault, Verification, verify_tree},
    },
};
use std::path::Path;

/// Verifies all pointers in a publisher's directory, and all objects that they need.
pub fn verify_dir(dir: &Path, clock: &dyn Clock) -> Result<Verification, PublishError> {
    let dir = FeedDir::new(dir);
    let state = FolderState::load(&dir)?.ok_or_else(|| PublishError::NoFeed { path: dir.dir().into() })?;
    let keys = KeyRing::load(&dir, &state)?.trusted;
    let public = dir.public();
    let mut read = |path: &str, most: u64| {
        objects::read(&public.join(path), most).map_err(|error| ReadFault::from_io(&error))
    };
    Ok(verify_tree(&mut read, &state.shelves.iter().collect::<Vec<_>>(), &keys, clock.now(), None)
        .with_unread_hours())
}
