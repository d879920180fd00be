//! Objects of the tree: stored, and deleted some time after they were last needed.

use super::state::FolderState;
use crate::{domain::Sha256, feed::ObjectRef, paths::FeedDir, publish::PublishError};
use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

/// Grace period for units that are still downloading an older catalog.
const GRACE_S: i64 = 7 * 86_400;

/// Stores an object under its hash; returns false if it is there already.
pub(super) fn store(dir: &FeedDir, bytes: &[u8]) -> Result<(ObjectRef, bool), PublishError> {
    let object = ObjectRef::for_bytes(bytes);
    let path = dir.public().join(object.path());
    if read(&path, object.size + 1).is_ok_and(|there| there == bytes) {
        return Ok((object, false));
    }
    let staged = dir.staging().join(object.sha256.to_string());
    write(&staged, bytes)?;
    create_parent(&path)?;
    fs::rename(&staged, &path).map_err(PublishError::io(&path))?;
    Ok((object, true))
}

/// Whether there is a file with an object's name and size. Its content is verified before any
/// pointer needs it.
pub(super) fn exists(dir: &FeedDir, object: &ObjectRef) -> bool {
    fs::metadata(dir.public().join(object.path()))
        .is_ok_and(|file| file.is_file() && file.len() == object.size)
}

/// Deletes objects that no pointer has needed for the grace period, and records since when others
/// are not needed. Returns how many were deleted.
pub(super) fn collect_garbage(
    dir: &FeedDir,
    state: &mut FolderState,
    needed: &HashSet<Sha256>,
    now: i64,
) -> Result<usize, PublishError> {
    let folder = dir.public().join("v1/objects");
    let mut collected = 0;
    let mut leaving = std::collections::BTreeMap::new();
    for entry in fs::read_dir(&folder).map_err(PublishError::io(&folder))? {
        let entry = entry.map_err(PublishError::io(&folder))?;
        let name = entry.file_name().to_str().and_then(|name| name.parse::<Sha256>().ok());
        let Some(name) = name.filter(|name| !needed.contains(name)) else { continue };
        let since = state.leaving.get(&name).copied().unwrap_or(now);
        if since + GRACE_S <= now {
            fs::remove_file(entry.path()).map_err(PublishError::io(entry.path()))?;
            collected += 1;
        } else {
            leaving.insert(name, since);
        }
    }
    state.leaving = leaving;
    Ok(collected)
}

/// Reads a file of at most `most` bytes.
pub(super) fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Writes a world-readable file. It is synced to disk later, together with the others.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    create_parent(path)?;
    let written = File::create(path).and_then(|mut file| file.write_all(bytes));
    written.map_err(PublishError::io(path))
}

pub(super) fn create_parent(path: &Path) -> Result<(), PublishError> {
    let parent = path.parent().map_or_else(PathBuf::new, Path::to_owned);
    fs::create_dir_all(&parent).map_err(PublishError::io(parent))
}

/// Syncs everything written below a directory, in one go.
pub(super) fn sync_tree(dir: &FeedDir) -> Result<(), PublishError> {
    let synced = File::open(dir.dir()).and_then(|folder| rustix::fs::syncfs(folder).map_err(io::Error::from));
    synced.map_err(PublishError::io(dir.dir()))
}
