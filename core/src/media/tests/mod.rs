//! Pictures as they are sent, and malicious ones.

mod decoding;
mod hostile;
mod sizes;

use std::{fs, path::Path};

/// Reads a file made by `tests/data/images/make.py`.
pub(super) fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/images").join(name)).unwrap()
}
