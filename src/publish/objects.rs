//! The tree's objects: put in, and collected when nothing has needed them for a while.

use super::{PublishError, state::State};
use crate::{domain::Sha256, feed::ObjectRef, paths::FeedDir};
use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

/// A shelf that is still taking an older catalog in finds its objects this long.
const GRACE_S: i64 = 7 * 86_400;

/// Puts an object in, under its name; false where it is there already.
pub(super) fn put(dir: &FeedDir, bytes: &[u8]) -> Result<(ObjectRef, bool), PublishError> {
    let object = ObjectRef::of(bytes);
    let path = dir.public().join(object.path());
    if read(&path, object.size + 1).is_ok_and(|there| there == bytes) {
        return Ok((object, false));
    }
    let staged = dir.staging().join(object.sha256.to_string());
    write(&staged, bytes)?;
    make_parent(&path)?;
    fs::rename(&staged, &path).map_err(PublishError::io(&path))?;
    Ok((object, true))
}

/// Whether there is a file of an object's name and size; what it holds is verified before any
/// pointer leads to it.
pub(super) fn has(dir: &FeedDir, object: &ObjectRef) -> bool {
    fs::metadata(dir.public().join(object.path()))
        .is_ok_and(|file| file.is_file() && file.len() == object.size)
}

/// Removes what has been needed by no pointer for the grace period, and remembers since when the
/// rest of what is not needed is. Gives back how many went.
pub(super) fn collect(
    dir: &FeedDir,
    state: &mut State,
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

/// A file of at most `most` bytes.
pub(super) fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Writes a file that everybody may read. It is made safe on the disk together with the others.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    make_parent(path)?;
    let written = File::create(path).and_then(|mut file| file.write_all(bytes));
    written.map_err(PublishError::io(path))
}

pub(super) fn make_parent(path: &Path) -> Result<(), PublishError> {
    let parent = path.parent().map_or_else(PathBuf::new, Path::to_owned);
    fs::create_dir_all(&parent).map_err(PublishError::io(parent))
}

/// Makes all that was written below a directory outlive a power cut, in one go.
pub(super) fn make_safe(dir: &FeedDir) -> Result<(), PublishError> {
    let synced = File::open(dir.dir()).and_then(|folder| rustix::fs::syncfs(folder).map_err(io::Error::from));
    synced.map_err(PublishError::io(dir.dir()))
}
