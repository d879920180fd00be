//! Removes from a text what looks like a secret, and the known secrets of this unit.

use serde_json::Value;

const STRUCK: &str = "***";
/// Shorter secrets would strike half of every text
const SHORTEST: usize = 4;
/// Words after which the rest of the line is struck.
const TELLTALE: [&str; 9] =
    ["password", "passwd", "passphrase", "psk", "secret", "token", "authorization", "private_key", "proxy"];

/// Removes this unit's secrets.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    /// Longest first, since one secret may be part of another
    secrets: Vec<String>,
}

impl Redactor {
    pub fn new(mut secrets: Vec<String>) -> Self {
        secrets.retain(|secret| secret.len() >= SHORTEST);
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self { secrets }
    }

    /// Returns the text without secrets.
    pub fn strike(&self, text: &str) -> String {
        let mut known = text.to_owned();
        for secret in &self.secrets {
            known = known.replace(secret.as_str(), STRUCK);
        }
        let mut in_key = false;
        let mut lines = Vec::new();
        for line in known.lines() {
            let begins = line.contains("-----BEGIN") && line.contains("PRIVATE KEY");
            if let Some((number, _)) = line.split_once(" | ")
                && number.trim_start().parse::<u32>().is_ok()
            {
                // A line of the settings file, quoted by the TOML parser in its error message
                lines.push(format!("{number} | {STRUCK}"));
            } else if begins || in_key {
                in_key = !line.contains("-----END");
                lines.push(STRUCK.to_owned());
            } else {
                lines.push(addresses(&behind_telltale(line)));
            }
        }
        let mut text = lines.join("\n");
        if known.ends_with('\n') {
            text.push('\n');
        }
        text
    }
}

impl Redactor {
    /// Strikes all strings of a JSON document in place; its structure stays.
    pub fn strike_in(&self, document: &mut Value) {
        match document {
            Value::String(text) => *text = self.strike(text),
            Value::Array(values) => values.iter_mut().for_each(|value| self.strike_in(value)),
            Value::Object(values) => values.values_mut().for_each(|value| self.strike_in(value)),
            _ => {}
        }
    }
}

/// Strikes what is assigned to a telltale word, such as `proxy = "…"` or `psk: …`.
fn behind_telltale(line: &str) -> String {
    // ASCII lower-casing keeps the byte offsets
    let lower = line.to_ascii_lowercase();
    let assigned = TELLTALE.iter().filter_map(|word| {
        lower.match_indices(word).find_map(|(at, _)| {
            let rest = lower.get(at + word.len()..)?;
            let (sign, c) =
                rest.char_indices().find(|(_, c)| !(c.is_alphanumeric() || "_-\"' \t".contains(*c)))?;
            matches!(c, '=' | ':').then_some(at + word.len() + sign + 1)
        })
    });
    match assigned.min().and_then(|behind| line.split_at_checked(behind)) {
        // A URL's colon is not an assignment; the next step strikes what is secret in it
        Some((before, value)) if !value.trim().is_empty() && !value.starts_with("//") => {
            format!("{before} {STRUCK}")
        }
        _ => line.to_owned(),
    }
}

/// Strikes user names, passwords and query strings from URLs.
fn addresses(line: &str) -> String {
    let mut struck = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("://") {
        struck.push_str(before);
        struck.push_str("://");
        let end =
            after.find(|c: char| c.is_whitespace() || "\"'<>()[]{}|\\^`".contains(c)).unwrap_or(after.len());
        let (address, next) = after.split_at(end);
        let address = match address.rsplit_once('@') {
            Some((_, host)) => format!("{STRUCK}@{host}"),
            None => address.to_owned(),
        };
        match address.split_once('?') {
            Some((path, asked)) => {
                struck.push_str(path);
                struck.push('?');
                struck.push_str(STRUCK);
                struck.push_str(asked.find('#').and_then(|at| asked.get(at..)).unwrap_or_default());
            }
            None => struck.push_str(&address),
        }
        rest = next;
    }
    struck.push_str(rest);
    struck
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_looks_like_a_secret_goes_and_the_rest_stays() {
        for (line, expected) in [
            (
                "GET https://cdn.example.com/v1/a?k=1&sig=xyz#part done",
                "GET https://cdn.example.com/v1/a?***#part done",
            ),
            ("via http://ann:hunter2@10.0.0.1:3128 ok", "via http://***@10.0.0.1:3128 ok"),
            ("via http://ann:p@ss/word@10.0.0.1:3128/", "via http://***@10.0.0.1:3128/"),
            ("3 | proxy = \"http://ann:hunter2 unfinished", "3 | ***"),
            ("  12 | key = \"half a secr", "  12 | ***"),
            ("proxy = \"http://ann:hunter2 unfinished", "proxy = ***"),
            ("Authorization: Bearer abc", "Authorization: ***"),
            ("wifi psk=12345678", "wifi psk= ***"),
            ("\"password\" : \"x\"", "\"password\" : ***"),
            ("the proxy refused (407)", "the proxy refused (407)"),
            ("no token here", "no token here"),
            ("第 3 版，5 个商品", "第 3 版，5 个商品"),
        ] {
            let struck = Redactor::default().strike(line);
            let squeezed = |text: &str| text.replace(' ', "");
            assert_eq!(squeezed(&struck), squeezed(expected), "{line}");
        }
        let key = "a\n-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----\nb\n";
        assert_eq!(Redactor::default().strike(key), "a\n***\n***\n***\nb\n");
    }

    proptest! {
        #[test]
        fn a_known_secret_is_nowhere_in_the_result(
            secret in "[A-Za-z0-9+/=_-]{8,24}", before in "(?s).{0,40}", after in "(?s).{0,40}"
        ) {
            let text = format!("{before}{secret}{after}\nproxy={secret}\n{secret}{secret}");
            let struck = Redactor::new(vec![secret[..6].to_owned(), secret.clone()]).strike(&text);
            prop_assert!(!struck.contains(&secret), "{struck}");
        }

        #[test]
        fn a_password_in_an_address_is_nowhere_in_the_result(password in "[a-z0-9]{9}", tail in ".{0,20}") {
            let struck = Redactor::default().strike(&format!("x http://me:{password}@host:1/{tail}"));
            prop_assert!(!struck.contains(&password) || tail.contains(&password), "{struck}");
        }
    }
}
