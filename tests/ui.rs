//! The pages, pressed by the names that a screen reader would say, in mocked time.
#![cfg(feature = "kiosk")]

#[path = "ui/contents.rs"]
mod contents;
#[path = "ui/idle.rs"]
mod idle;
#[path = "ui/presses.rs"]
mod presses;
#[path = "ui/rig.rs"]
mod rig;
