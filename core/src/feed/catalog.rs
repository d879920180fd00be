//! The catalog document, an object of the feed that all units of a brand share, and its JSON form.

use super::{
    DocumentKind, FeedError, ObjectRef, SCHEMA,
    check::{Checker, ObjectForm},
    json::{self, BoundedList, JsonObject},
    limits,
};
use crate::domain::{Item, ItemLink, Sha256};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

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

const CHECK: Checker = Checker(DocumentKind::Catalog);

/// Pictures seen so far, to check that an object has the same size everywhere.
type PictureSizes = HashMap<Sha256, PictureRef>;

#[derive(Serialize, Deserialize)]
pub(super) struct CatalogForm {
    schema: u64,
    categories: BoundedList<String, { limits::CATEGORIES }>,
    items: BoundedList<JsonObject<ItemForm>, { limits::ITEMS }>,
}

#[derive(Serialize, Deserialize)]
struct ItemForm {
    link: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    price_fen: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sale_price_fen: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    selling_points: Option<BoundedList<String, { limits::SELLING_POINTS }>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pictures: Option<BoundedList<JsonObject<PictureForm>, { limits::PICTURES }>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    barcode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    listed_from: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    listed_until: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct PictureForm {
    sha256: String,
    size: u64,
    width: u32,
    height: u32,
}

impl CatalogForm {
    pub fn new(categories: &[String], items: &[Item<PictureRef>]) -> Self {
        Self {
            schema: SCHEMA,
            categories: BoundedList(categories.to_vec()),
            items: BoundedList(items.iter().map(|item| JsonObject(ItemForm::new(item))).collect()),
        }
    }

    pub fn into_document(self) -> Result<CatalogDocument, FeedError> {
        let categories = self.categories.0;
        CHECK.count("categories", categories.len(), limits::CATEGORIES)?;
        CHECK.count("items", self.items.0.len(), limits::ITEMS)?;
        for (n, name) in categories.iter().enumerate() {
            CHECK.text(&format!("categories[{n}]"), name, limits::CATEGORY_CHARS)?;
        }
        let (mut sizes, mut seen) = (PictureSizes::new(), HashSet::new());
        let mut items = Vec::with_capacity(self.items.0.len());
        for (n, JsonObject(form)) in self.items.0.into_iter().enumerate() {
            let place = format!("items[{n}]");
            let item = form.into_item(&place, categories.len(), &mut sizes)?;
            if !seen.insert((item.link.item.clone(), item.link.sku.clone())) {
                return CHECK.refuse(format!("{place}.link"), "an item that is not there yet");
            }
            items.push(item);
        }
        Ok(CatalogDocument::from_checked(categories, items))
    }
}

impl ItemForm {
    fn new(item: &Item<PictureRef>) -> Self {
        let picture = |picture: &PictureRef| {
            let PictureRef { object, width, height } = *picture;
            JsonObject(PictureForm { sha256: object.sha256.to_string(), size: object.size, width, height })
        };
        Self {
            link: item.link.to_string(),
            title: item.title.clone(),
            price_fen: item.price.map(|price| price.fen().into()),
            sale_price_fen: item.sale_price.map(|price| price.fen().into()),
            selling_points: BoundedList::unless_empty(item.selling_points.clone()),
            category: item.category,
            pictures: BoundedList::unless_empty(item.pictures.iter().map(picture).collect()),
            barcode: item.barcode.clone(),
            listed_from: item.listed_from,
            listed_until: item.listed_until,
        }
    }

    fn into_item(
        self,
        place: &str,
        categories: usize,
        sizes: &mut PictureSizes,
    ) -> Result<Item<PictureRef>, FeedError> {
        let at = |member: &str| format!("{place}.{member}");
        let Some(link) = ItemLink::from_canonical(&self.link) else {
            return CHECK.refuse(at("link"), "an item's canonical address on an allowed host");
        };
        CHECK.text(&at("title"), &self.title, limits::TITLE_CHARS)?;
        let price = CHECK.price(&at("price_fen"), self.price_fen)?;
        let sale_price = CHECK.price(&at("sale_price_fen"), self.sale_price_fen)?;
        if price.zip(sale_price).is_some_and(|(price, sale)| sale >= price) {
            return CHECK.refuse(at("sale_price_fen"), "less than the price");
        }
        let points = self.selling_points.map_or_else(Vec::new, |points| points.0);
        let shown = self.pictures.map_or_else(Vec::new, |pictures| pictures.0);
        CHECK.count(&at("selling_points"), points.len(), limits::SELLING_POINTS)?;
        CHECK.count(&at("pictures"), shown.len(), limits::PICTURES)?;
        for (n, point) in points.iter().enumerate() {
            CHECK.text(&at(&format!("selling_points[{n}]")), point, limits::SELLING_POINT_CHARS)?;
        }
        if self.category.is_some_and(|index| usize::from(index) >= categories) {
            return CHECK.refuse(at("category"), "the place of one of the categories");
        }
        if let Some(barcode) = &self.barcode {
            CHECK.text(&at("barcode"), barcode, limits::BARCODE_CHARS)?;
        }
        let time = |member, time: Option<i64>| time.map(|time| CHECK.time(&at(member), time)).transpose();
        let (listed_from, listed_until) =
            (time("listed_from", self.listed_from)?, time("listed_until", self.listed_until)?);
        let mut pictures = Vec::with_capacity(shown.len());
        for (n, JsonObject(picture)) in shown.into_iter().enumerate() {
            pictures.push(picture.into_picture(&at(&format!("pictures[{n}]")), sizes)?);
        }
        Ok(Item {
            link,
            title: self.title,
            price,
            sale_price,
            selling_points: points,
            category: self.category,
            pictures,
            barcode: self.barcode,
            listed_from,
            listed_until,
        })
    }
}

impl PictureForm {
    fn into_picture(self, place: &str, sizes: &mut PictureSizes) -> Result<PictureRef, FeedError> {
        let Self { sha256, size, width, height } = self;
        let object = CHECK.object(place, ObjectForm::new(sha256, size), limits::PICTURE_BYTES)?;
        let pixels = u64::from(width) * u64::from(height);
        if pixels == 0 || width.max(height) > limits::PICTURE_SIDE || pixels > limits::PICTURE_PIXELS {
            return CHECK.refuse(place, "a size in pixels within the limit");
        }
        let picture = PictureRef { object, width, height };
        if *sizes.entry(object.sha256).or_insert(picture) != picture {
            return CHECK.refuse(place, "the same sizes wherever an object is named");
        }
        Ok(picture)
    }
}
