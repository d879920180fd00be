//! The address that reports are sent to.

use crate::domain::base_url;
use std::fmt;
use url::Url;

const MAX_BYTES: usize = 1024;

/// Base URL of the endpoints: `https://host/path`. Plain `http` is refused later, unless the
/// settings permit it and the host is within the shop's own network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportAddress(Url);

/// Error: a text is not a report address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an address that reports can be sent to")]
pub struct ReportAddressError;

impl ReportAddress {
    pub fn parse(text: &str) -> Result<Self, ReportAddressError> {
        let mut url = base_url(text.trim()).filter(|_| text.len() <= MAX_BYTES).ok_or(ReportAddressError)?;
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }

    /// Returns the URL of one kind of report.
    pub fn endpoint(&self, kind: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/v1/{kind}", self.0.path().trim_end_matches('/')));
        url
    }

    pub const fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for ReportAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_stand_below_the_address() {
        for (text, base, endpoint) in [
            ("https://a.com", "https://a.com", "https://a.com/v1/events"),
            (" https://A.com/ ", "https://a.com", "https://a.com/v1/events"),
            ("https://a.com:8443/x/y//", "https://a.com:8443/x/y", "https://a.com:8443/x/y/v1/events"),
            ("http://192.168.1.5/r", "http://192.168.1.5/r", "http://192.168.1.5/r/v1/events"),
        ] {
            let address = ReportAddress::parse(text).unwrap();
            assert_eq!(address.to_string(), base);
            assert_eq!(address.endpoint("events").as_str(), endpoint);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("https://a.com/{}", "x".repeat(2000));
        for text in [
            "",
            "a.com",
            "ftp://a.com",
            "https://u:p@a.com",
            "https://a.com?x",
            "https://a.com#k",
            "file:///a",
            &long,
        ] {
            assert_eq!(ReportAddress::parse(text), Err(ReportAddressError), "{text}");
        }
    }
}
