//! The catalog document: an object of the feed that all units of a brand share.

use super::{DocumentKind, FeedError, ObjectRef, catalog_form::CatalogForm, json, limits};
use crate::domain::Item;

/// A picture of an item, as the catalog references it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PictureRef {
    pub object: ObjectRef,
    /// Pixels, after applying the orientation
    pub width: u32,
    pub height: u32,
}

/// Categories and items in the brand's order. Always valid: within all limits, with every link on
/// an allow-listed host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogDocument {
    categories: Vec<String>,
    items: Vec<Item<PictureRef>>,
}

impl CatalogDocument {
    /// Creates a catalog for publishing, by the same rules as for reading.
    pub fn new(categories: Vec<String>, items: Vec<Item<PictureRef>>) -> Result<Self, FeedError> {
        CatalogForm::new(&categories, &items).into_document()
    }

    pub(super) const fn from_checked(categories: Vec<String>, items: Vec<Item<PictureRef>>) -> Self {
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

    /// Returns every picture, once per item that has it.
    pub fn pictures(&self) -> impl Iterator<Item = &PictureRef> {
        self.items.iter().flat_map(|item| &item.pictures)
    }

    /// Returns the canonical bytes: the same for the same content.
    pub fn to_bytes(&self) -> Result<Vec<u8>, FeedError> {
        let document = DocumentKind::Catalog;
        let bytes = serde_json::to_vec(&CatalogForm::new(&self.categories, &self.items))
            .map_err(|error| FeedError::Json { document, detail: error.to_string() })?;
        let (size, most) = (bytes.len(), limits::CATALOG_BYTES);
        if size > most { Err(FeedError::TooLarge { document, size, most }) } else { Ok(bytes) }
    }
}

/// Reads and checks the catalog that a pointer names.
pub fn read_catalog(bytes: &[u8], object: &ObjectRef) -> Result<CatalogDocument, FeedError> {
    let (document, size, most) = (DocumentKind::Catalog, bytes.len(), limits::CATALOG_BYTES);
    if size > most {
        return Err(FeedError::TooLarge { document, size, most });
    }
    object.check(bytes)?;
    json::read::<CatalogForm>(document, bytes)?.into_document()
}
