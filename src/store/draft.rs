//! Data that a writer passes to the store.

use super::{MAX_ITEMS, MAX_OBJECT_BYTES, StoreError};
use cloud_shelf_core::domain::{Brand, CatalogSnapshot, CatalogSource, Item, Picture, RenditionKind, Sha256};

/// A catalog without a version yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogDraft {
    pub source: CatalogSource,
    /// Unix time (seconds)
    pub taken_at: i64,
    pub brand: Brand,
    pub categories: Vec<String>,
    pub items: Vec<Item>,
}

/// A picture as it arrived, with its renditions.
#[derive(Clone, Debug)]
pub struct PictureDraft<'a> {
    pub bytes: &'a [u8],
    /// Hash, pixel size and mean colour
    pub picture: Picture,
    pub renditions: Vec<RenditionDraft>,
}

/// One rendition of a picture, encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenditionDraft {
    pub kind: RenditionKind,
    pub width: u32,
    pub height: u32,
    pub bytes: Vec<u8>,
}

impl CatalogDraft {
    /// Returns the content digest, independent of the time. Every field is length-prefixed, so that
    /// no two contents have the same encoding.
    pub(super) fn digest(&self) -> Sha256 {
        let mut out = Canonical(Vec::with_capacity(64 + 256 * self.items.len()));
        out.text(self.source.as_str());
        out.text(&self.brand.name);
        out.text(&self.brand.primary.to_string());
        out.text(&self.brand.accent.to_string());
        out.option(self.brand.logo, |out, logo| out.bytes(logo.as_bytes()));
        out.list(&self.categories, |out, name| out.text(name));
        out.list(&self.items, Canonical::item);
        Sha256::digest(&out.0)
    }

    /// Whether a snapshot has the same content as this draft.
    pub(super) fn is_in(&self, snapshot: &CatalogSnapshot) -> bool {
        self.source == snapshot.source
            && self.brand == snapshot.brand
            && self.categories == snapshot.categories
            && self.items == snapshot.items
    }

    pub(super) fn check_size(&self) -> Result<(), StoreError> {
        let size = self.items.len().max(self.categories.len());
        if size > MAX_ITEMS {
            return Err(StoreError::TooLarge { what: "catalog", size, most: MAX_ITEMS });
        }
        Ok(())
    }
}

impl PictureDraft<'_> {
    pub(super) fn check_size(&self) -> Result<(), StoreError> {
        let renditions = self.renditions.iter().map(|rendition| rendition.bytes.len());
        let size = renditions.chain([self.bytes.len()]).max().unwrap_or(0);
        if size > MAX_OBJECT_BYTES {
            return Err(StoreError::TooLarge { what: "picture", size, most: MAX_OBJECT_BYTES });
        }
        Ok(())
    }
}

/// Unambiguous encoding of values.
struct Canonical(Vec<u8>);

impl Canonical {
    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as i64);
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn number(&mut self, number: i64) {
        self.0.extend_from_slice(&number.to_be_bytes());
    }

    fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.0.push(u8::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    fn list<T>(&mut self, values: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.number(values.len() as i64);
        for value in values {
            write(self, value);
        }
    }

    fn item(&mut self, item: &Item) {
        self.text(&item.link.to_string());
        self.text(&item.title);
        for price in [item.price, item.sale_price] {
            self.option(price, |out, price| out.number(price.fen().into()));
        }
        self.list(&item.selling_points, |out, point| out.text(point));
        self.option(item.category, |out, category| out.number(category.into()));
        self.list(&item.pictures, |out, picture| {
            out.bytes(picture.object.as_bytes());
            out.number(picture.width.into());
            out.number(picture.height.into());
            out.text(&picture.color.to_string());
        });
        self.option(item.barcode.as_deref(), Self::text);
        for time in [item.listed_from, item.listed_until] {
            self.option(time, Self::number);
        }
    }
}
