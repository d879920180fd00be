//! The pages from outside: pressed, measured, and held against pictures.

mod canvas;
// The names of what is on a page, by which tests find it, are in debug builds only: see `ui/build.rs`
#[cfg(debug_assertions)]
mod golden;
#[cfg(debug_assertions)]
mod golden_staff;
#[cfg(debug_assertions)]
#[path = "golden/picture.rs"]
mod picture;
mod previews;
#[cfg(debug_assertions)]
#[path = "ui/rig.rs"]
mod rig;
#[cfg(debug_assertions)]
#[path = "ui/staff.rs"]
mod staff;
#[cfg(debug_assertions)]
mod ui;
