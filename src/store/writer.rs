//! The writing side, used by `sync` and `import`.

use super::{
    CatalogDraft, MissingPicture, PictureDraft, Reader, StoreError,
    insert::{collect, insert_catalog, insert_picture},
    missing,
    publication::{Publication, keep_publication},
    rows,
    rows::Loaded,
    schema::SCHEMA,
    writer_lock::WriterLock,
};
use cloud_shelf_core::{
    clock::{Clock, SystemClock},
    domain::{Picture, Sha256},
    paths::Paths,
    sqlite::{self, SqliteError},
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

/// Free pages beyond this are returned to the file system after a catalog is replaced.
const KEPT_FREE_BYTES: i64 = 16 << 20;

/// Versions outside this range are garbage, and would leave no room to grow.
const PLAUSIBLE: Range<i64> = 0..1 << 48;

/// The database, opened for writing.
#[derive(Debug)]
pub struct Store {
    pub(super) db: Connection,
    lock: WriterLock,
    missing: PathBuf,
    damaged: Cell<bool>,
}

/// A store, and the damaged file that had to make way for it.
#[derive(Debug)]
pub struct Opened {
    pub store: Store,
    /// New path of the damaged file, if there was one
    pub set_aside: Option<PathBuf>,
}

/// Options of opening a store for writing.
pub struct OpenOptions<'a> {
    /// How long to wait for another writer
    pub wait: Duration,
    /// Check every page even if the last writer closed cleanly
    pub check: bool,
    pub clock: &'a dyn Clock,
}

/// Outcome of a swap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swap {
    pub version: u64,
    /// False if the draft had the same content as the current catalog; then nothing was written
    pub changed: bool,
}

impl Default for OpenOptions<'_> {
    fn default() -> Self {
        Self { wait: Duration::from_secs(10), check: false, clock: &SystemClock }
    }
}

impl Store {
    /// Opens the database, creates it if there is none, and replaces it if it is damaged.
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
                // Nothing was written, so the previous writer's mark still holds
                if !lock.unclean {
                    lock.done();
                }
                return Err(other);
            }
        };
        let now = options.clock.now();
        let version = last_version(&database).unwrap_or(0).max(now);
        let aside = sqlite::set_aside(&database, now).map_err(StoreError::Unwritable)?;
        tracing::warn!(detail, aside = %aside.display(), "the damaged database was set aside; starting a new one");
        let db = connect(&database, false)?;
        db.execute("UPDATE counter SET version = ?1", [version.max(0)])?;
        let store = Self { db, lock, missing, damaged: Cell::new(false) };
        Ok(Opened { store, set_aside: Some(aside) })
    }

    /// Migrates the database of an older program version, or restores the copy from before the
    /// upgrade if a newer version has written it. Does nothing without a database.
    pub fn suit(paths: &Paths) -> Result<(), StoreError> {
        match Self::open_read_only(paths) {
            Err(StoreError::Older { .. } | StoreError::Newer { .. }) => Self::open(paths).map(drop),
            // Other faults are left to the next writer
            _ => Ok(()),
        }
    }

    /// Opens the database for reading, beside any writer. Writes and creates nothing.
    pub fn open_read_only(paths: &Paths) -> Result<Reader, StoreError> {
        Reader::open(paths)
    }

    pub fn catalog_version(&self) -> Result<u64, StoreError> {
        self.noting(rows::catalog_version(&self.db))
    }

    /// Returns the current catalog, if any.
    pub fn load(&self) -> Result<Option<Loaded>, StoreError> {
        self.noting(rows::load(&self.db))
    }

    pub fn has_object(&self, object: &Sha256) -> Result<bool, StoreError> {
        self.noting(rows::has_object(&self.db, object))
    }

    /// Returns size and colour of a picture that is stored with all its renditions.
    pub fn picture(&self, object: &Sha256) -> Result<Option<Picture>, StoreError> {
        self.noting(rows::stored_picture(&self.db, object))
    }

    /// Returns all pictures that are stored with all their renditions.
    pub fn pictures(&self) -> Result<HashMap<Sha256, Picture>, StoreError> {
        self.noting(rows::stored_pictures(&self.db))
    }

    /// Stores a picture with all its renditions, in one transaction.
    pub fn put_picture(&mut self, draft: &PictureDraft<'_>) -> Result<(), StoreError> {
        draft.check_size()?;
        let result = self.write(|transaction| insert_picture(transaction, draft));
        self.noting(result)
    }

    /// Records the missing pictures of a draft before it is swapped in.
    pub fn note_missing(&self, draft: &CatalogDraft, missing: &[MissingPicture]) -> Result<(), StoreError> {
        let current = self.noting(rows::catalog_digest(&self.db))?;
        missing::note(&self.missing, current, draft.digest(), missing)
    }

    /// Replaces the current catalog by a draft, in one transaction; then deletes unreferenced
    /// objects. A draft with the same content changes nothing.
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
            // Rows are compared, too, so that importing the same table again repairs damaged rows
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
            // The catalog is in place; the next swap deletes what is left now
            if let Err(error) = self.noting(collected) {
                tracing::warn!(%error, "cannot delete unreferenced objects");
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
        // A commit may checkpoint a long log
        watchdog::pause_during(|| transaction.commit())?;
        Ok(value)
    }

    fn give_back(&self) -> Result<(), StoreError> {
        let number = |sql| self.db.query_row(sql, [], |row| row.get::<_, i64>(0));
        if number("PRAGMA freelist_count")? * number("PRAGMA page_size")? > KEPT_FREE_BYTES {
            self.db.execute_batch("PRAGMA incremental_vacuum")?;
        }
        Ok(())
    }

    /// Remembers damage, so that the next writer checks every page.
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

/// Opens the file for writing, migrates it to our schema, and checks it if asked.
fn connect(database: &Path, check: bool) -> Result<Connection, StoreError> {
    let db = match sqlite::open(database, &SCHEMA, check) {
        // A newer version ran here, and was downgraded
        Err(SqliteError::Newer { found, known }) if sqlite::restore_backup(database, &SCHEMA)? => {
            tracing::warn!(found, known, "restored the database from before the upgrade");
            sqlite::open(database, &SCHEMA, true)?
        }
        opened => opened?,
    };
    // Two one-row tables that every write needs
    if last_given(&db)?.is_none_or(|version| !PLAUSIBLE.contains(&version)) {
        return Err(StoreError::Damaged { detail: "no valid version counter".into() });
    }
    rows::catalog_version(&db)?;
    Ok(db)
}

/// Returns the last version given out.
fn last_given(db: &Connection) -> Result<Option<i64>, StoreError> {
    Ok(db.query_row("SELECT version FROM counter", [], |row| row.get(0)).optional()?)
}

/// Returns the last version given out by a damaged file, if it can be read.
fn last_version(database: &Path) -> Option<i64> {
    let db = sqlite::open_damaged(database).ok()?;
    last_given(&db).ok()?.filter(|version| PLAUSIBLE.contains(version))
}
