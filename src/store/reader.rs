//! The kiosk's side: reads only.

use super::{Missing, Publication, StoreError, missing, publication, rows, rows::Loaded, schema::SCHEMA};
use cloud_shelf_core::{
    domain::{CatalogSnapshot, Picture, RenditionKind, Sha256},
    paths::Paths,
    sqlite,
};
use rusqlite::Connection;
use std::{
    cell::RefCell,
    collections::HashSet,
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// Reads the database beside a writer. One per thread.
#[derive(Debug)]
pub struct Reader {
    database: PathBuf,
    missing: PathBuf,
    open: RefCell<Open>,
}

#[derive(Debug)]
struct Open {
    db: Connection,
    /// Device and inode, to notice that a writer has replaced a damaged file
    file: (u64, u64),
}

impl Reader {
    pub(super) fn open(paths: &Paths) -> Result<Self, StoreError> {
        let database = paths.database();
        let open = RefCell::new(Open::new(&database)?);
        Ok(Self { database, missing: paths.missing_pictures(), open })
    }

    /// Returns the version of the current catalog; 0 without one. Cheap enough for polling.
    pub fn catalog_version(&self) -> Result<u64, StoreError> {
        self.read(rows::catalog_version)
    }

    /// Returns the content digest of the current catalog, which does not depend on its version.
    pub fn catalog_digest(&self) -> Result<Option<Sha256>, StoreError> {
        self.read(rows::catalog_digest)
    }

    /// Returns the current catalog, if any.
    pub fn snapshot(&self) -> Result<Option<CatalogSnapshot>, StoreError> {
        let Some(Loaded { snapshot, dropped }) = self.load()? else { return Ok(None) };
        if dropped > 0 {
            tracing::warn!(dropped, version = snapshot.version, "items with invalid rows are skipped");
        }
        Ok(Some(snapshot))
    }

    /// Returns the current catalog, and how many of its items are invalid.
    pub fn load(&self) -> Result<Option<Loaded>, StoreError> {
        self.read(rows::load)
    }

    /// Returns the pictures of the current catalog for which neither an object nor a thumbnail is
    /// stored.
    pub fn not_there(&self) -> Result<HashSet<Sha256>, StoreError> {
        self.read(rows::not_there)
    }

    /// Returns the pictures of the current catalog that still need thumbnails.
    pub fn unprepared(&self) -> Result<Vec<Sha256>, StoreError> {
        self.read(rows::unprepared)
    }

    /// Returns the publication that the current catalog came from.
    pub fn publication(&self) -> Result<Option<Publication>, StoreError> {
        self.read(publication::publication)
    }

    /// Returns the missing pictures of the current catalog.
    pub fn missing(&self) -> Result<Missing, StoreError> {
        let Some(digest) = self.read(rows::catalog_digest)? else { return Ok(Missing::default()) };
        missing::noted(&self.missing, digest).map_err(StoreError::Unreadable)
    }

    /// Returns one rendition of a picture, as a JPEG.
    pub fn rendition(&self, object: &Sha256, kind: RenditionKind) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|db| rows::rendition(db, object, kind))
    }

    /// Returns the logo if it is stored, but not scaled yet.
    pub fn unscaled_mark(&self) -> Result<Option<Sha256>, StoreError> {
        self.read(rows::unscaled_mark)
    }

    /// Returns the size of an object in bytes, without reading it.
    pub fn object_size(&self, object: &Sha256) -> Result<Option<u64>, StoreError> {
        self.read(|db| rows::object_size(db, object))
    }

    /// Returns the bytes of an object as they arrived.
    pub fn object(&self, object: &Sha256) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|db| rows::object(db, object))
    }

    /// Returns size and colour of a picture that is stored with all its renditions.
    pub fn picture(&self, object: &Sha256) -> Result<Option<Picture>, StoreError> {
        self.read(|db| rows::stored_picture(db, object))
    }

    pub(super) fn check(&self) -> Result<(), StoreError> {
        self.read(|db| Ok(sqlite::check_pages(db)?))
    }

    fn read<T>(&self, with: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut open = self.open.borrow_mut();
        if identity(&self.database)? != open.file {
            *open = Open::new(&self.database)?;
        }
        with(&open.db)
    }
}

impl Open {
    fn new(database: &Path) -> Result<Self, StoreError> {
        let file = identity(database)?;
        let db = sqlite::open_read_only(database, &SCHEMA)?;
        Ok(Self { db, file })
    }
}

fn identity(database: &Path) -> Result<(u64, u64), StoreError> {
    match fs::symlink_metadata(database) {
        Ok(file) if file.is_file() => Ok((file.dev(), file.ino())),
        Ok(_) => Err(StoreError::Damaged { detail: "not a file".into() }),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Err(StoreError::Missing),
        Err(cause) => Err(StoreError::Unreadable(cause)),
    }
}
