//! Finds the pictures that a table names, in a directory and never outside of it.

use super::PictureFault;
use crate::{
    domain::text,
    media::{self, MediaError},
    plain_file::PlainPath,
};
use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// Extensions to try if a name has none, in this order.
const EXTENSIONS: [&str; 6] = ["jpg", "jpeg", "png", "webp", "gif", "bmp"];
/// Upper bound on directory entries: more than a person's picture folder has.
const MAX_ENTRIES: usize = 100_000;
const MAX_DEPTH: usize = 8;

/// Source of pictures by their names in a table.
pub trait Pictures: Sync {
    /// Returns a picture's bytes, up to the size limit.
    fn read(&self, name: &str) -> Result<Vec<u8>, PictureFault>;
}

/// The directory of a table's pictures.
#[derive(Debug)]
pub struct PictureDir {
    root: PathBuf,
    /// Directory listings, so that 10,000 names cost one scan
    listings: Mutex<HashMap<PathBuf, Listing>>,
}

impl Pictures for PictureDir {
    fn read(&self, name: &str) -> Result<Vec<u8>, PictureFault> {
        let (root, below) = self.find(name)?;
        // Opened below the resolved root, so that a link created meanwhile can't lead out of it
        read_capped(&text::file_name(name), PlainPath::beneath(&root, &below).open())
    }
}

#[derive(Debug, Default)]
struct Listing {
    /// Path by lower-case name; if two differ by case only, the first in order
    by_name: HashMap<String, PathBuf>,
    directories: Vec<PathBuf>,
}

impl PictureDir {
    pub fn new(root: &Path) -> Self {
        Self { root: root.into(), listings: Mutex::default() }
    }

    /// Finds the file for a name in the table: a name or a relative path, in any case, with its
    /// extension, without or with another one; a bare name may also lie one folder deeper.
    ///
    /// Returns the directory's real path and the file's path within it, neither of which contains
    /// links.
    fn find(&self, name: &str) -> Result<(PathBuf, PathBuf), PictureFault> {
        let outside = || PictureFault::Outside { name: text::file_name(name) };
        let missing = || PictureFault::Missing { name: text::file_name(name) };
        let slashed = name.trim().replace('\\', "/");
        // `C:\…`, `/home/…`, `~/…` are paths on the computer of the table's author
        let absolute = slashed.starts_with(['/', '~']) || slashed.as_bytes().get(1) == Some(&b':');
        let steps: Vec<&str> = slashed.split('/').filter(|step| !step.is_empty() && *step != ".").collect();
        if absolute || steps.contains(&"..") {
            return Err(outside());
        }
        if steps.len() > MAX_DEPTH || slashed.contains('\0') {
            return Err(missing());
        }
        let (file, folders) = steps.split_last().ok_or_else(missing)?;
        let mut directory = self.root.clone();
        for folder in folders {
            directory = self.entry(&directory, folder).filter(|path| path.is_dir()).ok_or_else(missing)?;
        }
        let found = self.file(&directory, file).or_else(|| {
            let deeper = if folders.is_empty() { self.directories(&directory) } else { Vec::new() };
            deeper.iter().find_map(|directory| self.file(directory, file))
        });
        self.within(&found.ok_or_else(missing)?).ok_or_else(outside)
    }

    /// Returns the real path, unless a link leads out of the directory.
    fn within(&self, path: &Path) -> Option<(PathBuf, PathBuf)> {
        let (root, real) = (self.root.canonicalize().ok()?, path.canonicalize().ok()?);
        let below = real.strip_prefix(&root).ok()?.to_owned();
        Some((root, below))
    }

    fn file(&self, directory: &Path, name: &str) -> Option<PathBuf> {
        let named = |name: &str| self.entry(directory, name).filter(|path| path.is_file());
        let extended = |stem: &str| EXTENSIONS.iter().find_map(|end| named(&format!("{stem}.{end}")));
        // `a.jpg` in the table, but `a.png` on disk: exported again in another format
        let other = || {
            let (stem, end) = name.rsplit_once('.')?;
            EXTENSIONS.contains(&end.to_lowercase().as_str()).then(|| extended(stem))?
        };
        named(name).or_else(|| extended(name)).or_else(other)
    }

    fn entry(&self, directory: &Path, name: &str) -> Option<PathBuf> {
        // The exact name comes first: two files may differ by case only
        let exact = directory.join(name);
        if exact.symlink_metadata().is_ok() {
            return Some(exact);
        }
        self.listed(directory, |listing| listing.by_name.get(&name.to_lowercase()).cloned())
    }

    fn directories(&self, directory: &Path) -> Vec<PathBuf> {
        self.listed(directory, |listing| listing.directories.clone())
    }

    fn listed<T>(&self, directory: &Path, with: impl FnOnce(&Listing) -> T) -> T {
        let mut listings = self.listings.lock().unwrap_or_else(PoisonError::into_inner);
        with(listings.entry(directory.into()).or_insert_with(|| Listing::read(directory)))
    }
}

impl Listing {
    fn read(directory: &Path) -> Self {
        let mut paths: Vec<PathBuf> = fs::read_dir(directory)
            .into_iter()
            .flatten()
            .take(MAX_ENTRIES)
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .collect();
        paths.sort();
        let mut listing = Self::default();
        for path in paths {
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            // Links to directories are not followed
            if path.symlink_metadata().is_ok_and(|entry| entry.is_dir()) && !name.starts_with('.') {
                listing.directories.push(path.clone());
            }
            listing.by_name.entry(name.to_lowercase()).or_insert(path);
        }
        listing
    }
}

/// Reads a picture file given by its path.
pub fn read_file(path: &Path) -> Result<Vec<u8>, PictureFault> {
    let name = text::file_name(&path.file_name().unwrap_or_default().to_string_lossy());
    let file = match path.metadata() {
        Ok(file) if !file.is_file() => Err(io::Error::other("not a file")),
        Ok(_) => File::open(path),
        Err(error) => Err(error),
    };
    read_capped(&name, file)
}

/// Reads a file, up to the size limit.
fn read_capped(name: &str, file: io::Result<File>) -> Result<Vec<u8>, PictureFault> {
    let fault = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => PictureFault::Missing { name: name.to_owned() },
        _ => PictureFault::Unreadable { name: name.to_owned(), detail: error.to_string() },
    };
    let file = file.map_err(fault)?;
    let (cap, length) = (media::MAX_FILE_BYTES, file.metadata().map_err(fault)?.len());
    if length > cap as u64 {
        return Err(PictureFault::Media(MediaError::FileTooLarge { bytes: length as usize }));
    }
    let mut bytes = Vec::with_capacity(length as usize);
    file.take(cap as u64 + 1).read_to_end(&mut bytes).map_err(fault)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_without_what_cannot_be_seen() {
        let root = tempfile::tempdir().unwrap();
        let pictures = PictureDir::new(root.path());
        let missing = |name: &str| PictureFault::Missing { name: name.to_owned() };
        for (name, shown) in [
            ("gpj\u{202E}.x", "gpj.x"),
            (" a\u{1B}[2J\n b.jpg ", "a[2J b.jpg"),
            ("\u{202E}\u{200B}", r"\u{202e}\u{200b}"),
        ] {
            assert_eq!(pictures.read(name), Err(missing(shown)), "{name:?}");
            assert_eq!(read_file(&root.path().join(name)), Err(missing(shown)), "{name:?}");
            let outside = PictureFault::Outside { name: text::file_name(&format!("../{name}")) };
            assert_eq!(pictures.read(&format!("../{name}")), Err(outside), "{name:?}");
        }
    }
}
