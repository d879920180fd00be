//! `pin-tries.json`: how often in a row a wrong PIN was given. A file of its own, so that whoever sets
//! another PIN and whoever counts never write the same one.

use super::file::read;
use crate::durable;
use serde::{Deserialize, Serialize};
use std::{io, path::Path};

#[derive(Serialize, Deserialize)]
struct Document {
    /// Of the hash that they were tried against: another PIN begins anew
    salt: String,
    wrong: u32,
}

/// Wrong tries of the PIN with this salt. A file that can't be read counts as none: it is the hash
/// that protects, and staff must not be kept out by a bad card.
pub(super) fn load(path: &Path, salt: &str) -> u32 {
    let document =
        read(path).ok().flatten().and_then(|bytes| serde_json::from_slice::<Document>(&bytes).ok());
    document.filter(|document| document.salt == salt).map_or(0, |document| document.wrong)
}

pub(super) fn save(path: &Path, salt: &str, wrong: u32) -> io::Result<()> {
    durable::replace(path, &serde_json::to_vec(&Document { salt: salt.to_owned(), wrong })?)
}
