//! `binding.json`: the unit's binding. Kept apart from the database, so that it survives damage to it.

use cloud_shelf_core::{
    disk,
    domain::{Binding, DeviceId, Message, StoreId, text},
    durable, plain_file,
};
use serde::{Deserialize, Serialize};
use std::{
    io,
    path::{Path, PathBuf},
};

/// Upper bound on the file's size, in bytes; a real one has about 200.
const MAX_BYTES: u64 = 64 * 1024;
const SCHEMA: u32 = 1;
const MAX_FEED_BYTES: usize = 2048;
const MAX_BRAND_BYTES: usize = 512;

/// What this unit is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    pub binding: Binding,
    /// Where the brand's catalog is published; `None` on a unit that only imports tables
    pub feed: Option<String>,
}

/// Why the binding can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum BindingFileError {
    #[error("cannot read {path}")]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write {path}")]
    Write { path: PathBuf, source: io::Error },
    #[error("{path} is damaged: {what}")]
    Damaged {
        path: PathBuf,
        what: String,
        /// Where the damaged file was moved; `None` if it could not be moved
        aside: Option<PathBuf>,
    },
    #[error("{path} has schema {schema}, newer than this program")]
    Newer { path: PathBuf, schema: u32 },
}

impl BindingFileError {
    /// What happened and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::Read { path, source } => {
                let (path, why, remedy) =
                    (path.display(), plain_file::describe_error(source), disk::remedy(source));
                Message::new(
                    format!("读不到绑定文件 {path}（{}）。{}", why.zh, remedy.zh),
                    format!("Cannot read {path} ({}). {}", why.en, remedy.en),
                )
            }
            Self::Write { path, source } => {
                let (path, why, remedy) =
                    (path.display(), plain_file::describe_error(source), disk::remedy(source));
                Message::new(
                    format!("写不了绑定文件 {path}（{}）。{}", why.zh, remedy.zh),
                    format!("Cannot write {path} ({}). {}", why.en, remedy.en),
                )
            }
            Self::Damaged { path, aside, .. } => {
                let kept = aside.as_ref().unwrap_or(path).display();
                Message::new(
                    format!(
                        "绑定文件已损坏（保留在 {kept}）。请重新绑定：sudo cloud-shelfctl bind '启赋品牌，门店id：…，设备id:…'"
                    ),
                    format!(
                        "The binding's file is damaged (kept as {kept}). Bind again: sudo cloud-shelfctl bind LINE"
                    ),
                )
            }
            Self::Newer { path, .. } => Message::new(
                format!("绑定文件 {} 是更新版本的软件写的。请把软件升级到最新版本", path.display()),
                format!("{} was written by a newer version. Update this program", path.display()),
            ),
        }
    }
}

/// The file's JSON shape.
#[derive(Serialize, Deserialize)]
struct Document {
    schema: u32,
    brand: String,
    store_id: String,
    device_id: String,
    #[serde(default)]
    feed: Option<String>,
}

#[derive(Deserialize)]
struct Version {
    schema: u32,
}

/// The binding file at a path.
#[derive(Clone, Debug)]
pub struct BindingFile {
    path: PathBuf,
}

impl BindingFile {
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the binding, or `None` if the unit is not bound. A damaged file is set aside, never deleted.
    pub fn read(&self) -> Result<Option<Bound>, BindingFileError> {
        let failed = |source| BindingFileError::Read { path: self.path.clone(), source };
        let read = plain_file::read_if_exists(&self.path, MAX_BYTES + 1);
        let Some(bytes) = read.map_err(failed)? else { return Ok(None) };
        match decode(&bytes) {
            Ok(bound) => Ok(Some(bound)),
            Err(Refused::Newer(schema)) => Err(BindingFileError::Newer { path: self.path.clone(), schema }),
            Err(Refused::Damaged(what)) => {
                let aside = durable::set_aside(&self.path);
                Err(BindingFileError::Damaged { path: self.path.clone(), what, aside })
            }
        }
    }

    /// Writes the binding atomically: after a power failure the file is the old one or the new one.
    pub fn write(&self, bound: &Bound) -> Result<(), BindingFileError> {
        self.replace(bound).map_err(|source| BindingFileError::Write { path: self.path.clone(), source })
    }

    /// Removes the binding; returns `false` if there was none.
    pub fn remove(&self) -> Result<bool, BindingFileError> {
        durable::remove(&self.path)
            .map_err(|source| BindingFileError::Write { path: self.path.clone(), source })
    }

    fn replace(&self, bound: &Bound) -> io::Result<()> {
        let document = Document {
            schema: SCHEMA,
            brand: bound.binding.brand.clone(),
            store_id: bound.binding.store.as_str().to_owned(),
            device_id: bound.binding.device.as_str().to_owned(),
            feed: bound.feed.clone(),
        };
        let mut bytes = serde_json::to_vec_pretty(&document)?;
        bytes.push(b'\n');
        if decode(&bytes).ok().as_ref() != Some(bound) {
            // Refuse now what the next start would refuse to read
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the binding could not be read back"));
        }
        durable::replace(&self.path, &bytes)
    }
}

enum Refused {
    Newer(u32),
    Damaged(String),
}

fn decode(bytes: &[u8]) -> Result<Bound, Refused> {
    let damaged = |what: &dyn std::fmt::Display| Refused::Damaged(what.to_string());
    if bytes.len() as u64 > MAX_BYTES {
        return Err(damaged(&"too long"));
    }
    // Check the schema first: a newer file may have other fields
    let version: Version = serde_json::from_slice(bytes).map_err(|e| damaged(&e))?;
    if version.schema > SCHEMA {
        return Err(Refused::Newer(version.schema));
    }
    let document: Document = serde_json::from_slice(bytes).map_err(|e| damaged(&e))?;
    if document.schema != SCHEMA {
        return Err(damaged(&"unknown schema"));
    }
    // Earlier versions stored the brand unfiltered
    let brand = text::one_line(&document.brand);
    if document.brand.len() > MAX_BRAND_BYTES {
        return Err(damaged(&"the brand is not a valid name"));
    }
    let feed = document.feed;
    if feed.as_ref().is_some_and(|f| f.len() > MAX_FEED_BYTES || f.chars().any(char::is_control)) {
        return Err(damaged(&"the feed is not a valid address"));
    }
    let store = StoreId::parse(&document.store_id).map_err(|e| damaged(&e))?;
    let device = DeviceId::parse(&document.device_id).map_err(|e| damaged(&e))?;
    Ok(Bound { binding: Binding { brand, store, device }, feed })
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
