//! The catalog that a unit shows, as an immutable snapshot.

use super::{ItemLink, Price, Rgb, Sha256};

/// Origin of a catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatalogSource {
    /// A merchant's table, imported on this unit
    Import,
    /// The operator's feed
    Feed,
    /// A bundle on a USB stick
    Bundle,
}

impl CatalogSource {
    pub const ALL: [Self; 3] = [Self::Import, Self::Feed, Self::Bundle];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Feed => "feed",
            Self::Bundle => "bundle",
        }
    }
}

/// Appearance of a brand on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brand {
    pub name: String,
    pub primary: Rgb,
    pub accent: Rgb,
    pub logo: Option<Sha256>,
}

impl Default for Brand {
    /// An unnamed brand in ink and vermilion.
    fn default() -> Self {
        Self {
            name: String::new(),
            primary: Rgb(0x1F, 0x2A, 0x37),
            accent: Rgb(0xC8, 0x3C, 0x23),
            logo: None,
        }
    }
}

/// A picture of an item, with the name of its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture {
    pub object: Sha256,
    /// Pixels, after EXIF rotation
    pub width: u32,
    pub height: u32,
    /// Mean colour, shown until the picture is decoded
    pub color: Rgb,
}

/// One recommended item. The type of its pictures depends on the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<P = Picture> {
    pub link: ItemLink,
    pub title: String,
    pub price: Option<Price>,
    /// Less than `price`, where both are known
    pub sale_price: Option<Price>,
    pub selling_points: Vec<String>,
    /// Index into [`CatalogSnapshot::categories`]
    pub category: Option<u16>,
    pub pictures: Vec<P>,
    pub barcode: Option<String>,
    /// Unix time (seconds) from which the item is listed
    pub listed_from: Option<i64>,
    /// Unix time (seconds) before which the item is listed
    pub listed_until: Option<i64>,
}

impl<P> Item<P> {
    /// Whether the item is listed at a Unix time (seconds).
    pub fn is_listed_at(&self, now: i64) -> bool {
        self.listed_from.is_none_or(|from| from <= now) && self.listed_until.is_none_or(|until| now < until)
    }
}

/// Immutable snapshot of one version of the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogSnapshot {
    /// Only ever grows on one unit
    pub version: u64,
    pub source: CatalogSource,
    /// Unix time (seconds) at which this version was accepted
    pub taken_at: i64,
    pub brand: Brand,
    /// In the brand's order
    pub categories: Vec<String>,
    /// In the brand's order
    pub items: Vec<Item>,
}

/// A size that is made once, when a picture is taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RenditionKind {
    /// Strip below an item
    Tile,
    /// Card on the shelf page
    Card,
    /// An item's page, and attract
    Page,
    /// Logo, with transparency; the only kind for logos
    Logo,
}

impl RenditionKind {
    /// The kinds of an item's picture, smallest first.
    pub const ALL: [Self; 3] = [Self::Tile, Self::Card, Self::Page];

    /// Returns the side, in pixels, of the square that it fits into.
    pub const fn max_side(self) -> u32 {
        match self {
            Self::Tile => 200,
            Self::Card => 400,
            Self::Page => 1080,
            // Twice the largest size that any panel shows
            Self::Logo => 512,
        }
    }
}
