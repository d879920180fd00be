//! One unit's part of the tree in one file, for a USB stick.

use super::{keys::KeyRing, objects, state::FolderState};
use crate::{
    feed::{ObjectRef, Subject, limits, read_catalog, verify_pointer},
    paths::FeedDir,
    publish::PublishError,
};
use std::{
    collections::HashSet,
    io::{self, Write},
    path::Path,
};
use tar::{Builder, EntryType, Header};

/// Writes a tar archive of the pointer and everything that it needs, each file verified on the way.
/// The same content gives the same bytes. Returns the number of files.
pub fn write_bundle(
    dir: &Path,
    subject: &Subject,
    now: i64,
    out: &mut dyn Write,
) -> Result<usize, PublishError> {
    let dir = FeedDir::new(dir);
    let state = FolderState::load(&dir)?.ok_or_else(|| PublishError::NoFeed { path: dir.dir().into() })?;
    if !state.shelves.contains(subject) {
        return Err(PublishError::NoShelf { shelf: subject.to_string() });
    }
    let keys = KeyRing::load(&dir, &state)?.trusted;
    let public = dir.public();
    let read = |path: &str, most: u64| match objects::read(&public.join(path), most) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(PublishError::NothingPublished),
        result => result.map_err(PublishError::io(public.join(path))),
    };
    let mut archive = Archive { tar: Builder::new(out), files: 0 };
    let bytes = read(&subject.path(), limits::POINTER_BYTES as u64 + 1)?;
    let pointer = verify_pointer(&bytes, &keys, subject, now, 0)?;
    archive.add(&subject.path(), &bytes)?;
    let bytes = read(&pointer.catalog.path(), pointer.catalog.size + 1)?;
    let catalog = read_catalog(&bytes, &pointer.catalog)?;
    archive.add(&pointer.catalog.path(), &bytes)?;
    let mut seen = HashSet::new();
    let pictures = catalog.pictures().map(|picture| picture.object);
    for object in pointer.brand.logo.into_iter().chain(pictures).filter(|object| seen.insert(*object)) {
        let bytes = read(&object.path(), object.size + 1)?;
        ObjectRef::check(&object, &bytes)?;
        archive.add(&object.path(), &bytes)?;
    }
    archive.tar.finish().map_err(PublishError::io("tar"))?;
    Ok(archive.files)
}

struct Archive<'a> {
    tar: Builder<&'a mut dyn Write>,
    files: usize,
}

impl Archive<'_> {
    fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), PublishError> {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_size(bytes.len() as u64);
        self.files += 1;
        self.tar.append_data(&mut header, path, bytes).map_err(PublishError::io(path))
    }
}
