//! What SQLite may open: a plain file whose companions are plain files, too.

use super::{Fault, set_aside::COMPANIONS};
use crate::plain_file::{NotPlain, Place, What, not_plain};
use std::{
    io,
    path::{Path, PathBuf},
};

/// Where a file is, with the links of its directory resolved: SQLite is told to follow none, and would
/// refuse those of a state directory that an administrator has moved, too. It also opens what it finds
/// beside the file, and would wait for a pipe for ever.
pub(super) fn place(path: &Path) -> Result<PathBuf, Fault> {
    let name = path.file_name().ok_or_else(|| Fault::Unreadable(io::ErrorKind::InvalidFilename.into()))?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let missing = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Fault::Missing,
        _ => Fault::Unreadable(error),
    };
    let path = parent.canonicalize().map_err(missing)?.join(name);
    match Place::of(&path).length() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        // It is set aside like a damaged one; what it leads to is not touched
        Err(error) => match not_plain(&error) {
            Some(NotPlain { what: What::Link | What::Folder | What::Special, .. }) => {
                return Err(Fault::damaged(&error.to_string()));
            }
            _ => return Err(Fault::Unreadable(error)),
        },
        Ok(_) => {}
    }
    for companion in COMPANIONS {
        let mut companion_path = path.clone().into_os_string();
        companion_path.push(companion);
        match Place::of(Path::new(&companion_path)).length() {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Fault::Unreadable(error)),
            _ => {}
        }
    }
    Ok(path)
}
