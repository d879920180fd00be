//! Checks that URLs and IP addresses belong to the public internet, and DNS resolvers that drop those that may
//! not be contacted.

use super::{FetchError, TransferError};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::{Host, Url};

/// Upper bound for a picture's URL.
const MAX_URL_CHARS: usize = 4096;

/// Parses a URL that may be fetched, as far as its text tells.
pub(super) fn check_url(text: &str, allow_private: bool) -> Result<Url, FetchError> {
    if text.len() > MAX_URL_CHARS {
        return Err(FetchError::BadUrl);
    }
    // Addresses in tables often lack the scheme: `//img.example.com/a.jpg`.
    let text = text.trim();
    let url = match text.strip_prefix("//") {
        Some(rest) => Url::parse(&format!("https://{rest}")),
        None => Url::parse(text),
    };
    let url = url.map_err(|_| FetchError::BadUrl)?;
    check_parsed(&url, allow_private)?;
    Ok(url)
}

pub(super) fn check_parsed(url: &Url, allow_private: bool) -> Result<(), FetchError> {
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
        return Err(FetchError::BadUrl);
    }
    // The URL parser has normalized decimal, octal and hexadecimal forms.
    let literal = match url.host() {
        Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
        Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
        Some(Host::Domain(_)) => None,
        None => return Err(FetchError::BadUrl),
    };
    match literal {
        Some(ip) if !allow_private && !is_public(ip) => Err(FetchError::PrivateAddress),
        _ => Ok(()),
    }
}

/// Whether an IP address is globally reachable.
pub(super) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_documentation()
        || a == 0
        // Carrier-grade NAT, protocol assignments, benchmarking, reserved and broadcast
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19))
        || a >= 240;
    !special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let segments = ip.segments();
    let [a, b, c, d, e, f, high, low] = segments;
    let embedded = |high: u16, low: u16| {
        let ([p, q], [r, s]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(p, q, r, s))
    };
    match segments {
        // Mapped and compatible, NAT64, 6to4: as public as the embedded IPv4 address
        _ if [a, b, c, d, e] == [0; 5] && (f == 0 || f == 0xFFFF) => embedded(high, low),
        _ if [a, b, c, d, e, f] == [0x64, 0xFF9B, 0, 0, 0, 0] => embedded(high, low),
        [0x2002, high, low, ..] => embedded(high, low),
        // Teredo and documentation
        [0x2001, 0, ..] | [0x2001, 0xDB8, ..] => false,
        // The range allocated to the public so far
        _ => a & 0xE000 == 0x2000,
    }
}

/// The system's resolver behind a filter. The connection uses exactly the addresses returned here,
/// so a name that resolves differently the second time (DNS rebinding) gains nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct PublicOnly {
    pub allow_private: bool,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let (all, mut kept) = (found.len(), found);
            kept.retain(|address| allow_private || is_public(address.ip()));
            if kept.is_empty() && all > 0 {
                return Err(FetchError::PrivateAddress.into());
            }
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}

/// Returns private addresses only, for a feed over plain http.
#[derive(Clone, Copy, Debug)]
pub(super) struct PrivateOnly;

impl Resolve for PrivateOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let (all, mut kept) = (found.len(), found);
            kept.retain(|address| !is_public(address.ip()));
            if kept.is_empty() && all > 0 {
                return Err(TransferError::PlainHttp.into());
            }
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_public() {
        for ip in ["1.1.1.1", "47.246.1.1", "223.5.5.5", "2400:3200::1", "::ffff:1.1.1.1", "64:ff9b::101:101"]
        {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.251",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:192.168.1.1",
            "64:ff9b::a00:1",
            "2002:c0a8:101::1",
            "2001:0:1::1",
            "2001:db8::1",
            "fc00::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn an_address_is_refused_by_its_text_whatever_its_form() {
        for url in [
            "http://127.0.0.1/a.jpg",
            "http://2130706433/a.jpg",
            "http://0x7f.1/a.jpg",
            "http://017700000001/a.jpg",
            "http://[::1]/a.jpg",
            "http://[::ffff:10.0.0.1]:8080/a.jpg",
            "//192.168.1.1/a.jpg",
        ] {
            assert!(matches!(check_url(url, false), Err(FetchError::PrivateAddress)), "{url}");
            assert!(check_url(url, true).is_ok(), "{url}");
        }
        for url in
            ["ftp://a.com/a.jpg", "file:///etc/passwd", "a.jpg", "http://u:p@a.com/", "http://", "data:,x"]
        {
            assert!(matches!(check_url(url, true), Err(FetchError::BadUrl)), "{url}");
        }
        assert_eq!(
            check_url(" //img.a.com/图.jpg ", false).unwrap().as_str(),
            "https://img.a.com/%E5%9B%BE.jpg"
        );
    }
}
