//! The pages of Cloud Shelf: nothing but the module that Slint generates, in a crate of its own
//! so that editing Rust never compiles it again.

slint::include_modules!();
