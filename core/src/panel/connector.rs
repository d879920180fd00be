//! Outputs of this unit, as the kernel lists them.

use super::Mode;
use std::{fs, path::Path};

const CARDS: &str = "sys/class/drm";
/// Part of the names of pseudo-outputs that write into memory.
const NO_SCREEN: &str = "Writeback";
/// Upper bound on modes per output.
const MAX_MODES: usize = 64;

/// A display connector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connector {
    /// `HDMI-A-1`
    pub name: String,
    pub connected: bool,
    /// Distinct sizes, the panel's preferred one first
    pub modes: Vec<Mode>,
}

/// Returns the connectors of all graphics cards, by name, below a root directory (`/`, except in
/// tests). `None` if the kernel drives no card.
pub fn list_connectors(root: &Path) -> Option<Vec<Connector>> {
    let mut has_card = false;
    let mut found = vec![];
    for entry in fs::read_dir(root.join(CARDS)).ok()?.flatten() {
        has_card |= entry.file_name().as_encoded_bytes().starts_with(b"card");
        found.extend(
            parse_connector(&entry.path()).filter(|connector| !connector.name.starts_with(NO_SCREEN)),
        );
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    has_card.then_some(found)
}

/// Parses `cardN-NAME`, with its state and its modes.
fn parse_connector(path: &Path) -> Option<Connector> {
    let file = path.file_name()?.to_str()?;
    let (card, name) = file.split_once('-')?;
    card.strip_prefix("card")?.parse::<u32>().ok()?;
    let status = fs::read_to_string(path.join("status")).ok()?;
    let mut modes = vec![];
    for line in fs::read_to_string(path.join("modes")).unwrap_or_default().lines().take(MAX_MODES) {
        // Interlaced modes, such as 1920x1080i, are not supported
        if let Ok(mode) = line.parse::<Mode>()
            && !modes.contains(&mode)
        {
            modes.push(mode);
        }
    }
    Some(Connector { name: name.to_owned(), connected: status.trim() == "connected", modes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_lists() {
        let dir = tempfile::tempdir().unwrap();
        let make = |name: &str, files: &[(&str, &str)]| {
            let path = dir.path().join(CARDS).join(name);
            fs::create_dir_all(&path).unwrap();
            for (file, text) in files {
                fs::write(path.join(file), text).unwrap();
            }
        };
        make("card1", &[]);
        make("renderD128", &[]);
        make("card1-Writeback-1", &[("status", "unknown\n"), ("modes", "")]);
        make("card1-HDMI-A-2", &[("status", "disconnected\n"), ("modes", "")]);
        make(
            "card1-HDMI-A-1",
            &[("status", "connected\n"), ("modes", "1920x1080\n1920x1080i\n1920x1080\n1280x720\n")],
        );
        let found = list_connectors(dir.path()).unwrap();
        let names: Vec<_> = found.iter().map(|c| (c.name.as_str(), c.connected)).collect();
        assert_eq!(names, [("HDMI-A-1", true), ("HDMI-A-2", false)]);
        assert_eq!(found[0].modes.iter().map(Mode::to_string).collect::<Vec<_>>(), ["1920x1080", "1280x720"]);
        assert_eq!(list_connectors(&dir.path().join("none")), None);
    }
}
