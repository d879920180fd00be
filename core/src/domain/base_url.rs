//! Addresses that paths are appended to.

use url::Url;

/// Parses the base of further addresses: `http` or `https`, with a host, and without user, query and fragment.
pub fn base_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let sound = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    sound.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_path_can_follow_is_a_base() {
        for good in ["https://example.com", "http://10.0.0.2:8080/feed/", "https://[::1]/a"] {
            assert_eq!(base_url(good).map(String::from), Url::parse(good).ok().map(String::from), "{good}");
        }
        for bad in [
            "",
            "example.com",
            "/feed",
            "ftp://example.com",
            "file:///feed",
            "https://",
            "https://someone@example.com",
            "https://someone:secret@example.com",
            "https://:secret@example.com",
            "https://example.com?",
            "https://example.com/?a=b",
            "https://example.com#",
            "https://example.com/#k",
        ] {
            assert_eq!(base_url(bad), None, "{bad}");
        }
    }
}
