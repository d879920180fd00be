//! A version of the package as a file.

use cloud_shelf_core::domain::Sha256;
use serde::{Deserialize, Serialize};

/// A .deb file: its version and its expected hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// In dpkg's notation, such as `0.2.0-1`
    pub version: String,
    /// File name in the directory of kept packages
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

/// Returns the upstream part of a version, without Debian's epoch and revision.
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
