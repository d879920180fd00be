//! A catalog from a feed: its objects as they arrive, the publication record, the swap.

use super::{
    CatalogDraft, MAX_OBJECT_BYTES, Publication, RenditionDraft, Store, StoreError, Swap,
    insert::{collect_but, insert_rendition, insert_renditions},
    publication::publication,
    rows,
};
use cloud_shelf_core::{
    domain::{Picture, RenditionKind, Sha256},
    watchdog,
};
use rusqlite::params;
use std::collections::HashSet;

/// While objects arrive, the write-ahead log may grow to this before a checkpoint: each byte then
/// waits for the SD card once, instead of a checkpoint every four megabytes.
pub const STAGING_LOG_BYTES: u64 = 128 << 20;
/// SQLite's default
const USUAL_LOG_PAGES: i64 = 1000;

impl Store {
    /// Returns the names of all stored objects.
    pub fn objects(&self) -> Result<HashSet<Sha256>, StoreError> {
        self.noting(rows::objects(&self.db))
    }

    /// Pictures of which a size was made, so that they can be decoded.
    pub fn with_renditions(&self) -> Result<HashSet<Sha256>, StoreError> {
        self.noting(rows::with_renditions(&self.db))
    }

    pub fn publication(&self) -> Result<Option<Publication>, StoreError> {
        self.noting(publication(&self.db))
    }

    /// Returns the bytes of an object as they arrived.
    pub fn object(&self, object: &Sha256) -> Result<Option<Vec<u8>>, StoreError> {
        self.noting(rows::object(&self.db, object))
    }

    /// Starts staging. Until [`Self::end_staging`], a power cut may lose the last objects, but
    /// never a catalog: the swap syncs to disk, together with everything before it.
    pub fn begin_staging(&self) -> Result<(), StoreError> {
        let page: i64 = self.db.query_row("PRAGMA page_size", [], |row| row.get(0))?;
        let pages = STAGING_LOG_BYTES as i64 / page.max(512);
        self.db.pragma_update(None, "wal_autocheckpoint", pages)?;
        Ok(self.db.pragma_update(None, "synchronous", "NORMAL")?)
    }

    /// Makes every write sync to disk again, and checkpoints the log.
    pub fn end_staging(&self) -> Result<(), StoreError> {
        self.db.pragma_update(None, "synchronous", "FULL")?;
        self.db.pragma_update(None, "wal_autocheckpoint", USUAL_LOG_PAGES)?;
        // An active reader keeps the log a while longer; the next writer truncates it
        self.empty_log()
    }

    /// Stores an object as it arrived.
    pub fn put_object(&mut self, object: &Sha256, bytes: &[u8]) -> Result<(), StoreError> {
        if bytes.len() > MAX_OBJECT_BYTES {
            return Err(StoreError::TooLarge { what: "object", size: bytes.len(), most: MAX_OBJECT_BYTES });
        }
        let sql = "INSERT OR REPLACE INTO object (sha256, size, bytes) VALUES (?1, ?2, ?3)";
        let result = self.write(|transaction| {
            transaction.execute(sql, params![object.as_bytes(), bytes.len() as i64, bytes])?;
            Ok(())
        });
        self.noting(result)
    }

    /// Deletes an object, so that it can be downloaded again.
    pub fn drop_object(&mut self, object: &Sha256) -> Result<(), StoreError> {
        let result = self.write(|transaction| {
            transaction.execute("DELETE FROM object WHERE sha256 = ?1", [object.as_bytes()])?;
            Ok(())
        });
        self.noting(result)
    }

    /// Adds the renditions of a picture; does nothing if its object is gone.
    pub fn put_renditions(
        &mut self,
        picture: Picture,
        renditions: &[RenditionDraft],
    ) -> Result<(), StoreError> {
        let result = self.write(|transaction| {
            if rows::has_object(transaction, &picture.object)? {
                insert_renditions(transaction, picture, renditions)?;
            }
            Ok(())
        });
        self.noting(result)
    }

    /// Whether a logo has been scaled.
    pub fn has_mark(&self, object: &Sha256) -> Result<bool, StoreError> {
        self.noting(rows::rendition(&self.db, object, RenditionKind::Logo)).map(|mark| mark.is_some())
    }

    /// Adds the scaled logo; does nothing if its object is gone.
    pub fn put_mark(&mut self, object: &Sha256, mark: &RenditionDraft) -> Result<(), StoreError> {
        let result = self.write(|transaction| {
            if rows::has_object(transaction, object)? {
                insert_rendition(transaction, object, mark)?;
            }
            Ok(())
        });
        self.noting(result)
    }

    /// Replaces the current catalog by what a feed published, in one transaction; then deletes
    /// unreferenced objects. If the content is the same, only the publication record changes; if
    /// that is the same, too, nothing is written.
    pub fn swap_published(
        &mut self,
        draft: &CatalogDraft,
        publication: &Publication,
    ) -> Result<Swap, StoreError> {
        self.swap(draft, Some(publication))
    }

    /// Deletes the objects that neither the current catalog nor the next one (`keep`) needs.
    pub fn discard(&mut self, keep: &HashSet<Sha256>) -> Result<(), StoreError> {
        let result = self.write(|transaction| collect_but(transaction, keep)).and_then(|()| {
            self.db.execute_batch("PRAGMA incremental_vacuum")?;
            self.empty_log()
        });
        self.noting(result)
    }

    /// Truncates the log. SQLite reports no progress of this, and a slow SD card may take its time.
    fn empty_log(&self) -> Result<(), StoreError> {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        Ok(watchdog::pause_during(|| self.db.query_row(sql, [], |_| Ok(())))?)
    }
}
