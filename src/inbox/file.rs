//! One file: its identity and its kind.

use super::Why;
use crate::sync::is_bundle;
use cloud_shelf_core::{domain::Sha256, plain_file::PlainPath};
use std::{
    fs::Metadata,
    io::{self, Read},
    os::unix::fs::MetadataExt,
    path::Path,
};

/// Name of the file on a stick that binds a unit.
pub const BIND_FILE: &str = "bind.toml";

/// Bytes of a bundle's beginning that identify its content: they hold the pointer, which is signed anew each
/// time.
const HEAD: u64 = 64 << 10;

/// Identifies one version of a file, beside its path: device, inode, size, mtime and ctime, to the
/// nanosecond. The ctime can't be forged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    device: u64,
    inode: u64,
    bytes: u64,
    written: (i64, i64),
    changed: (i64, i64),
}

impl Identity {
    pub(super) fn of(file: &Metadata) -> Self {
        Self { changed: (file.ctime(), file.ctime_nsec()), ..Self::without_name(file) }
    }

    /// Leaves out the ctime, which a rename changes.
    pub(super) fn without_name(file: &Metadata) -> Self {
        Self {
            device: file.dev(),
            inode: file.ino(),
            bytes: file.len(),
            written: (file.mtime(), file.mtime_nsec()),
            changed: (0, 0),
        }
    }

    /// The same identity under any name.
    pub(super) const fn nameless(self) -> Self {
        Self { changed: (0, 0), ..self }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Hash of the file's beginning
    Bundle(Sha256),
    /// A file that binds a unit
    BindFile,
    Other,
    Unreadable(Why),
}

impl Kind {
    /// Why a file is ignored, if that is worth reporting: any file in the inbox, but on a stick only files
    /// named like bundles.
    pub fn why(&self, path: &Path, is_in_inbox: bool) -> Option<Why> {
        match self {
            Self::Bundle(_) => None,
            Self::BindFile => is_in_inbox.then_some(Why::BindFile),
            Self::Unreadable(why) => Some(why.clone()),
            Self::Other => (is_in_inbox || looks_ours(path)).then_some(Why::NoBundle),
        }
    }
}

/// Returns whether people give such names to bundles.
pub(super) fn looks_ours(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("tar"))
}

/// Determines a file's kind from its name and first bytes.
pub(super) fn judge(path: &Path) -> Kind {
    // The content decides, not the name: a bundle may be called bind.toml
    match head(path) {
        Ok(Some(head)) => Kind::Bundle(head),
        Ok(None) if path.file_name().is_some_and(|name| name == BIND_FILE) => Kind::BindFile,
        Ok(None) => Kind::Other,
        Err(error) => Kind::Unreadable(Why::of(&error)),
    }
}

/// Returns the hash of a bundle's beginning; `None` if the file is not a bundle.
pub(super) fn head(path: &Path) -> io::Result<Option<Sha256>> {
    let mut file = PlainPath::in_folder(path).open()?;
    let mut bytes = Vec::new();
    (&mut file).take(262).read_to_end(&mut bytes)?;
    if !is_bundle(&bytes) {
        return Ok(None);
    }
    file.take(HEAD).read_to_end(&mut bytes)?;
    Ok(Some(Sha256::digest(&bytes)))
}
