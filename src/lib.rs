//! The unit of Cloud Shelf: a brand's recommended items on a screen in a shop, each with a QR code.
//!
//! Here is what the kiosk (`main.rs`, `app`) and the command `cloud-shelfctl` share; it knows nothing of
//! Slint. `docs/ARCHITECTURE.md` is the map. The layers, from the ground up, are held by `tests/tidy.rs`.

// What comes from outside, or from another moment, may have any length
#![deny(clippy::indexing_slicing)]
#![cfg_attr(test, allow(clippy::indexing_slicing))]

pub mod cli;
pub mod control;
pub mod doctor;
pub mod enrolment;
pub mod import;
pub mod inbox;
pub mod network;
pub mod pin;
pub mod store;
pub mod support;
pub mod sync;
pub mod telemetry;
pub mod unit;
pub mod update;
