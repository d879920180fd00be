//! Reads rows into domain types. Every value is validated again, since a file on an SD card can
//! hold anything.

use super::{MAX_ITEMS, StoreError};
use cloud_shelf_core::domain::{
    Brand, CatalogSnapshot, CatalogSource, Item, ItemLink, Picture, Price, RenditionKind, Rgb, Sha256,
};
use rusqlite::{Connection, OptionalExtension, Row, params, types::ValueRef};
use std::collections::{HashMap, HashSet};

/// A catalog, and how many of its items are invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    pub snapshot: CatalogSnapshot,
    /// Items left out because their row is invalid; an invalid picture row only costs the picture
    pub dropped: usize,
}

/// Returns the version of the current catalog; 0 without one.
pub(super) fn catalog_version(db: &Connection) -> Result<u64, StoreError> {
    let version = db.query_row("SELECT version FROM catalog", [], |row| row.get::<_, i64>(0)).optional()?;
    Ok(version.map_or(0, |version| version.max(0) as u64))
}

/// Returns the content digest of the current catalog.
pub(super) fn catalog_digest(db: &Connection) -> Result<Option<Sha256>, StoreError> {
    let digest = db.query_row("SELECT digest FROM catalog", [], |row| row.get(0)).optional()?;
    Ok(digest.map(Sha256::from_bytes))
}

/// Returns the pictures of items of which nothing is stored: neither a thumbnail, nor an object to
/// make one from.
pub(super) fn not_there(db: &Connection) -> Result<HashSet<Sha256>, StoreError> {
    let sql = "SELECT DISTINCT object FROM item_picture WHERE \
        NOT EXISTS (SELECT 1 FROM rendition WHERE rendition.sha256 = item_picture.object) \
        AND NOT EXISTS (SELECT 1 FROM object WHERE object.sha256 = item_picture.object)";
    Ok(names(db, sql)?.into_iter().collect())
}

/// Column value for the logo's kind.
const MARK: i64 = 4;

/// Returns the logo if its object is stored, but not scaled yet.
pub(super) fn unscaled_mark(db: &Connection) -> Result<Option<Sha256>, StoreError> {
    let sql = format!(
        "SELECT brand_logo FROM catalog WHERE brand_logo IS NOT NULL \
         AND EXISTS (SELECT 1 FROM object WHERE sha256 = brand_logo) \
         AND NOT EXISTS (SELECT 1 FROM rendition WHERE sha256 = brand_logo AND kind = {MARK}) \
         AND NOT EXISTS (SELECT 1 FROM unusable WHERE sha256 = brand_logo)"
    );
    Ok(names(db, &sql)?.pop())
}

/// Returns the pictures whose objects are stored and whose thumbnails are incomplete, in the
/// catalog's order.
pub(super) fn unprepared(db: &Connection) -> Result<Vec<Sha256>, StoreError> {
    let all = RenditionKind::ALL.len();
    names(
        db,
        &format!(
            "SELECT item_picture.object FROM item_picture WHERE \
             (SELECT count(*) FROM rendition WHERE rendition.sha256 = item_picture.object AND kind <> {MARK}) < {all} \
             AND EXISTS (SELECT 1 FROM object WHERE object.sha256 = item_picture.object) \
             AND NOT EXISTS (SELECT 1 FROM unusable WHERE unusable.sha256 = item_picture.object) \
             GROUP BY item_picture.object ORDER BY min(position)"
        ),
    )
}

/// Pictures of which a size was made, so that they can be decoded.
pub(super) fn with_renditions(db: &Connection) -> Result<HashSet<Sha256>, StoreError> {
    let sql = format!("SELECT DISTINCT sha256 FROM rendition WHERE kind <> {MARK}");
    Ok(names(db, &sql)?.into_iter().collect())
}

/// Returns all stored objects.
pub(super) fn objects(db: &Connection) -> Result<HashSet<Sha256>, StoreError> {
    Ok(names(db, "SELECT sha256 FROM object")?.into_iter().collect())
}

/// Returns the object names of a query's result.
pub(super) fn names(db: &Connection, sql: &str) -> Result<Vec<Sha256>, StoreError> {
    let mut statement = db.prepare(sql)?;
    let found = statement.query_map([], |row| row.get(0).map(Sha256::from_bytes))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Distinct pictures in the catalog's order. A colour measured since the catalog was written takes
/// precedence.
const PICTURES: &str = "SELECT item, object, item_picture.width, item_picture.height, \
     coalesce(picture.color, item_picture.color) FROM item_picture \
     LEFT JOIN picture ON picture.sha256 = object ORDER BY position";
const PICTURES_AS_WRITTEN: &str =
    "SELECT item, object, width, height, color FROM item_picture ORDER BY position";

/// Loads the current catalog, in one read transaction.
pub(super) fn load(db: &Connection) -> Result<Option<Loaded>, StoreError> {
    let transaction = db.unchecked_transaction()?;
    load_within(&transaction, PICTURES)
}

/// Loads the current catalog for comparison with a draft. Several statements, so it needs a
/// transaction.
pub(super) fn load_as_written(transaction: &Connection) -> Result<Option<Loaded>, StoreError> {
    load_within(transaction, PICTURES_AS_WRITTEN)
}

fn load_within(transaction: &Connection, pictures: &str) -> Result<Option<Loaded>, StoreError> {
    let Some(mut snapshot) = head(transaction)? else { return Ok(None) };
    snapshot.categories = transaction
        .prepare("SELECT name FROM category ORDER BY position")?
        .query_map([], |row| row.get(0))?
        .take(MAX_ITEMS)
        .collect::<Result<_, _>>()?;
    let mut dropped = 0;
    // Position of each item in the table, to attach the pictures
    let mut positions: Vec<i64> = Vec::new();
    {
        let mut statement = transaction.prepare(
            "SELECT position, link, title, price, sale_price, selling_points, category, barcode, listed_from, \
             listed_until FROM item ORDER BY position",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            match item(row, snapshot.categories.len()) {
                Some(item) if snapshot.items.len() < MAX_ITEMS => {
                    positions.push(row.get(0)?);
                    snapshot.items.push(item);
                }
                _ => dropped += 1,
            }
        }
    }
    let mut statement = transaction.prepare(pictures)?;
    let mut rows = statement.query([])?;
    // Both scans have the same order, so the next picture's item is almost always the current one.
    let mut at = 0;
    while let Some(row) = rows.next()? {
        let Some((position, picture)) = item_picture(row) else { continue };
        if positions.get(at) != Some(&position) {
            match positions.binary_search(&position) {
                Ok(found) => at = found,
                Err(_) => continue,
            }
        }
        snapshot.items[at].pictures.push(picture);
    }
    Ok(Some(Loaded { snapshot, dropped }))
}

/// Reads everything of a catalog but its lists.
fn head(db: &Connection) -> Result<Option<CatalogSnapshot>, StoreError> {
    let sql =
        "SELECT version, source, taken_at, brand_name, brand_primary, brand_accent, brand_logo FROM catalog";
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let damaged = |detail: &str| StoreError::Damaged { detail: detail.into() };
    let source: String = row.get(1)?;
    Ok(Some(CatalogSnapshot {
        version: u64::try_from(row.get::<_, i64>(0)?).map_err(|_| damaged("a negative version"))?,
        source: CatalogSource::ALL
            .into_iter()
            .find(|known| known.as_str() == source)
            .ok_or_else(|| damaged("an unknown source"))?,
        taken_at: row.get(2)?,
        brand: Brand {
            name: row.get(3)?,
            primary: rgb(row, 4).ok_or_else(|| damaged("a colour out of range"))?,
            accent: rgb(row, 5).ok_or_else(|| damaged("a colour out of range"))?,
            logo: sha256(row, 6),
        },
        categories: Vec::new(),
        items: Vec::new(),
    }))
}

fn item(row: &Row<'_>, categories: usize) -> Option<Item> {
    let price = |index| match row.get_ref(index).ok()? {
        ValueRef::Null => Some(None),
        ValueRef::Integer(fen) => Price::from_fen(u64::try_from(fen).ok()?).ok().map(Some),
        _ => None,
    };
    let selling_points = match row.get_ref(5).ok()? {
        ValueRef::Null => Vec::new(),
        value => serde_json::from_slice(value.as_bytes().ok()?).ok()?,
    };
    let category = match row.get::<_, Option<i64>>(6).ok()? {
        Some(index) => Some(u16::try_from(index).ok().filter(|index| usize::from(*index) < categories)?),
        None => None,
    };
    Some(Item {
        link: ItemLink::from_canonical(row.get_ref(1).ok()?.as_str().ok()?)?,
        title: row.get(2).ok()?,
        price: price(3)?,
        sale_price: price(4)?,
        selling_points,
        category,
        pictures: Vec::new(),
        barcode: row.get(7).ok()?,
        listed_from: row.get(8).ok()?,
        listed_until: row.get(9).ok()?,
    })
}

fn item_picture(row: &Row<'_>) -> Option<(i64, Picture)> {
    let object = sha256(row, 1)?;
    Some((row.get(0).ok()?, picture(row, 2, object)?))
}

/// Reads width, height and colour from column `first` on.
fn picture(row: &Row<'_>, first: usize, object: Sha256) -> Option<Picture> {
    let side = |index| row.get::<_, u32>(index).ok().filter(|side| *side > 0);
    Some(Picture { object, width: side(first)?, height: side(first + 1)?, color: rgb(row, first + 2)? })
}

fn sha256(row: &Row<'_>, index: usize) -> Option<Sha256> {
    Some(Sha256::from_bytes(row.get(index).ok()?))
}

fn rgb(row: &Row<'_>, index: usize) -> Option<Rgb> {
    let value: u32 = row.get(index).ok()?;
    (value <= 0xFF_FFFF).then_some(Rgb((value >> 16) as u8, (value >> 8) as u8, value as u8))
}

/// Returns a colour as its column value.
pub(super) fn rgb_value(Rgb(r, g, b): Rgb) -> u32 {
    u32::from(r) << 16 | u32::from(g) << 8 | u32::from(b)
}

/// Returns a kind's column value; shipped values never change.
pub(super) fn kind_value(kind: RenditionKind) -> i64 {
    match kind {
        RenditionKind::Card => 1,
        RenditionKind::Page => 2,
        RenditionKind::Tile => 3,
        RenditionKind::Logo => MARK,
    }
}

/// Returns a picture that is stored with all its renditions.
pub(super) fn stored_picture(db: &Connection, object: &Sha256) -> Result<Option<Picture>, StoreError> {
    let mut statement = db.prepare(&format!(
        "SELECT width, height, color FROM picture WHERE sha256 = ?1 \
         AND (SELECT count(*) FROM rendition WHERE sha256 = ?1 AND kind <> {MARK}) = ?2 \
         AND EXISTS (SELECT 1 FROM object WHERE sha256 = ?1)"
    ))?;
    let mut rows = statement.query(params![object.as_bytes(), RenditionKind::ALL.len() as i64])?;
    Ok(rows.next()?.and_then(|row| picture(row, 0, *object)))
}

/// Returns all pictures that are stored with all their renditions.
pub(super) fn stored_pictures(db: &Connection) -> Result<HashMap<Sha256, Picture>, StoreError> {
    let mut statement = db.prepare(&format!(
        "SELECT sha256, width, height, color FROM picture WHERE \
         (SELECT count(*) FROM rendition WHERE rendition.sha256 = picture.sha256 AND kind <> {MARK}) = ?1 \
         AND EXISTS (SELECT 1 FROM object WHERE object.sha256 = picture.sha256)"
    ))?;
    let mut rows = statement.query([RenditionKind::ALL.len() as i64])?;
    let mut pictures = HashMap::new();
    while let Some(row) = rows.next()? {
        let found = sha256(row, 0).and_then(|object| picture(row, 1, object));
        pictures.extend(found.map(|picture| (picture.object, picture)));
    }
    Ok(pictures)
}

pub(super) fn rendition(
    db: &Connection,
    object: &Sha256,
    kind: RenditionKind,
) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT bytes FROM rendition WHERE sha256 = ?1 AND kind = ?2";
    Ok(db.query_row(sql, params![object.as_bytes(), kind_value(kind)], |row| row.get(0)).optional()?)
}

/// Returns the size of an object without reading it.
pub(super) fn object_size(db: &Connection, object: &Sha256) -> Result<Option<u64>, StoreError> {
    let sql = "SELECT size FROM object WHERE sha256 = ?1";
    let size: Option<i64> = db.query_row(sql, [object.as_bytes()], |row| row.get(0)).optional()?;
    Ok(size.map(i64::unsigned_abs))
}

/// Returns the bytes of an object; `None` also if they no longer match their hash.
pub(super) fn object(db: &Connection, object: &Sha256) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT bytes FROM object WHERE sha256 = ?1";
    let bytes: Option<Vec<u8>> = db.query_row(sql, [object.as_bytes()], |row| row.get(0)).optional()?;
    Ok(bytes.filter(|bytes| Sha256::digest(bytes) == *object))
}

pub(super) fn has_object(db: &Connection, object: &Sha256) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM object WHERE sha256 = ?1)";
    Ok(db.query_row(sql, [object.as_bytes()], |row| row.get(0))?)
}
