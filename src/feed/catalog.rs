//! What all shelves of a brand show: one object of the feed.

use super::{Document, FeedError, ObjectRef, catalog_form::CatalogForm, json, limits};
use crate::domain::Item;

/// A picture of an item, as the feed names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PictureRef {
    pub object: ObjectRef,
    /// Pixels, upright
    pub width: u32,
    pub height: u32,
}

/// Categories and items in the brand's order, within the limits and with every link on an
/// allow-listed host: there is no other way to make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogDocument {
    categories: Vec<String>,
    items: Vec<Item<PictureRef>>,
}

impl CatalogDocument {
    /// The publisher's way: the same rules as for what is read.
    pub fn new(categories: Vec<String>, items: Vec<Item<PictureRef>>) -> Result<Self, FeedError> {
        CatalogForm::of(&categories, &items).into_document()
    }

    pub(super) const fn of(categories: Vec<String>, items: Vec<Item<PictureRef>>) -> Self {
        Self { categories, items }
    }

    pub fn categories(&self) -> &[String] {
        &self.categories
    }

    pub fn items(&self) -> &[Item<PictureRef>] {
        &self.items
    }

    pub fn into_parts(self) -> (Vec<String>, Vec<Item<PictureRef>>) {
        (self.categories, self.items)
    }

    /// Every picture, as often as items have it.
    pub fn pictures(&self) -> impl Iterator<Item = &PictureRef> {
        self.items.iter().flat_map(|item| &item.pictures)
    }

    /// The document's bytes: the same for the same content.
    pub fn to_bytes(&self) -> Result<Vec<u8>, FeedError> {
        let document = Document::Catalog;
        let bytes = serde_json::to_vec(&CatalogForm::of(&self.categories, &self.items))
            .map_err(|error| FeedError::Json { document, detail: error.to_string() })?;
        let (size, most) = (bytes.len(), limits::CATALOG_BYTES);
        if size > most { Err(FeedError::TooLarge { document, size, most }) } else { Ok(bytes) }
    }
}

/// Reads the catalog that a pointer names.
pub fn read_catalog(bytes: &[u8], object: &ObjectRef) -> Result<CatalogDocument, FeedError> {
    let (document, size, most) = (Document::Catalog, bytes.len(), limits::CATALOG_BYTES);
    if size > most {
        return Err(FeedError::TooLarge { document, size, most });
    }
    object.check(bytes)?;
    json::read::<CatalogForm>(document, bytes)?.into_document()
}
