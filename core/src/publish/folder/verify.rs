//! A publisher's own tree, looked at as its shelves look at it.

use super::{objects, ring::Ring, state::State};
use crate::{
    clock::Clock,
    paths::FeedDir,
    publish::{
        PublishError,
        verify::{Checked, Unread, check},
    },
};
use std::path::Path;

/// Verifies all pointers in a publisher's directory, and all objects that they need.
pub fn verify_dir(dir: &Path, clock: &dyn Clock) -> Result<Checked, PublishError> {
    let dir = FeedDir::new(dir);
    let state = State::load(&dir)?.ok_or_else(|| PublishError::NoFeed { path: dir.dir().into() })?;
    let keys = Ring::load(&dir, &state)?.trusted;
    let public = dir.public();
    let mut read = |path: &str, most: u64| {
        objects::read(&public.join(path), most).map_err(|error| Unread::of_file(&error))
    };
    Ok(check(&mut read, &state.shelves.iter().collect::<Vec<_>>(), &keys, clock.now(), None).strict())
}
