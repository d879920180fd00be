//! The unit's own signing key: Ed25519, created on the unit, never leaving it.
//!
//! The file is a private JWK (RFC 8037) with mode 0600. Whoever has the key can send reports in
//! this unit's name, and nothing else: the key signs no catalog, and nothing is encrypted to it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cloud_shelf_core::{
    disk,
    domain::Message,
    durable,
    feed::{PublicKey, Signer},
    plain_file,
};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    fs::{File, Permissions},
    io::{self, Read},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// Upper bound; the file has about 150 bytes.
const MAX_BYTES: u64 = 4096;

/// Why the device key is not available.
#[derive(Debug, thiserror::Error)]
pub enum DeviceKeyError {
    #[error("cannot read {path}")]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write {path}")]
    Write { path: PathBuf, source: io::Error },
    #[error("{path} is not a device key")]
    Damaged { path: PathBuf },
}

impl DeviceKeyError {
    /// Says what happened and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::Read { path, source } => {
                let (path, why, remedy) =
                    (path.display(), plain_file::describe_error(source), disk::remedy(source));
                Message::new(
                    format!("读不到设备密钥 {path}（{}）。{}", why.zh, remedy.zh),
                    format!("Cannot read {path} ({}). {}", why.en, remedy.en),
                )
            }
            Self::Write { path, source } => {
                let (path, why, remedy) =
                    (path.display(), plain_file::describe_error(source), disk::remedy(source));
                Message::new(
                    format!("写不了设备密钥 {path}（{}）。{}", why.zh, remedy.zh),
                    format!("Cannot write {path} ({}). {}", why.en, remedy.en),
                )
            }
            Self::Damaged { path } => Message::new(
                format!(
                    "设备密钥 {} 已损坏，将自动另存并生成新的密钥，之后须请运营方重新激活",
                    path.display()
                ),
                format!(
                    "The device key {} is damaged. It is set aside and a new one is created, which the operator has to activate",
                    path.display()
                ),
            ),
        }
    }
}

/// JSON form of the file.
#[derive(Serialize, Deserialize)]
struct Document {
    kty: String,
    crv: String,
    d: String,
    x: String,
}

/// This unit's private key. Its memory is wiped on drop.
pub struct DeviceKey {
    signer: Signer,
}

impl DeviceKey {
    /// Loads the key; `None` if there is no file.
    pub fn load(path: &Path) -> Result<Option<Self>, DeviceKeyError> {
        let failed = |source| DeviceKeyError::Read { path: path.to_owned(), source };
        let file = match plain_file::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        keep_private(&file, path);
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
        match decode(&bytes) {
            Some(signer) => Ok(Some(Self { signer })),
            None => Err(DeviceKeyError::Damaged { path: path.to_owned() }),
        }
    }

    /// Loads the key, or creates it if there is none. A damaged file is set aside, and the operator
    /// has to activate the new key. If two processes do this at the same time, both get the same
    /// key.
    pub fn load_or_make(path: &Path) -> Result<Self, DeviceKeyError> {
        let failed = |source| DeviceKeyError::Write { path: path.to_owned(), source };
        match Self::load(path) {
            Ok(Some(key)) => return Ok(key),
            Ok(None) => {}
            Err(damaged @ DeviceKeyError::Damaged { .. }) => {
                let Some(aside) = durable::set_aside(path) else { return Err(damaged) };
                tracing::warn!(aside = %aside.display(), "the damaged device key was set aside; creating a new one");
            }
            Err(other) => return Err(other),
        }
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| failed(io::Error::other(error)))?;
        let key = Self { signer: Signer::from_seed(&seed) };
        let document = Document {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            d: URL_SAFE_NO_PAD.encode(seed),
            x: key.public().to_string(),
        };
        let bytes = serde_json::to_vec(&document).map_err(|error| failed(error.into()))?;
        if durable::create(path, &bytes).map_err(failed)? {
            return Ok(key);
        }
        // Another process created the file first
        Self::load(path)?.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))
    }

    /// Deletes the key; returns false if there was none.
    pub fn remove(path: &Path) -> Result<bool, DeviceKeyError> {
        durable::remove(path).map_err(|source| DeviceKeyError::Write { path: path.to_owned(), source })
    }

    /// The public half of the key.
    pub fn public(&self) -> PublicKey {
        self.signer.public()
    }

    /// What reports are signed with.
    pub const fn signer(&self) -> &Signer {
        &self.signer
    }
}

/// Never prints the private half.
impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceKey({})", self.public().id())
    }
}

/// Removes access of others from a file that was copied or restored.
fn keep_private(file: &File, path: &Path) {
    let open = file.metadata().is_ok_and(|file| file.permissions().mode() & 0o077 != 0);
    if open && let Err(error) = file.set_permissions(Permissions::from_mode(0o600)) {
        tracing::warn!(%error, path = %path.display(), "others can read the device key");
    }
}

fn decode(bytes: &[u8]) -> Option<Signer> {
    if bytes.len() as u64 > MAX_BYTES {
        return None;
    }
    let Document { kty, crv, d, x } = serde_json::from_slice(bytes).ok()?;
    let signer = Signer::from_seed(&URL_SAFE_NO_PAD.decode(d).ok()?.try_into().ok()?);
    let ours = kty == "OKP" && crv == "Ed25519" && x == signer.public().to_string();
    ours.then_some(signer)
}
