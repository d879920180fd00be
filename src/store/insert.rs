//! SQL statements that write rows, within a writer's transaction.

use super::{
    CatalogDraft, PictureDraft, RenditionDraft, StoreError,
    rows::{self, kind_value, rgb_value},
};
use cloud_shelf_core::domain::{Item, Picture, Sha256};
use rusqlite::{Transaction, params};
use std::collections::HashSet;

/// Writes a picture with its renditions, replacing older ones.
pub(super) fn insert_picture(
    transaction: &Transaction<'_>,
    draft: &PictureDraft<'_>,
) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT OR REPLACE INTO object (sha256, size, bytes) VALUES (?1, ?2, ?3)",
        params![draft.picture.object.as_bytes(), draft.bytes.len() as i64, draft.bytes],
    )?;
    insert_renditions(transaction, draft.picture, &draft.renditions)
}

/// Writes the renditions of a picture whose object is stored.
pub(super) fn insert_renditions(
    transaction: &Transaction<'_>,
    picture: Picture,
    renditions: &[RenditionDraft],
) -> Result<(), StoreError> {
    let Picture { object, width, height, color } = picture;
    let name = object.as_bytes();
    transaction.execute(
        "INSERT OR REPLACE INTO picture (sha256, width, height, color) VALUES (?1, ?2, ?3, ?4)",
        params![name, width, height, rgb_value(color)],
    )?;
    renditions.iter().try_for_each(|rendition| insert_rendition(transaction, &object, rendition))
}

pub(super) fn insert_rendition(
    transaction: &Transaction<'_>,
    object: &Sha256,
    rendition: &RenditionDraft,
) -> Result<(), StoreError> {
    let RenditionDraft { kind, width, height, bytes } = rendition;
    transaction.execute(
        "INSERT OR REPLACE INTO rendition (sha256, kind, width, height, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![object.as_bytes(), kind_value(*kind), width, height, bytes],
    )?;
    Ok(())
}

/// Replaces the current catalog.
pub(super) fn insert_catalog(
    transaction: &Transaction<'_>,
    draft: &CatalogDraft,
    digest: &Sha256,
    version: i64,
) -> Result<(), StoreError> {
    transaction.execute_batch(
        "DELETE FROM catalog; DELETE FROM category; DELETE FROM item; DELETE FROM item_picture;",
    )?;
    transaction.execute(
        "INSERT INTO catalog (id, version, source, taken_at, digest, brand_name, brand_primary, brand_accent, \
         brand_logo) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            version,
            draft.source.as_str(),
            draft.taken_at,
            digest.as_bytes(),
            draft.brand.name,
            rgb_value(draft.brand.primary),
            rgb_value(draft.brand.accent),
            draft.brand.logo.as_ref().map(Sha256::as_bytes),
        ],
    )?;
    let mut category = transaction.prepare("INSERT INTO category (position, name) VALUES (?1, ?2)")?;
    for (position, name) in draft.categories.iter().enumerate() {
        category.execute(params![position as i64, name])?;
    }
    let mut row = transaction.prepare(
        "INSERT INTO item (position, link, title, price, sale_price, selling_points, category, barcode, \
         listed_from, listed_until) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    let mut picture = transaction.prepare(
        "INSERT INTO item_picture (item, object, width, height, color) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (position, item) in draft.items.iter().enumerate() {
        row.execute(params![
            position as i64,
            item.link.to_string(),
            item.title,
            item.price.map(|price| price.fen()),
            item.sale_price.map(|price| price.fen()),
            selling_points(item),
            item.category,
            item.barcode,
            item.listed_from,
            item.listed_until,
        ])?;
        for Picture { object, width, height, color } in &item.pictures {
            picture.execute(params![position as i64, object.as_bytes(), width, height, rgb_value(*color)])?;
        }
    }
    Ok(())
}

/// Encodes the selling points as a JSON list; `None` without any.
fn selling_points(item: &Item) -> Option<String> {
    (!item.selling_points.is_empty())
        .then(|| serde_json::Value::from(item.selling_points.clone()).to_string())
}

const UNREFERRED: &str = "sha256 NOT IN (SELECT object FROM item_picture \
     UNION SELECT brand_logo FROM catalog WHERE brand_logo IS NOT NULL UNION SELECT document FROM publication)";

/// Deletes what no item, no brand and no publication refers to.
pub(super) fn collect(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    for table in ["rendition", "picture", "object"] {
        transaction.execute(&format!("DELETE FROM {table} WHERE {UNREFERRED}"), [])?;
    }
    Ok(())
}

/// Same as [`collect`], but spares `keep`.
pub(super) fn collect_but(transaction: &Transaction<'_>, keep: &HashSet<Sha256>) -> Result<(), StoreError> {
    let unreferred = rows::names(transaction, &format!("SELECT sha256 FROM object WHERE {UNREFERRED}"))?;
    for object in unreferred.iter().filter(|object| !keep.contains(object)) {
        for table in ["rendition", "picture", "object"] {
            transaction.execute(&format!("DELETE FROM {table} WHERE sha256 = ?1"), [object.as_bytes()])?;
        }
    }
    Ok(())
}
