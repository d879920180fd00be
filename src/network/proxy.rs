//! `proxy.json`: the proxy set on the screen. A proxy in the settings file takes precedence.

use cloud_shelf_core::{
    config::{NetworkConfig, is_proxy_url},
    domain::Message,
    durable, plain_file,
};
use serde::{Deserialize, Serialize};
use std::{io, path::PathBuf};

/// Upper bound on the file's size, in bytes; a real one holds one address.
const MAX_BYTES: u64 = 4096;

/// Why a proxy could not be saved.
#[derive(Debug, thiserror::Error)]
pub enum ProxyFileError {
    #[error("not a valid proxy address")]
    NoProxy,
    #[error("cannot write {path}")]
    Write { path: PathBuf, source: io::Error },
}

impl ProxyFileError {
    /// What happened and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::NoProxy => Message::fixed(
                "代理应写成 http://主机:端口，例如 http://10.0.0.1:3128",
                "A proxy is written as http://host:port, such as http://10.0.0.1:3128",
            ),
            Self::Write { path, source } => Message::new(
                format!("写不了 {}（{source}）。请检查磁盘是否已满", path.display()),
                format!("Cannot write {} ({source}). Check for a full disk", path.display()),
            ),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Document {
    proxy: String,
}

/// The proxy file, readable only by its owner, since the address may contain a password.
#[derive(Clone, Debug)]
pub struct ProxyFile {
    path: PathBuf,
}

impl ProxyFile {
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Returns the proxy that was set; `None` if the file is missing or unreadable.
    pub fn read(&self) -> Option<String> {
        let bytes = plain_file::read(&self.path, MAX_BYTES).ok()?;
        let document: Document = serde_json::from_slice(&bytes).ok()?;
        Some(document.proxy).filter(|proxy| is_proxy_url(proxy))
    }

    /// Sets the proxy; an empty text removes it.
    pub fn write(&self, proxy: &str) -> Result<(), ProxyFileError> {
        let failed = |source| ProxyFileError::Write { path: self.path.clone(), source };
        if proxy.is_empty() {
            return durable::remove(&self.path).map(drop).map_err(failed);
        }
        if !is_proxy_url(proxy) {
            return Err(ProxyFileError::NoProxy);
        }
        let bytes = serde_json::to_vec(&Document { proxy: proxy.to_owned() })
            .map_err(|error| failed(error.into()))?;
        durable::replace(&self.path, &bytes).map_err(failed)
    }

    /// Returns the settings, with this proxy if they name none.
    pub fn fill_in(&self, network: NetworkConfig) -> NetworkConfig {
        NetworkConfig { proxy: network.proxy.or_else(|| self.read()), ..network }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_files_own_proxy_goes_first() {
        let dir = tempfile::tempdir().unwrap();
        let file = ProxyFile::new(dir.path().join("proxy.json"));
        let plain = NetworkConfig::default();
        assert_eq!(file.fill_in(plain.clone()).proxy, None);
        file.write("http://user:word@10.0.0.1:3128").unwrap();
        assert_eq!(file.fill_in(plain.clone()).proxy.as_deref(), Some("http://user:word@10.0.0.1:3128"));
        let own = NetworkConfig { proxy: Some("http://own:1".into()), ..plain };
        assert_eq!(file.fill_in(own).proxy.as_deref(), Some("http://own:1"));
        for no_proxy in ["10.0.0.1:3128", "socks5://a:1", "http://a/path", "http://"] {
            assert!(matches!(file.write(no_proxy), Err(ProxyFileError::NoProxy)), "{no_proxy}");
        }
        file.write("").unwrap();
        assert_eq!(file.read(), None);
        std::fs::write(dir.path().join("proxy.json"), "{\"proxy\":\"rubbish\"}").unwrap();
        assert_eq!(file.read(), None);
    }
}
