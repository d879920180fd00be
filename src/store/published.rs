//! A catalog from a feed: its objects as they arrive, the publication record, the swap.

use super::{
    CatalogDraft, MAX_OBJECT_BYTES, RenditionDraft, Store, StoreError, Swap,
    insert::{collect_but, insert_rendition, insert_renditions},
    rows,
};
use crate::{
    domain::{Message, Picture, RenditionKind, Sha256},
    watchdog,
};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::collections::{BTreeMap, HashSet};

/// While objects arrive, the write-ahead log may grow to this before a checkpoint: each byte then
/// waits for the SD card once, instead of a checkpoint every four megabytes.
pub const STAGING_LOG_BYTES: u64 = 128 << 20;
/// SQLite's default
const USUAL_LOG_PAGES: i64 = 1000;

/// What a feed published: the origin of the current catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// The unit that the pointer is for
    pub subject: String,
    pub version: u64,
    /// The pointer as it was signed
    pub pointer: Vec<u8>,
    /// The keys that verified it
    pub keys: String,
    /// The server's ETag of the pointer
    pub etag: Option<String>,
    /// The catalog object
    pub document: Sha256,
    /// Objects that this version can't show; they need not be downloaded again
    pub unusable: BTreeMap<Sha256, Unusable>,
}

/// Why an object that arrived as published can't be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// Code for machine-readable reports
    pub problem: String,
    pub remedy: Message,
}

impl Store {
    /// Returns the names of all stored objects.
    pub fn objects(&self) -> Result<HashSet<Sha256>, StoreError> {
        self.noting(rows::objects(&self.db))
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
        self.noting(rows::rendition(&self.db, object, RenditionKind::Mark)).map(|mark| mark.is_some())
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
        Ok(watchdog::waiting(|| self.db.query_row(sql, [], |_| Ok(())))?)
    }
}

/// Writes the publication record; `None` for an imported table.
pub(super) fn keep_publication(
    transaction: &Transaction<'_>,
    kept: Option<&Publication>,
) -> Result<(), StoreError> {
    if publication(transaction)?.as_ref() == kept {
        return Ok(());
    }
    transaction.execute_batch("DELETE FROM publication; DELETE FROM unusable;")?;
    let Some(kept) = kept else { return Ok(()) };
    let Publication { subject, version, pointer, keys, etag, document, unusable } = kept;
    transaction.execute(
        "INSERT INTO publication (id, subject, version, pointer, keys, etag, document) \
         VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)",
        params![subject, *version as i64, pointer, keys, etag, document.as_bytes()],
    )?;
    let sql = "INSERT INTO unusable (sha256, problem, remedy, remedy_en) VALUES (?1, ?2, ?3, ?4)";
    let mut insert = transaction.prepare(sql)?;
    for (object, Unusable { problem, remedy }) in unusable {
        insert.execute(params![object.as_bytes(), problem, remedy.zh, remedy.en])?;
    }
    Ok(())
}

/// Reads the publication record.
pub(super) fn publication(db: &Connection) -> Result<Option<Publication>, StoreError> {
    let sql = "SELECT subject, version, pointer, keys, etag, document FROM publication";
    let row = db.query_row(sql, [], |row| {
        Ok(Publication {
            subject: row.get(0)?,
            version: row.get::<_, i64>(1)?.max(0) as u64,
            pointer: row.get(2)?,
            keys: row.get(3)?,
            etag: row.get(4)?,
            document: Sha256::from_bytes(row.get(5)?),
            unusable: BTreeMap::new(),
        })
    });
    let Some(mut found) = row.optional()? else { return Ok(None) };
    let mut statement = db.prepare("SELECT sha256, problem, remedy, remedy_en FROM unusable")?;
    let rows = statement.query_map([], |row| {
        let remedy = Message::new(row.get::<_, String>(2)?, row.get::<_, String>(3)?);
        Ok((Sha256::from_bytes(row.get(0)?), Unusable { problem: row.get(1)?, remedy }))
    })?;
    found.unusable = rows.collect::<Result<_, _>>()?;
    Ok(Some(found))
}
