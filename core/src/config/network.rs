//! How a unit reaches its feed, and when.

use super::ConfigError;
use crate::domain::Message;
use serde::Deserialize;
use std::{
    fs::File,
    io::{self, Read},
    num::NonZeroU32,
    path::PathBuf,
    str::FromStr,
};

/// Upper bound on a certificate file, in bytes.
const MAX_CA_BYTES: u64 = 1 << 20;

/// The network settings.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkConfig {
    /// `http://host:port` or `https://host:port`, with `user:password@` if the proxy needs it
    pub proxy: Option<String>,
    /// A PEM file of certificate authorities, trusted in addition to the system's
    pub ca_file: Option<PathBuf>,
    /// Bandwidth limit for the feed's files, in KiB per second
    pub bandwidth_kib_s: Option<NonZeroU32>,
    /// When pictures may be downloaded, such as `22:00-08:00`, in the unit's own time zone
    pub download_window: Option<DailyWindow>,
    /// Whether the feed may use plain http, within the shop's own network
    pub allow_private_feed: bool,
    /// Further hosts that the feed's files may be redirected to
    pub redirect_hosts: Vec<String>,
    /// Polling interval of the feed, in seconds
    pub poll_s: u32,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self {
            proxy: None,
            ca_file: None,
            bandwidth_kib_s: None,
            download_window: None,
            allow_private_feed: false,
            redirect_hosts: Vec::new(),
            poll_s: 300,
        }
    }
}

impl NetworkConfig {
    /// Returns the contents of `ca_file`; empty if none is set.
    pub fn ca_pem(&self) -> Result<Vec<u8>, ConfigError> {
        let Some(path) = &self.ca_file else { return Ok(Vec::new()) };
        let failed = |error| ConfigError::CaFile { path: path.clone(), error };
        let mut pem = Vec::new();
        let read = File::open(path).and_then(|file| file.take(MAX_CA_BYTES + 1).read_to_end(&mut pem));
        match read.map_err(failed)? as u64 {
            ..=MAX_CA_BYTES => Ok(pem),
            _ => Err(failed(io::ErrorKind::FileTooLarge.into())),
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let wrong = |name, zh, en| Err(ConfigError::Value { name, expected: Message::fixed(zh, en) });
        if self.proxy.as_deref().is_some_and(|proxy| !is_proxy_url(proxy)) {
            return wrong(
                "network.proxy",
                "代理应写成 http://host:port",
                "a proxy is written as http://host:port",
            );
        }
        if !(30..=86_400).contains(&self.poll_s) {
            return wrong("network.poll_s", "应为 30 到 86400 的整数", "a whole number from 30 to 86400");
        }
        if self.bandwidth_kib_s.is_some_and(|cap| cap.get() > 4 << 20) {
            return wrong(
                "network.bandwidth_kib_s",
                "应为 1 到 4194304 的整数",
                "a whole number from 1 to 4194304",
            );
        }
        let is_host = |host: &String| {
            !host.is_empty()
                && host.len() <= 253
                && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
        };
        if self.redirect_hosts.len() > 16 || !self.redirect_hosts.iter().all(is_host) {
            return wrong(
                "network.redirect_hosts",
                "最多 16 个主机名，不带协议和端口",
                "at most 16 host names, without scheme or port",
            );
        }
        Ok(())
    }
}

/// Returns whether a text is a valid proxy address.
pub fn is_proxy_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none()
    })
}

/// A daily time window, in minutes since midnight; if it ends before it begins, it spans midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct DailyWindow {
    from: u16,
    until: u16,
}

const DAY: u16 = 24 * 60;

impl DailyWindow {
    pub const fn contains(self, minute: u16) -> bool {
        if self.from < self.until {
            self.from <= minute && minute < self.until
        } else {
            self.from <= minute || minute < self.until
        }
    }

    /// Returns the minutes from `minute` until the window opens; 0 inside the window.
    pub const fn opens_in(self, minute: u16) -> u16 {
        if self.contains(minute) { 0 } else { (self.from + DAY - minute % DAY) % DAY }
    }
}

impl FromStr for DailyWindow {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = "a window is written as 22:00-08:00";
        let minute = |text: &str| {
            let (hours, minutes) = text.trim().split_once(':')?;
            let digits =
                |text: &str| (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then_some(());
            digits(hours).and(digits(minutes))?;
            let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
            (minutes < 60 && hours * 60 + minutes <= DAY).then_some(hours * 60 + minutes)
        };
        let (from, until) = text.split_once('-').ok_or(expected)?;
        match (minute(from), minute(until)) {
            (Some(from), Some(until)) if from != until && from < DAY => Ok(Self { from, until }),
            _ => Err(expected),
        }
    }
}

impl TryFrom<String> for DailyWindow {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_window_may_go_past_midnight() {
        let at = |text: &str, hour: u16, minute: u16| {
            text.parse::<DailyWindow>().unwrap().opens_in(60 * hour + minute)
        };
        assert_eq!(at("22:00-08:00", 23, 59), 0);
        assert_eq!(at("22:00-08:00", 7, 59), 0);
        assert_eq!(at("22:00-08:00", 8, 0), 14 * 60);
        assert_eq!(at("22:00-08:00", 21, 30), 30);
        assert_eq!(at("01:00-05:00", 1, 0), 0);
        assert_eq!(at("01:00-05:00", 5, 0), 20 * 60);
        assert_eq!(at(" 01:00 - 24:00", 0, 59), 1);
        assert_eq!(at("20:00-24:00", 23, 59), 0);
        for bad in [
            "",
            "22-08",
            "8:00-9:00",
            "25:00-26:00",
            "10:00-10:00",
            "10:60-11:00",
            "24:00-01:00",
            "+1:00-02:00",
        ] {
            assert!(bad.parse::<DailyWindow>().is_err(), "{bad}");
        }
    }

    #[test]
    fn authorities_are_read_from_their_file_or_it_is_named() {
        assert_eq!(NetworkConfig::default().ca_pem().unwrap(), b"");
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ca.pem");
        let network = NetworkConfig { ca_file: Some(path.clone()), ..NetworkConfig::default() };
        for bytes in [None, Some(vec![b'x'; MAX_CA_BYTES as usize + 1])] {
            bytes.iter().for_each(|bytes| std::fs::write(&path, bytes).unwrap());
            let told = network.ca_pem().unwrap_err().message();
            let path = path.display().to_string();
            assert!(told.zh.contains(&path) && told.en.contains(&path), "{told:?}");
        }
        std::fs::write(&path, "PEM").unwrap();
        assert_eq!(network.ca_pem().unwrap(), b"PEM");
    }

    #[test]
    fn a_mistake_is_named() {
        for (setting, part) in [
            ("proxy = \"socks5://10.0.0.1:1080\"", "network.proxy"),
            ("proxy = \"10.0.0.1:3128\"", "network.proxy"),
            ("proxy = \"http://10.0.0.1:3128/x\"", "network.proxy"),
            ("bandwidth_kib_s = 0", "bandwidth_kib_s"),
            ("download_window = \"always\"", "22:00-08:00"),
            ("redirect_hosts = [\"https://cdn.example.com\"]", "network.redirect_hosts"),
            ("poll_s = 5", "network.poll_s"),
            ("polls = 5", "polls"),
        ] {
            let error = Config::parse(&format!("[network]\n{setting}")).unwrap_err().to_string();
            assert!(error.contains(part), "{setting}: {error}");
        }
    }
}
