//! Wi-Fi networks in range. Pure.

use super::fields;

/// Upper bound on the networks listed.
const MAX: usize = 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    Open,
    /// A pass phrase
    Phrase,
    /// An account per user (802.1X)
    Account,
}

/// A network, identified by its name; the signal is that of its strongest access point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wifi {
    pub name: String,
    /// Per cent
    pub signal: u8,
    pub security: Security,
    pub active: bool,
}

impl Wifi {
    /// Returns the signal strength from 0 to 4.
    pub const fn bars(&self) -> u8 {
        match self.signal {
            0..5 => 0,
            5..30 => 1,
            30..55 => 2,
            55..80 => 3,
            _ => 4,
        }
    }
}

/// Parses a line of `nmcli --terse --fields IN-USE,SSID,SIGNAL,SECURITY device wifi list`; `None` for a
/// network that hides its name and for any other line.
pub fn scan_line(line: &str) -> Option<Wifi> {
    let [in_use, name, signal, security] = <[String; 4]>::try_from(fields(line)).ok()?;
    if name.is_empty() || name.chars().all(|c| c == '\0') {
        return None;
    }
    let security = match security.trim() {
        "" | "--" => Security::Open,
        methods if methods.contains("802.1X") => Security::Account,
        _ => Security::Phrase,
    };
    let signal = signal.trim().parse::<u8>().ok()?.min(100);
    Some(Wifi { name, signal, security, active: in_use.trim() == "*" })
}

/// Keeps one entry per name; the network in use comes first, then the strongest.
pub fn merge(found: impl IntoIterator<Item = Wifi>) -> Vec<Wifi> {
    let mut merged: Vec<Wifi> = vec![];
    for wifi in found {
        match merged.iter_mut().find(|other| other.name == wifi.name) {
            Some(other) => {
                other.active |= wifi.active;
                if wifi.signal > other.signal {
                    (other.signal, other.security) = (wifi.signal, wifi.security);
                }
            }
            None => merged.push(wifi),
        }
    }
    merged.sort_by_key(|wifi| (!wifi.active, std::cmp::Reverse(wifi.signal)));
    merged.truncate(MAX);
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_scan_is_read_line_by_line() {
        let scan = "*:shop:72:WPA2\n :shop:40:WPA2\n :a\\:b\\\\c:9:\n ::80:WPA2\n :office:55:WPA2 802.1X\n\
                    :x:bad:WPA2\nrubbish\n :cafe:100:--\n :shop 5G:130:WPA3";
        let found = merge(scan.lines().filter_map(scan_line));
        let found: Vec<_> = found.iter().map(|w| (w.name.as_str(), w.bars(), w.security, w.active)).collect();
        assert_eq!(
            found,
            [
                ("shop", 3, Security::Phrase, true),
                ("cafe", 4, Security::Open, false),
                ("shop 5G", 4, Security::Phrase, false),
                ("office", 3, Security::Account, false),
                ("a:b\\c", 1, Security::Open, false),
            ]
        );
    }

    proptest! {
        #[test]
        fn any_scan_is_read(scan in "([*: ]|[a-c]{1,2}|[0-9]{1,3}|WPA2|\\\\|\n){0,80}") {
            let found = merge(scan.lines().filter_map(scan_line));
            let mut names: Vec<_> = found.iter().map(|wifi| &wifi.name).collect();
            names.sort();
            names.dedup();
            prop_assert_eq!(names.len(), found.len());
            prop_assert!(found.iter().all(|wifi| wifi.signal <= 100 && !wifi.name.is_empty()));
        }
    }
}
