//! The pages, pressed by the names that a screen reader would say, in mocked time.
//!
//! The names are in debug builds only: see `ui/build.rs`.

mod assist;
mod closed;
mod contents;
mod edges;
mod idle;
mod legible;
mod life;
mod monkey;
mod observed;
mod presses;
mod room;
mod search;
mod service;
mod settings;
mod setup;
mod typeface;
