//! Argon2id hash of a PIN, stored with its cost parameters.

use super::{Pin, PinFileError};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use serde::{Deserialize, Serialize};

/// 19 MiB and two passes are the minimum of OWASP's Password Storage Cheat Sheet; on a Raspberry Pi 4 they
/// take a few tenths of a second.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;
/// Upper bounds for a file from elsewhere, which must not exhaust memory or run for ever.
const MAX_MEMORY_KIB: u32 = 64 * 1024;
const MAX_PASSES: u32 = 16;

/// A hash as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Hash {
    algorithm: String,
    memory_kib: u32,
    passes: u32,
    salt: String,
    hash: String,
}

const ALGORITHM: &str = "argon2id";

impl Hash {
    pub fn of(pin: &Pin) -> Result<Self, PinFileError> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt).map_err(|error| PinFileError::Hash(error.to_string()))?;
        let hash = derive(pin, &salt, MEMORY_KIB, PASSES)?;
        Ok(Self {
            algorithm: ALGORITHM.to_owned(),
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            salt: STANDARD_NO_PAD.encode(salt),
            hash: STANDARD_NO_PAD.encode(hash),
        })
    }

    /// Returns whether the hash is well-formed and within the cost limits.
    pub fn is_sound(&self) -> bool {
        self.parts().is_some()
    }

    pub fn matches(&self, pin: &Pin) -> Result<bool, PinFileError> {
        let Some((salt, hash)) = self.parts() else { return Ok(false) };
        let found = derive(pin, &salt, self.memory_kib, self.passes)?;
        // Constant-time comparison: every byte is compared, wherever they differ
        Ok(found.iter().zip(&hash).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0)
    }

    /// Returns the salt, which ties the count of wrong tries to this PIN.
    pub fn salt(&self) -> &str {
        &self.salt
    }

    fn parts(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let sound = self.algorithm == ALGORITHM
            && (8..=MAX_MEMORY_KIB).contains(&self.memory_kib)
            && (1..=MAX_PASSES).contains(&self.passes);
        let salt = STANDARD_NO_PAD.decode(&self.salt).ok().filter(|salt| salt.len() == SALT_BYTES)?;
        let hash = STANDARD_NO_PAD.decode(&self.hash).ok().filter(|hash| hash.len() == HASH_BYTES)?;
        sound.then_some((salt, hash))
    }
}

fn derive(pin: &Pin, salt: &[u8], memory_kib: u32, passes: u32) -> Result<[u8; HASH_BYTES], PinFileError> {
    let failed = |error: argon2::Error| PinFileError::Hash(error.to_string());
    let params = Params::new(memory_kib, passes, 1, Some(HASH_BYTES)).map_err(failed)?;
    let mut hash = [0; HASH_BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(pin.as_str().as_bytes(), salt, &mut hash)
        .map_err(failed)?;
    Ok(hash)
}
