//! `catalog-proven.json`: the last catalog that was on the screen long enough to be trusted. The
//! kiosk shows it while the catalog in the database is held back. Pictures that the database has
//! since deleted are missing from it.

use cloud_shelf_core::{
    domain::{Brand, CatalogSnapshot, CatalogSource, Item, ItemLink, Picture, Price, Rgb, Sha256},
    durable,
    paths::Paths,
    plain_file,
};
use serde::{Deserialize, Serialize};
use std::io;

const SCHEMA: u32 = 1;
/// Upper bound: the largest catalog has about 100 MB of text, a usual one less than one.
const MAX_BYTES: u64 = 64 << 20;

/// A proven catalog, and the unit it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenCatalog {
    /// Content digest
    pub digest: Sha256,
    /// The unit's binding at that time, as text
    pub subject: String,
    pub snapshot: CatalogSnapshot,
}

#[derive(Serialize, Deserialize)]
struct Document {
    schema: u32,
    digest: String,
    subject: String,
    version: u64,
    source: String,
    taken_at: i64,
    brand: BrandForm,
    categories: Vec<String>,
    items: Vec<ItemForm>,
}

#[derive(Serialize, Deserialize)]
struct BrandForm {
    name: String,
    primary: [u8; 3],
    accent: [u8; 3],
    logo: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct ItemForm {
    link: String,
    title: String,
    price: Option<u32>,
    sale_price: Option<u32>,
    selling_points: Vec<String>,
    category: Option<u16>,
    pictures: Vec<PictureForm>,
    barcode: Option<String>,
    listed_from: Option<i64>,
    listed_until: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct PictureForm {
    object: String,
    width: u32,
    height: u32,
    color: [u8; 3],
}

impl ProvenCatalog {
    /// Writes the file, replacing the previous one.
    pub fn keep(&self, paths: &Paths) -> io::Result<()> {
        let bytes = serde_json::to_vec(&Document::of(self))?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        durable::replace(&paths.proven_catalog(), &bytes)
    }

    /// Reads the file; `None` if there is none, or it can't be read.
    pub fn load(paths: &Paths) -> Option<Self> {
        match read(paths) {
            Ok(document) => document.proven(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                tracing::warn!(%error, "the proven catalog can't be read");
                None
            }
        }
    }
}

fn read(paths: &Paths) -> io::Result<Document> {
    let document: Document = serde_json::from_slice(&plain_file::read(&paths.proven_catalog(), MAX_BYTES)?)?;
    if document.schema == SCHEMA { Ok(document) } else { Err(io::Error::other("unknown schema")) }
}

const fn bytes(Rgb(r, g, b): Rgb) -> [u8; 3] {
    [r, g, b]
}

const fn rgb([r, g, b]: [u8; 3]) -> Rgb {
    Rgb(r, g, b)
}

impl Document {
    fn of(proven: &ProvenCatalog) -> Self {
        let ProvenCatalog { digest, subject, snapshot } = proven;
        let brand = &snapshot.brand;
        Self {
            schema: SCHEMA,
            digest: digest.to_string(),
            subject: subject.clone(),
            version: snapshot.version,
            source: snapshot.source.as_str().to_owned(),
            taken_at: snapshot.taken_at,
            brand: BrandForm {
                name: brand.name.clone(),
                primary: bytes(brand.primary),
                accent: bytes(brand.accent),
                logo: brand.logo.map(|logo| logo.to_string()),
            },
            categories: snapshot.categories.clone(),
            items: snapshot.items.iter().map(ItemForm::of).collect(),
        }
    }

    /// Validates everything again, since a file on an SD card can hold anything. Invalid items are
    /// left out.
    fn proven(self) -> Option<ProvenCatalog> {
        let categories = self.categories.len();
        Some(ProvenCatalog {
            digest: self.digest.parse().ok()?,
            subject: self.subject,
            snapshot: CatalogSnapshot {
                version: self.version,
                source: CatalogSource::ALL.into_iter().find(|known| known.as_str() == self.source)?,
                taken_at: self.taken_at,
                brand: Brand {
                    name: self.brand.name,
                    primary: rgb(self.brand.primary),
                    accent: rgb(self.brand.accent),
                    logo: self.brand.logo.and_then(|logo| logo.parse().ok()),
                },
                categories: self.categories,
                items: self.items.into_iter().filter_map(|item| item.item(categories)).collect(),
            },
        })
    }
}

impl ItemForm {
    fn of(item: &Item) -> Self {
        Self {
            link: item.link.to_string(),
            title: item.title.clone(),
            price: item.price.map(Price::fen),
            sale_price: item.sale_price.map(Price::fen),
            selling_points: item.selling_points.clone(),
            category: item.category,
            pictures: item.pictures.iter().map(PictureForm::of).collect(),
            barcode: item.barcode.clone(),
            listed_from: item.listed_from,
            listed_until: item.listed_until,
        }
    }

    fn item(self, categories: usize) -> Option<Item> {
        let price = |fen: Option<u32>| fen.map(|fen| Price::from_fen(fen.into())).transpose().ok();
        Some(Item {
            link: ItemLink::from_canonical(&self.link)?,
            title: self.title,
            price: price(self.price)?,
            sale_price: price(self.sale_price)?,
            selling_points: self.selling_points,
            category: self.category.filter(|index| usize::from(*index) < categories),
            pictures: self.pictures.into_iter().filter_map(PictureForm::picture).collect(),
            barcode: self.barcode,
            listed_from: self.listed_from,
            listed_until: self.listed_until,
        })
    }
}

impl PictureForm {
    fn of(picture: &Picture) -> Self {
        let Picture { object, width, height, color } = *picture;
        Self { object: object.to_string(), width, height, color: bytes(color) }
    }

    fn picture(self) -> Option<Picture> {
        let Self { object, width, height, color } = self;
        let is_sized = width > 0 && height > 0;
        Some(Picture { object: object.parse().ok().filter(|_| is_sized)?, width, height, color: rgb(color) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_is_kept_comes_back_and_what_is_not_valid_is_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(Some(dir.path().into()), None, None);
        assert_eq!(ProvenCatalog::load(&paths), None);
        let object = Sha256::digest(b"picture");
        let item = Item {
            link: ItemLink::from_canonical("https://detail.tmall.com/item.htm?id=567812345678").unwrap(),
            title: "奶粉".into(),
            price: Price::from_fen(19_900).ok(),
            sale_price: Price::from_fen(100).ok(),
            selling_points: vec!["有机".into()],
            category: Some(0),
            pictures: vec![Picture { object, width: 3, height: 4, color: Rgb(1, 2, 3) }],
            barcode: Some("690".into()),
            listed_from: Some(-5),
            listed_until: Some(i64::MAX),
        };
        let snapshot = CatalogSnapshot {
            version: 7,
            source: CatalogSource::Bundle,
            taken_at: 1_800_000_000,
            brand: Brand { logo: Some(object), ..Brand::default() },
            categories: vec!["分类".into()],
            items: vec![item],
        };
        let proven = ProvenCatalog { digest: Sha256::digest(b"digest"), subject: "1/2".into(), snapshot };
        proven.keep(&paths).unwrap();
        assert_eq!(ProvenCatalog::load(&paths), Some(proven.clone()));

        let text = fs::read_to_string(paths.proven_catalog()).unwrap();
        for (from, to, items, pictures) in [
            ("detail.tmall.com", "detail.tmall.com.evil.test", 0, 0),
            ("\"price\":19900", "\"price\":0", 0, 0),
            ("\"width\":3", "\"width\":0", 1, 0),
            ("\"category\":0", "\"category\":1", 1, 1),
        ] {
            fs::write(paths.proven_catalog(), text.replace(from, to)).unwrap();
            let found = ProvenCatalog::load(&paths).unwrap().snapshot.items;
            assert_eq!(found.len(), items, "{to}");
            assert_eq!(found.iter().map(|item| item.pictures.len()).sum::<usize>(), pictures, "{to}");
        }
        for damaged in ["", "{", &text.replace("\"schema\":1", "\"schema\":2"), &text.replace("bundle", "?")]
        {
            fs::write(paths.proven_catalog(), damaged).unwrap();
            assert_eq!(ProvenCatalog::load(&paths), None, "{damaged:.20}");
        }
    }
}
