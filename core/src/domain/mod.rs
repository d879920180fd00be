//! The product's words as types. Constructors validate; nothing here does I/O.

mod binding;
pub mod bounds;
mod catalog;
mod code;
mod item_id;
mod item_link;
mod link_mode;
mod message;
mod price;
mod rendition_kind;
mod rgb;
mod sha256;
pub mod text;

pub use binding::Binding;
pub use catalog::{Brand, CatalogSnapshot, CatalogSource, Item, Picture};
pub use code::{CodeError, DeviceId, StoreId};
pub use item_id::{ItemId, ItemIdError};
pub use item_link::{ItemHost, ItemLink};
pub use link_mode::LinkMode;
pub use message::{Lang, Message};
pub use price::{Price, PriceError};
pub use rendition_kind::RenditionKind;
pub use rgb::{Rgb, RgbError};
pub use sha256::{Sha256, Sha256Error};
