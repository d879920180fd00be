//! The edition that was published last, as the folder keeps it: a pointer for nobody.

use super::{keys::KeyRing, state::FolderState};
use crate::{
    durable,
    feed::{KeySet, limits, verify_pointer},
    paths::FeedDir,
    publish::{
        PublishError,
        edition::{Edition, subject_of_nobody},
    },
};
use std::{
    fs::File,
    io::{self, Read},
};

/// The last one; `None` while nothing was published. It was kept as a pointer, so reading it is verifying
/// it; its own time is taken for now, as it may have expired since.
pub(super) fn read(dir: &FeedDir, state: &FolderState) -> Result<Option<Edition>, PublishError> {
    let path = dir.last_edition();
    let mut bytes = Vec::new();
    match File::open(&path) {
        Ok(file) => {
            let most = limits::POINTER_BYTES as u64 + 1;
            file.take(most).read_to_end(&mut bytes).map_err(PublishError::io(&path))?
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(PublishError::io(path)(error)),
    };
    let mut keys = KeyRing::load(dir, state)?.trusted.keys().to_vec();
    // Power may have failed right after the last step of a key rotation
    keys.extend(state.retired);
    let pointer = verify_pointer(&bytes, &KeySet::new(keys)?, &subject_of_nobody()?, i64::MIN, 0)
        .map_err(|error| PublishError::Damaged { path, detail: error.to_string() })?;
    Ok(Some(Edition::from_claims(&pointer)))
}

/// Keeps one.
pub(super) fn write(edition: &Edition, dir: &FeedDir, ring: &KeyRing) -> Result<(), PublishError> {
    let (path, text) = (dir.last_edition(), ring.signer.sign(&edition.claims(subject_of_nobody()?))?);
    durable::replace(&path, text.as_bytes()).map_err(PublishError::io(path))
}
