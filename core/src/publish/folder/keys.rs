//! Keys of a feed: private keys, one file each with mode 0600, and the ring of those in use.

use super::state::FolderState;
use crate::{
    durable,
    feed::{KeySet, Signer},
    paths::FeedDir,
    publish::PublishError,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use std::{
    fs::{DirBuilder, File},
    io::{self, Read},
    os::unix::fs::{DirBuilderExt, PermissionsExt},
};

/// Upper bound; the file has about 150 bytes.
const MAX_BYTES: u64 = 4096;

/// A private key as a JWK (RFC 8037).
#[derive(Serialize, Deserialize)]
struct Jwk {
    kty: String,
    crv: String,
    x: String,
    d: String,
}

/// Creates a key from the system's random numbers and stores it.
pub(super) fn create(dir: &FeedDir) -> Result<Signer, PublishError> {
    let keys = dir.keys();
    match DirBuilder::new().mode(0o700).create(&keys) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(PublishError::io(keys)(error));
        }
        _ => {}
    }
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|error| PublishError::io(keys)(io::Error::other(error.to_string())))?;
    let signer = Signer::from_seed(&seed);
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let jwk =
        Jwk { kty: "OKP".into(), crv: "Ed25519".into(), x: signer.public().to_string(), d: encode(&seed) };
    let path = dir.key(signer.kid());
    let written =
        serde_json::to_vec(&jwk).map_err(io::Error::from).and_then(|bytes| durable::create(&path, &bytes));
    written.map_err(PublishError::io(path))?;
    Ok(signer)
}

/// Loads a key by its id. A key that others can read is refused: it may have leaked.
pub(super) fn load(dir: &FeedDir, kid: &str) -> Result<Signer, PublishError> {
    let path = dir.key(kid);
    let mut bytes = Vec::new();
    let file = File::open(&path).map_err(PublishError::io(&path))?;
    let mode = file.metadata().map_err(PublishError::io(&path))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(PublishError::ReadableKey { path });
    }
    file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(PublishError::io(&path))?;
    let seed = serde_json::from_slice::<Jwk>(&bytes).ok().and_then(|jwk| URL_SAFE_NO_PAD.decode(jwk.d).ok());
    let signer = seed.and_then(|seed| seed.try_into().ok()).map(|seed| Signer::from_seed(&seed));
    match signer {
        Some(signer) if signer.kid() == kid => Ok(signer),
        _ => Err(PublishError::Damaged { path, detail: "the key does not match its file name".into() }),
    }
}

/// One that signs, and those that shelves know.
pub(super) struct KeyRing {
    pub signer: Signer,
    /// Keys that units should trust
    pub trusted: KeySet,
}

impl KeyRing {
    pub fn load(dir: &FeedDir, state: &FolderState) -> Result<Self, PublishError> {
        let signer = load(dir, &state.signs)?;
        let mut keys = vec![signer.public()];
        if let Some((kid, _)) = &state.next {
            keys.push(load(dir, kid)?.public());
        }
        Ok(Self { signer, trusted: KeySet::new(keys)? })
    }
}
