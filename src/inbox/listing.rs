//! Lists the files of a folder.

use super::{
    LeftAlone, Why,
    file::{BIND_FILE, Identity, looks_ours},
};
use cloud_shelf_core::plain_file;
use std::{
    fs::{self, DirEntry},
    io,
    path::{Path, PathBuf},
};

/// Upper bound on the names read from a folder. A camera's card has a few thousand.
const LISTED: usize = 100_000;
/// Upper bound on the sticks that are scanned.
const STICKS: usize = 32;

/// The regular files of a folder: names that look like bundles first, then by name.
#[derive(Debug)]
pub(super) struct Listing {
    pub folder: PathBuf,
    pub files: Vec<(PathBuf, Identity)>,
}

/// Returns a folder's subfolders, such as the sticks. Symbolic links are skipped.
pub(super) fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = plain_file::list_folder(folder).into_iter().flatten().flatten();
    let is_folder = |entry: &DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    let mut found: Vec<PathBuf> = entries.filter(is_folder).map(|entry| entry.path()).take(STICKS).collect();
    found.sort();
    found
}

/// Lists a folder. Records anything but regular files as ignored if it may have been meant for this unit.
pub(super) fn list(folder: &Path, is_inbox: bool, left: &mut Vec<LeftAlone>) -> Listing {
    let mut listing = Listing { folder: folder.into(), files: Vec::new() };
    let entries = match plain_file::list_folder(folder) {
        Ok(entries) => entries,
        Err(error) => {
            if error.kind() != io::ErrorKind::NotFound {
                left.push(LeftAlone::new(folder, Why::of(&error)));
            }
            return listing;
        }
    };
    for (number, entry) in entries.flatten().enumerate() {
        if number == LISTED {
            left.push(LeftAlone::new(folder, Why::Many { listed: LISTED }));
            break;
        }
        let path = entry.path();
        // Symbolic links are not followed: a stick's could lead anywhere
        match fs::symlink_metadata(&path) {
            Ok(file) if file.is_file() => listing.files.push((path, Identity::of(&file))),
            Ok(file) => {
                let is_ours = looks_ours(&path) || path.ends_with(BIND_FILE);
                if is_inbox || is_ours && !file.is_dir() {
                    let error = plain_file::PlainPath::in_folder(&path).open().err();
                    left.extend(error.map(|error| LeftAlone::new(&path, Why::of(&error))));
                }
            }
            // The file is gone again
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => left.push(LeftAlone::new(&path, Why::of(&error))),
        }
    }
    listing.files.sort_by(|(one, _), (other, _)| {
        (!looks_ours(one), one.as_path()).cmp(&(!looks_ours(other), other.as_path()))
    });
    listing
}
