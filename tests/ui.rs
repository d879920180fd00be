//! The pages, pressed by the names that a screen reader would say, in mocked time.
//!
//! The names are in debug builds only: see `ui/build.rs`.
#![cfg(all(feature = "kiosk", debug_assertions))]

#[path = "ui/assist.rs"]
mod assist;
#[path = "ui/closed.rs"]
mod closed;
#[path = "ui/contents.rs"]
mod contents;
#[path = "ui/edges.rs"]
mod edges;
#[path = "ui/idle.rs"]
mod idle;
#[path = "ui/legible.rs"]
mod legible;
#[path = "ui/life.rs"]
mod life;
#[path = "ui/monkey.rs"]
mod monkey;
#[path = "ui/observed.rs"]
mod observed;
#[path = "ui/presses.rs"]
mod presses;
#[path = "ui/rig.rs"]
mod rig;
#[path = "ui/room.rs"]
mod room;
#[path = "ui/search.rs"]
mod search;
#[path = "ui/service.rs"]
mod service;
#[path = "ui/settings.rs"]
mod settings;
#[path = "ui/setup.rs"]
mod setup;
#[path = "ui/staff.rs"]
mod staff;
#[path = "ui/typeface.rs"]
mod typeface;
