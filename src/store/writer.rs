//! The side that writes: `sync`, `import`.

use super::{
    CatalogDraft, MissingPicture, PictureDraft, Reader, StoreError,
    insert::{collect, insert_catalog, insert_picture},
    missing,
    published::{Publication, keep_publication},
    rows,
    rows::Loaded,
    schema::SCHEMA,
    writer_lock::WriterLock,
};
use crate::{
    clock::{Clock, SystemClock},
    domain::{Picture, Sha256},
    paths::Paths,
    sqlite::{self, Fault},
    watchdog,
};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use std::{
    cell::Cell,
    collections::HashMap,
    fs,
    ops::Range,
    path::{Path, PathBuf},
    time::Duration,
};

/// Pages that lie free beyond this are given back after a catalog has gone.
const KEPT_FREE_BYTES: i64 = 16 << 20;

/// Versions beyond this are garbage, and would leave no room to grow.
const PLAUSIBLE: Range<i64> = 0..1 << 48;

/// The database, opened to be written.
#[derive(Debug)]
pub struct Store {
    pub(super) db: Connection,
    lock: WriterLock,
    missing: PathBuf,
    damaged: Cell<bool>,
}

/// A store, and what had to be put out of the way for it.
#[derive(Debug)]
pub struct Opened {
    pub store: Store,
    /// Where the damaged file is now, if there was one
    pub set_aside: Option<PathBuf>,
}

/// How to open a store for writing.
pub struct OpenOptions<'a> {
    /// How long to wait for another writer
    pub wait: Duration,
    /// Read every page even if the last writer came to its end
    pub check: bool,
    pub clock: &'a dyn Clock,
}

/// What became of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swap {
    pub version: u64,
    /// False where the draft said what the current catalog says; then nothing was written
    pub changed: bool,
}

impl Default for OpenOptions<'_> {
    fn default() -> Self {
        Self { wait: Duration::from_secs(10), check: false, clock: &SystemClock }
    }
}

impl Store {
    /// Opens the database, makes it where there is none, and replaces it where it is damaged.
    pub fn open(paths: &Paths) -> Result<Opened, StoreError> {
        Self::open_with(paths, &OpenOptions::default())
    }

    pub fn open_with(paths: &Paths, options: &OpenOptions<'_>) -> Result<Opened, StoreError> {
        fs::create_dir_all(paths.state_dir()).map_err(StoreError::Unwritable)?;
        let lock = WriterLock::take(&paths.writer_lock(), options.wait)?;
        let (database, missing) = (paths.database(), paths.missing_pictures());
        let detail = match connect(&database, options.check || lock.unclean) {
            Ok(db) => {
                let store = Self { db, lock, missing, damaged: Cell::new(false) };
                return Ok(Opened { store, set_aside: None });
            }
            Err(StoreError::Damaged { detail }) => detail,
            Err(other) => {
                // Nothing was written, so what the last writer said still holds.
                if !lock.unclean {
                    lock.done();
                }
                return Err(other);
            }
        };
        let now = options.clock.now();
        let version = last_version(&database).unwrap_or(0).max(now);
        let aside = sqlite::set_aside(&database, now).map_err(StoreError::Unwritable)?;
        tracing::warn!(detail, aside = %aside.display(), "the database was damaged and starts afresh");
        let db = connect(&database, false)?;
        db.execute("UPDATE counter SET version = ?1", [version.max(0)])?;
        let store = Self { db, lock, missing, damaged: Cell::new(false) };
        Ok(Opened { store, set_aside: Some(aside) })
    }

    /// Brings a database that another version of this program has written to what this one can read:
    /// an earlier one's forwards, a later one's back to how it was kept. Makes none where there is none.
    pub fn suit(paths: &Paths) -> Result<(), StoreError> {
        match Self::open_read_only(paths) {
            Err(StoreError::Older { .. } | StoreError::Newer { .. }) => Self::open(paths).map(drop),
            // Whatever else is wrong with it, the next writer sees to
            _ => Ok(()),
        }
    }

    /// Opens the database for reading, beside any writer. Writes nothing, makes nothing.
    pub fn open_read_only(paths: &Paths) -> Result<Reader, StoreError> {
        Reader::open(paths)
    }

    pub fn catalog_version(&self) -> Result<u64, StoreError> {
        self.noting(rows::catalog_version(&self.db))
    }

    /// The current catalog; `None` while nothing was taken in.
    pub fn load(&self) -> Result<Option<Loaded>, StoreError> {
        self.noting(rows::load(&self.db))
    }

    pub fn has_object(&self, object: &Sha256) -> Result<bool, StoreError> {
        self.noting(rows::has_object(&self.db, object))
    }

    /// Size and colour of a picture that is stored with all its renditions.
    pub fn picture(&self, object: &Sha256) -> Result<Option<Picture>, StoreError> {
        self.noting(rows::stored_picture(&self.db, object))
    }

    /// All pictures that are stored with all their renditions.
    pub fn pictures(&self) -> Result<HashMap<Sha256, Picture>, StoreError> {
        self.noting(rows::stored_pictures(&self.db))
    }

    /// Stores a picture with all that was made of it, or nothing of it.
    pub fn put_picture(&mut self, draft: &PictureDraft<'_>) -> Result<(), StoreError> {
        draft.check_size()?;
        let result = self.write(|transaction| insert_picture(transaction, draft));
        self.noting(result)
    }

    /// Notes which pictures the catalog that a draft is to be cannot show, before it is swapped in.
    pub fn note_missing(&self, draft: &CatalogDraft, missing: &[MissingPicture]) -> Result<(), StoreError> {
        let current = self.noting(rows::catalog_digest(&self.db))?;
        missing::note(&self.missing, current, draft.digest(), missing)
    }

    /// Puts a draft in the place of the current catalog, in one transaction; then drops the
    /// objects that no item refers to. A draft that says the same changes nothing.
    pub fn swap_catalog(&mut self, draft: &CatalogDraft) -> Result<Swap, StoreError> {
        self.swap(draft, None)
    }

    pub(super) fn swap(
        &mut self,
        draft: &CatalogDraft,
        publication: Option<&Publication>,
    ) -> Result<Swap, StoreError> {
        draft.check_size()?;
        let digest = draft.digest();
        let result = self.write(|transaction| {
            keep_publication(transaction, publication)?;
            let sql = "SELECT version FROM catalog WHERE digest = ?1";
            let same: Option<i64> =
                transaction.query_row(sql, [digest.as_bytes()], |row| row.get(0)).optional()?;
            // Rows are compared too, so that taking the same in again heals what rotted.
            if let Some(version) = same
                && rows::load_as_written(transaction)?.is_some_and(|loaded| draft.is_in(&loaded.snapshot))
            {
                return Ok(Swap { version: version as u64, changed: false });
            }
            let sql = "UPDATE counter SET version = version + 1 RETURNING version";
            let version: i64 = transaction.query_row(sql, [], |row| row.get(0))?;
            insert_catalog(transaction, draft, &digest, version)?;
            Ok(Swap { version: version as u64, changed: true })
        });
        let swap = self.noting(result)?;
        if swap.changed {
            let collected = self.write(collect).and_then(|()| self.give_back());
            // The catalog is in place; what was not collected now is collected after the next one.
            if let Err(error) = self.noting(collected) {
                tracing::warn!(%error, "objects that nothing refers to are still there");
            }
        }
        Ok(swap)
    }

    pub(super) fn write<T>(
        &mut self,
        with: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = with(&transaction)?;
        // It may copy a long log into the file
        watchdog::waiting(|| transaction.commit())?;
        Ok(value)
    }

    fn give_back(&self) -> Result<(), StoreError> {
        let number = |sql| self.db.query_row(sql, [], |row| row.get::<_, i64>(0));
        if number("PRAGMA freelist_count")? * number("PRAGMA page_size")? > KEPT_FREE_BYTES {
            self.db.execute_batch("PRAGMA incremental_vacuum")?;
        }
        Ok(())
    }

    /// Remembers damage, so that the next writer looks at every page.
    pub(super) fn noting<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if matches!(result, Err(StoreError::Damaged { .. })) {
            self.damaged.set(true);
        }
        result
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if !self.damaged.get() {
            self.lock.done();
        }
    }
}

/// Opens the file for writing, brings it to our schema, and checks it if asked.
fn connect(database: &Path, check: bool) -> Result<Connection, StoreError> {
    let db = match sqlite::open(database, &SCHEMA, check) {
        // A later program was here, and had to go
        Err(Fault::Newer { found, known }) if sqlite::take_back(database, &SCHEMA)? => {
            tracing::warn!(found, known, "the database is the one from before the later program");
            sqlite::open(database, &SCHEMA, true)?
        }
        opened => opened?,
    };
    // Two one-row tables that every write needs
    if last_given(&db)?.is_none_or(|version| !PLAUSIBLE.contains(&version)) {
        return Err(StoreError::Damaged { detail: "no version to go on from".into() });
    }
    rows::catalog_version(&db)?;
    Ok(db)
}

/// The last version given out.
fn last_given(db: &Connection) -> Result<Option<i64>, StoreError> {
    Ok(db.query_row("SELECT version FROM counter", [], |row| row.get(0)).optional()?)
}

/// The last version given out by a damaged file, if that much can be read.
fn last_version(database: &Path) -> Option<i64> {
    let db = sqlite::open_damaged(database).ok()?;
    last_given(&db).ok()?.filter(|version| PLAUSIBLE.contains(version))
}
