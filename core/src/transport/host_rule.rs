//! Hosts that a feed's files may come from.

use super::{TransferError, address::is_public};
use std::net::IpAddr;
use url::{Host, Url};

/// The feed's own host, and the hosts named in the settings.
#[derive(Clone, Debug)]
pub(super) struct HostRule {
    host: String,
    more: Vec<String>,
    /// Whether the feed uses plain http, which is only permitted within the shop's own network
    in_house: bool,
}

impl HostRule {
    /// Creates the rule for the feed at `base`. Plain http would expose the store and device codes
    /// to anybody on the way, so a feed on the internet must use https.
    pub fn new(base: &Url, allow_private_feed: bool, more: &[String]) -> Result<Self, TransferError> {
        let in_house = match base.scheme() {
            "https" => false,
            "http" if allow_private_feed => true,
            "http" => return Err(TransferError::PlainHttp),
            _ => return Err(TransferError::BadUrl),
        };
        let host = base.host_str().ok_or(TransferError::BadUrl)?.to_owned();
        let rule = Self { host, more: more.iter().map(|host| host.to_ascii_lowercase()).collect(), in_house };
        rule.check(base)?;
        Ok(rule)
    }

    pub const fn is_private_feed(&self) -> bool {
        self.in_house
    }

    /// Same as [`Self::check`] for the target of a redirect. A refusal is then the server's fault,
    /// not that of the binding or the settings.
    pub fn check_target(&self, url: &Url) -> Result<(), TransferError> {
        self.check(url).map_err(|error| match error {
            TransferError::BadUrl | TransferError::PlainHttp => {
                // Leaves out a user name and password
                let to = format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default());
                TransferError::ForbiddenTarget { to: to.chars().take(100).collect() }
            }
            other => other,
        })
    }

    /// Whether a file may be fetched from this URL, judged by its text; the resolver checks what
    /// the name resolves to.
    pub fn check(&self, url: &Url) -> Result<(), TransferError> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TransferError::BadUrl);
        }
        let host = url.host_str().ok_or(TransferError::BadUrl)?;
        if host != self.host && !self.more.iter().any(|more| more == host) {
            return Err(TransferError::RedirectedElsewhere { host: host.chars().take(100).collect() });
        }
        let literal = match url.host() {
            Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
            _ => None,
        };
        match url.scheme() {
            "https" => Ok(()),
            "http" if self.in_house && literal.is_none_or(|ip| !is_public(ip)) => Ok(()),
            "http" => Err(TransferError::PlainHttp),
            _ => Err(TransferError::BadUrl),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, allow: bool, more: &[&str], url: &str) -> Result<(), &'static str> {
        let more: Vec<String> = more.iter().map(|host| (*host).to_owned()).collect();
        HostRule::new(&Url::parse(base).unwrap(), allow, &more)
            .and_then(|rule| rule.check(&Url::parse(url).unwrap()))
            .map_err(|error| error.code())
    }

    /// A redirect from a feed at `https://feed.example.com`.
    fn redirect(more: &[&str], url: &str) -> Result<(), TransferError> {
        let more: Vec<String> = more.iter().map(|host| (*host).to_owned()).collect();
        let rule = HostRule::new(&Url::parse("https://feed.example.com/x").unwrap(), true, &more).unwrap();
        rule.check_target(&Url::parse(url).unwrap())
    }

    #[test]
    fn https_goes_anywhere_and_http_stays_in_the_house() {
        for (base, allow, wanted) in [
            ("https://feed.example.com/x", false, Ok(())),
            ("https://10.0.0.5/x", false, Ok(())),
            ("https://[fd00::1]:8443/x", false, Ok(())),
            ("http://feed.example.com/x", false, Err("feed_plain_http")),
            ("http://127.0.0.1:8000/x", false, Err("feed_plain_http")),
            ("http://127.0.0.1:8000/x", true, Ok(())),
            ("http://[::1]:8000/x", true, Ok(())),
            ("http://192.168.1.9/x", true, Ok(())),
            ("http://8.8.8.8/x", true, Err("feed_plain_http")),
            ("http://[2400:3200::1]/x", true, Err("feed_plain_http")),
            // Checked when the name is resolved
            ("http://hub.lan/x", true, Ok(())),
            ("ftp://feed.example.com/x", true, Err("feed_bad_url")),
            ("https://u:p@feed.example.com/x", true, Err("feed_bad_url")),
        ] {
            assert_eq!(check(base, allow, &[], base), wanted, "{base}");
        }
    }

    #[test]
    fn a_redirect_stays_on_the_host_or_goes_where_the_settings_allow() {
        for (url, wanted) in [
            ("https://feed.example.com/y", Ok(())),
            ("https://FEED.example.com:8443/y", Ok(())),
            ("https://cdn.example.com/y", Ok(())),
            ("https://feed.example.com.evil.test/y", Err("redirected_elsewhere")),
            ("https://login.hotel.test/", Err("redirected_elsewhere")),
            ("http://feed.example.com/y", Err("redirect_refused")),
            ("http://10.0.0.1/y", Err("redirected_elsewhere")),
            ("ftp://feed.example.com/y", Err("redirect_refused")),
            ("ws://feed.example.com/y", Err("redirect_refused")),
            ("file:///etc/passwd", Err("redirect_refused")),
            ("data:,x", Err("redirect_refused")),
            ("https://a:b@feed.example.com/y", Err("redirect_refused")),
        ] {
            let result = redirect(&["CDN.example.com"], url);
            assert_eq!(result.map_err(|error| error.code()), wanted, "{url}");
        }
        let error = redirect(&[], "ftp://user:secret@feed.example.com/y").unwrap_err();
        let said = error.message();
        for words in [&said.zh, &said.en] {
            assert!(words.contains("ftp://feed.example.com") && !words.contains("secret"), "{words}");
        }
        assert!(
            said.zh.contains("运营") && !said.zh.contains("绑定") && !said.en.contains("Bind"),
            "{said:?}"
        );
        assert!(error.retry_helps(), "the server may be mended");
        assert_eq!(check("http://127.0.0.1/", true, &[], "https://127.0.0.1/y"), Ok(()));
    }
}
