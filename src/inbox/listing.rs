//! What lies in a folder.

use super::{Identity, LeftAlone, Why, file::looks_ours};
use crate::plain_file;
use std::{
    fs::{self, DirEntry},
    io,
    path::{Path, PathBuf},
};

/// What binds a unit, where a stick has it.
pub const BIND_FILE: &str = "bind.toml";

/// Names that are read of a folder. A camera's card has some thousand.
const LISTED: usize = 100_000;
/// Sticks that are looked at.
const STICKS: usize = 32;

/// The plain files of a folder: those whose names look like bundles first, then by name.
#[derive(Debug)]
pub(super) struct Listing {
    pub folder: PathBuf,
    pub files: Vec<(PathBuf, Identity)>,
}

/// Folders below one, such as the sticks. A link is none.
pub(super) fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = plain_file::entries(folder).into_iter().flatten().flatten();
    let is_folder = |entry: &DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    let mut found: Vec<PathBuf> = entries.filter(is_folder).map(|entry| entry.path()).take(STICKS).collect();
    found.sort();
    found
}

/// Lists a folder. What is no plain file is noted where it may have been meant for us.
pub(super) fn list(folder: &Path, is_inbox: bool, left: &mut Vec<LeftAlone>) -> Listing {
    let mut listing = Listing { folder: folder.into(), files: Vec::new() };
    let entries = match plain_file::entries(folder) {
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
        // Not what a link leads to: a stick's could lead anywhere
        match fs::symlink_metadata(&path) {
            Ok(file) if file.is_file() => listing.files.push((path, Identity::of(&file))),
            Ok(file) => {
                let is_ours = looks_ours(&path) || path.ends_with(BIND_FILE);
                if is_inbox || is_ours && !file.is_dir() {
                    let error = plain_file::Place::in_folder(&path).open().err();
                    left.extend(error.map(|error| LeftAlone::new(&path, Why::of(&error))));
                }
            }
            // It is gone again
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => left.push(LeftAlone::new(&path, Why::of(&error))),
        }
    }
    listing.files.sort_by(|(one, _), (other, _)| {
        (!looks_ours(one), one.as_path()).cmp(&(!looks_ours(other), other.as_path()))
    });
    listing
}
