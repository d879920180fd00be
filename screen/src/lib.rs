//! The Slint adapters: what the catalog looks like on the pages, and what a touch does.
//!
//! Everything here runs on the UI thread and never waits: no store, no socket, no decoder.
//! Pictures are asked for through [`PictureSource`] and come back through [`Screen::deliver`].

mod ask;
mod assist;
mod attract;
mod banner;
mod brand;
mod card;
mod card_grid;
mod closed;
mod desk;
mod drift;
mod entry;
mod freshness;
mod glyphs;
mod idle;
mod item;
mod navigation;
mod network;
mod observer;
mod pictures;
mod pool;
mod screen;
mod screen_tests;
mod search;
mod service;
mod settings;
mod setup;
mod shelf;
mod theme;

pub use banner::Banner;
pub use closed::PanelSwitch;
pub use cloud_shelf_ui::Page;
pub use desk::{
    Desk, Fact, FactGroup, Field, NetworkFacts, Order, PanelFacts, PinAnswer, Secret, SetupFacts, Verdict,
    Watched, Wifi,
};
pub use freshness::Freshness;
pub use glyphs::{drawable, has as has_glyph};
pub use navigation::with_screen;
pub use observer::Observer;
pub use pictures::{Fetched, PictureKey, PictureSource, Urgency};
pub use screen::{Notice, Place, Screen};
pub use search::IndexSource;
