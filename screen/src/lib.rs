//! The Rust side of the pages: what a catalog looks like, and what a touch does.
//!
//! Everything here runs on the UI thread and never waits: no store, no socket, no decoder.
//! Pictures are asked for through `PictureSource` and come back through `Screen::deliver`.
//!
//! Each page of `pages` owns its state. It is told of a touch or of news, is lent what all pages share
//! (`pages::Pages`), and answers with `effect::Effect`s. `navigation` applies them: it alone knows
//! all pages. `Screen` is what the rest of the program sees of it.

// What comes from outside, or from another snapshot, must not be able to end the program
#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

mod cards;
mod desk;
mod effect;
mod glyphs;
mod idle;
mod listing;
mod navigation;
mod observer;
mod pages;
mod panel;
mod pictures;
mod screen;
mod theme;
mod touches;

pub use cloud_shelf_ui::Page;
pub use desk::{
    Desk, Fact, FactGroup, Field, NetworkFacts, NetworkOrder, Order, PanelFacts, PanelOrder, PinAnswer,
    PinOrder, Secret, SetupFacts, UnitOrder, Verdict, Watched, Wifi,
};
pub use glyphs::{drawable, has as has_glyph};
pub use navigation::Place;
pub use observer::Observer;
pub use pages::{Banner, Freshness, IndexSource, Notice};
pub use panel::PanelSwitch;
pub use pictures::{Fetched, PictureKey, PictureSource, Urgency};
pub use screen::{Screen, with_screen};
