//! `pin-tries.json`: the number of wrong tries in a row. Kept apart from `pin.json`, so that setting a PIN
//! and counting tries never write the same file.

use super::file::read;
use cloud_shelf_core::durable;
use serde::{Deserialize, Serialize};
use std::{io, path::Path};

#[derive(Serialize, Deserialize)]
struct Document {
    /// Salt of the hash that was tried: another PIN resets the count
    salt: String,
    wrong: u32,
}

/// Returns the number of wrong tries of the PIN with this salt. An unreadable file counts as none: the hash
/// is the protection, and a bad card must not lock staff out.
pub(super) fn load(path: &Path, salt: &str) -> u32 {
    let document =
        read(path).ok().flatten().and_then(|bytes| serde_json::from_slice::<Document>(&bytes).ok());
    document.filter(|document| document.salt == salt).map_or(0, |document| document.wrong)
}

pub(super) fn save(path: &Path, salt: &str, wrong: u32) -> io::Result<()> {
    durable::replace(path, &serde_json::to_vec(&Document { salt: salt.to_owned(), wrong })?)
}
