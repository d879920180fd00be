//! The name of an object: the SHA-256 of its bytes.

use sha2::Digest;
use std::{
    fmt,
    io::{self, Read},
    str::FromStr,
};

/// Error: a text is not an object's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an object's name is 64 hexadecimal digits")]
pub struct Sha256Error;

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sha256([u8; 32]);

impl Sha256 {
    pub fn digest(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// Hashes a stream without reading all of it into memory.
    pub fn digest_reader(mut from: impl Read) -> io::Result<Self> {
        let (mut digest, mut some) = (sha2::Sha256::new(), [0; 16 << 10]);
        loop {
            match from.read(&mut some) {
                Ok(0) => return Ok(Self(digest.finalize().into())),
                Ok(length) => digest.update(&some[..length]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl FromStr for Sha256 {
    type Err = Sha256Error;

    fn from_str(text: &str) -> Result<Self, Sha256Error> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(Sha256Error);
        }
        let nibble = |b: u8| char::from(b).to_digit(16).map(|v| v as u8).ok_or(Sha256Error);
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_hash_in_hex_and_comes_back() {
        let name = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Sha256::digest(b"abc").to_string(), name);
        assert_eq!(name.parse(), Ok(Sha256::digest(b"abc")));
        assert!(name[1..].parse::<Sha256>().is_err());
        assert!(format!("{}g", &name[1..]).parse::<Sha256>().is_err());
    }
}
