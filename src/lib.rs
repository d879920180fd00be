//! Cloud Shelf: a brand's recommended items on a screen in a shop, each with a QR code.
//!
//! `docs/ARCHITECTURE.md` is the map. The layers, from the ground up, are held by `tests/tidy.rs`.

pub mod binding;
pub mod cli;
pub mod clock;
pub mod domain;
pub mod import;
pub mod link;
pub mod media;
pub mod paths;
pub mod store;
pub mod table;
pub mod transport;
