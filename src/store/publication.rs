//! What a feed published, as it is kept beside the catalog that came of it.

use super::StoreError;
use cloud_shelf_core::domain::{Message, Sha256};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::collections::BTreeMap;

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
