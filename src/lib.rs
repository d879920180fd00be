//! Cloud Shelf: a brand's recommended items on a screen in a shop, each with a QR code.
//!
//! `docs/ARCHITECTURE.md` is the map; `tests/tidy.rs` enforces the layers of modules.

#[cfg(feature = "kiosk")]
pub mod app;
pub mod attempt;
pub mod binding;
pub mod cli;
pub mod clock;
pub mod config;
pub mod control;
pub mod disk;
pub mod doctor;
pub mod domain;
pub mod durable;
pub mod enrolment;
pub mod feed;
pub mod heap;
pub mod hours;
pub mod import;
pub mod inbox;
pub mod intake;
pub mod link;
pub mod media;
pub mod network;
pub mod paths;
pub mod pin;
pub mod plain_file;
#[cfg(feature = "kiosk")]
pub mod platform;
pub mod program;
pub mod publish;
pub mod qr;
pub mod screen;
pub mod search;
pub mod settings;
#[cfg(feature = "kiosk")]
pub mod splash;
pub mod sqlite;
pub mod store;
pub mod support;
pub mod sync;
pub mod table;
pub mod telemetry;
pub mod transport;
pub mod trap;
#[cfg(feature = "kiosk")]
pub mod ui;
pub mod update;
pub mod watchdog;

/// Every program of this crate counts its allocations: see [`heap`].
#[global_allocator]
static HEAP: heap::Counting = heap::Counting;
