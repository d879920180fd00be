//! `proxy.json`: the proxy set on the screen. A proxy in the settings file takes precedence.

use cloud_shelf_core::{config::is_proxy_url, disk, domain::Message, durable, plain_file};
use serde::{Deserialize, Serialize};
use std::{io, path::PathBuf};

/// Upper bound on the file's size, in bytes; a real one holds one address.
const MAX_BYTES: u64 = 4096;
const SCHEMA: u32 = 1;

/// Why a proxy could not be read or saved.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    #[error("not a valid proxy address")]
    NoAddress,
    #[error("cannot read {path}")]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write {path}")]
    Write { path: PathBuf, source: io::Error },
    #[error("{path} is damaged")]
    Damaged { path: PathBuf },
    #[error("{path} has schema {schema}, newer than this program")]
    Newer { path: PathBuf, schema: u32 },
}

impl ProxyError {
    /// What happened and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::NoAddress => Message::fixed(
                "代理应写成 http://主机:端口，例如 http://10.0.0.1:3128",
                "A proxy is written as http://host:port, such as http://10.0.0.1:3128",
            ),
            Self::Read { path, source } => {
                let (path, why, remedy) =
                    (path.display(), plain_file::describe_error(source), disk::remedy(source));
                Message::new(
                    format!("读不到代理设置 {path}（{}），按没有代理处理。{}", why.zh, remedy.zh),
                    format!("Cannot read {path} ({}), so no proxy is used. {}", why.en, remedy.en),
                )
            }
            Self::Write { path, source } => {
                let (path, why, remedy) =
                    (path.display(), plain_file::describe_error(source), disk::remedy(source));
                Message::new(
                    format!("写不了代理设置 {path}（{}）。{}", why.zh, remedy.zh),
                    format!("Cannot write {path} ({}). {}", why.en, remedy.en),
                )
            }
            Self::Damaged { path } => Message::new(
                format!("代理设置 {} 已损坏，按没有代理处理。如需代理，请在屏幕上重新设置", path.display()),
                format!(
                    "The proxy's file {} is damaged, so no proxy is used. If one is needed, set it again on the screen",
                    path.display()
                ),
            ),
            Self::Newer { path, .. } => Message::new(
                format!(
                    "代理设置 {} 是更新版本的软件写的，按没有代理处理。请把软件升级到最新版本",
                    path.display()
                ),
                format!(
                    "{} was written by a newer version, so no proxy is used. Update this program",
                    path.display()
                ),
            ),
        }
    }
}

/// The file's JSON shape. The first versions wrote no schema.
#[derive(Serialize, Deserialize)]
struct Document {
    #[serde(default = "first_schema")]
    schema: u32,
    proxy: String,
}

#[derive(Deserialize)]
struct Version {
    #[serde(default = "first_schema")]
    schema: u32,
}

const fn first_schema() -> u32 {
    1
}

/// The proxy file, readable only by its owner, since the address may contain a password.
#[derive(Clone, Debug)]
pub(super) struct ProxyFile {
    path: PathBuf,
}

impl ProxyFile {
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Returns the proxy that was set, if any. Changes nothing.
    pub fn read(&self) -> Result<Option<String>, ProxyError> {
        let failed = |source| ProxyError::Read { path: self.path.clone(), source };
        let read = plain_file::read_if_exists(&self.path, MAX_BYTES + 1).map_err(failed)?;
        let Some(bytes) = read else { return Ok(None) };
        let damaged = || ProxyError::Damaged { path: self.path.clone() };
        // Checked first: a newer file may have other fields
        let version: Version = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
        if version.schema > SCHEMA {
            return Err(ProxyError::Newer { path: self.path.clone(), schema: version.schema });
        }
        let document: Document = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
        if document.schema != SCHEMA || !is_proxy_url(&document.proxy) {
            return Err(damaged());
        }
        Ok(Some(document.proxy))
    }

    /// Writes the proxy; an empty text removes the file.
    pub fn write(&self, proxy: &str) -> Result<(), ProxyError> {
        let failed = |source| ProxyError::Write { path: self.path.clone(), source };
        if proxy.is_empty() {
            return durable::remove(&self.path).map(drop).map_err(failed);
        }
        if !is_proxy_url(proxy) {
            return Err(ProxyError::NoAddress);
        }
        let bytes = serde_json::to_vec(&Document { schema: SCHEMA, proxy: proxy.to_owned() })
            .map_err(|error| failed(error.into()))?;
        durable::replace(&self.path, &bytes).map_err(failed)
    }

    /// Moves a damaged file out of the way, and returns its new name.
    pub fn set_aside(&self) -> Result<PathBuf, ProxyError> {
        durable::set_aside(&self.path).ok_or_else(|| ProxyError::Write {
            path: self.path.clone(),
            source: io::Error::other("the damaged file can't be renamed"),
        })
    }
}
