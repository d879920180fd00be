//! The product's words as types. Constructors validate; nothing here does I/O.

mod base_url;
mod binding;
pub mod bounds;
mod catalog;
mod item_link;
mod message;
mod price;
mod rgb;
mod sha256;
pub mod text;

pub use base_url::base_url;
pub use binding::{Binding, CodeError, DeviceId, StoreId};
pub use bounds::LinkMode;
pub use catalog::{Brand, CatalogSnapshot, CatalogSource, Item, Picture, RenditionKind};
pub use item_link::{ItemHost, ItemId, ItemIdError, ItemLink};
pub use message::{Lang, Message};
pub use price::{Price, PriceError};
pub use rgb::{Rgb, RgbError};
pub use sha256::{Sha256, Sha256Error};
