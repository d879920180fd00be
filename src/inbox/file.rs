//! One file: by what it is known again, and what it is.

use super::{BIND_FILE, Why};
use crate::{domain::Sha256, plain_file::Place, sync::is_bundle};
use std::{
    fs::Metadata,
    io::{self, Read},
    os::unix::fs::MetadataExt,
    path::Path,
};

/// How much of a bundle its content is told by: it begins with the pointer, which is signed anew each time.
const HEAD: u64 = 64 << 10;

/// A file as it was, beside its path: device, inode, bytes, and when it and its entry were last changed, to the
/// nanosecond. The last cannot be set by anybody.
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

    /// What a rename leaves as it is.
    pub(super) fn without_name(file: &Metadata) -> Self {
        Self {
            device: file.dev(),
            inode: file.ino(),
            bytes: file.len(),
            written: (file.mtime(), file.mtime_nsec()),
            changed: (0, 0),
        }
    }

    /// The same, whatever its name is now.
    pub(super) const fn nameless(self) -> Self {
        Self { changed: (0, 0), ..self }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// With the hash of what it begins with
    Bundle(Sha256),
    /// What binds a unit
    BindFile,
    Other,
    Unreadable(Why),
}

impl Kind {
    /// Why a file is left alone, if somebody may wonder: each in the inbox was put there for us, on a stick only
    /// those that look so.
    pub fn why(&self, path: &Path, is_in_inbox: bool) -> Option<Why> {
        match self {
            Self::Bundle(_) => None,
            Self::BindFile => is_in_inbox.then_some(Why::BindFile),
            Self::Unreadable(why) => Some(why.clone()),
            Self::Other => (is_in_inbox || looks_ours(path)).then_some(Why::NoBundle),
        }
    }
}

/// Whether a name is one that people give to bundles.
pub(super) fn looks_ours(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("tar"))
}

/// Looks at a file's first bytes.
pub(super) fn judge(path: &Path) -> Kind {
    // A bundle is one by what it holds, whatever somebody has called it
    match head(path) {
        Ok(Some(head)) => Kind::Bundle(head),
        Ok(None) if path.file_name().is_some_and(|name| name == BIND_FILE) => Kind::BindFile,
        Ok(None) => Kind::Other,
        Err(error) => Kind::Unreadable(Why::of(&error)),
    }
}

/// What a bundle begins with, as a hash; `None` for what is no bundle.
pub(super) fn head(path: &Path) -> io::Result<Option<Sha256>> {
    let mut file = Place::in_folder(path).open()?;
    let mut bytes = Vec::new();
    (&mut file).take(262).read_to_end(&mut bytes)?;
    if !is_bundle(&bytes) {
        return Ok(None);
    }
    file.take(HEAD).read_to_end(&mut bytes)?;
    Ok(Some(Sha256::of(&bytes)))
}
