//! A version of our package, as a file that is at hand.

use crate::domain::Sha256;
use serde::{Deserialize, Serialize};

/// One .deb: which version it holds, and what its bytes must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// As dpkg writes it, such as `0.2.0-1`
    pub version: String,
    /// In the directory of kept packages
    pub file: String,
    #[serde(with = "hex")]
    pub sha256: Sha256,
}

mod hex {
    use super::Sha256;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(hash: &Sha256, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(hash)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Sha256, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|_| D::Error::custom("a SHA-256 in hexadecimal"))
    }
}

/// The part of a version that the program itself knows: without Debian's epoch and revision.
pub fn upstream(version: &str) -> &str {
    let version = version.split_once(':').map_or(version, |(_, rest)| rest);
    version.rsplit_once('-').map_or(version, |(upstream, _)| upstream)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_own_part_of_a_version() {
        for (version, own) in [
            ("0.2.0", "0.2.0"),
            ("0.2.0-1", "0.2.0"),
            ("1:0.2.0-1~bpo12+1", "0.2.0"),
            ("2.0-rc1-3", "2.0-rc1"),
            ("", ""),
        ] {
            assert_eq!(upstream(version), own, "{version}");
        }
    }
}
