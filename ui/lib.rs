//! The pages of Cloud Shelf: nothing but the module that Slint generates. The crate exists so that
//! editing Rust never recompiles the pages.

slint::include_modules!();
