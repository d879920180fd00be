//! Collects this unit's secrets, so that they can be struck from any text.

use crate::unit::ThisUnit;
use cloud_shelf_core::plain_file;
use serde_json::Value;
use std::path::Path;

/// Upper bound on a file's size, in bytes; a key or a PIN's record is smaller.
const MAX_BYTES: u64 = 64 << 10;

/// Returns the texts of all readable secrets of this unit. They are held in memory only.
pub fn secrets(unit: &ThisUnit) -> Vec<String> {
    let (mut found, paths) = (Vec::new(), unit.paths());
    for path in [paths.device_key(), paths.pin()] {
        let Some(text) = read(&path) else { continue };
        match serde_json::from_str(&text) {
            Ok(document) => strings(&document, &mut found),
            Err(_) => found.push(text.trim().to_owned()),
        }
    }
    for settings in [unit.read_config_text().ok(), unit.read_proxy_text()] {
        let settings = settings.unwrap_or_default();
        for line in settings.lines().filter(|line| line.contains("proxy")) {
            found.extend(password(line));
        }
    }
    found
}

/// Collects the strings of a JSON document. Does not tell public parts from secret ones, since striking too
/// much does no harm. Short strings, such as names of kinds, are in every report and stay.
fn strings(document: &Value, found: &mut Vec<String>) {
    match document {
        Value::String(text) => {
            // A PIN's record is one string of several parts
            let parts = text.split('$').filter(|part| part.len() >= 12).map(str::to_owned);
            found.extend(parts.chain((text.len() >= 16).then(|| text.clone())));
        }
        Value::Array(values) => values.iter().for_each(|value| strings(value, found)),
        Value::Object(values) => values.values().for_each(|value| strings(value, found)),
        _ => {}
    }
}

/// Returns the text between the colon and the last `@` of a URL, raw and percent-decoded.
fn password(line: &str) -> Vec<String> {
    let user = line.split_once("://").and_then(|(_, rest)| rest.rsplit_once('@'));
    let Some(word) = user.and_then(|(user, _)| user.split_once(':')).map(|(_, word)| word) else {
        return Vec::new();
    };
    let decoded =
        url::form_urlencoded::parse(format!("k={}", word.replace('+', "%2B").replace('&', "%26")).as_bytes())
            .next()
            .map(|(_, decoded)| decoded.into_owned());
    [Some(word.to_owned()), decoded].into_iter().flatten().collect()
}

/// Reads a file of the state directory.
fn read(path: &Path) -> Option<String> {
    String::from_utf8(plain_file::read(path, MAX_BYTES).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloud_shelf_core::paths::Paths;
    use std::fs;

    #[test]
    fn keys_pins_and_passwords_are_known() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(Some(dir.path().into()), Some(dir.path().join("c.toml")), None);
        fs::write(paths.device_key(), r#"{"kty":"OKP","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#)
            .unwrap();
        fs::write(paths.pin(), "$argon2id$v=19$m=19456$abcdef").unwrap();
        fs::write(paths.config(), "[network]\nproxy = \"http://ann:hun%40ter+2@10.0.0.1:3128\"").unwrap();
        fs::write(paths.proxy(), r#"{"proxy":"http://bob:w0rd-of-the-screen@10.0.0.1:3128"}"#).unwrap();
        let found = secrets(&ThisUnit::new(&paths));
        for secret in [
            "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
            "$argon2id$v=19$m=19456$abcdef",
            "hun%40ter+2",
            "hun@ter+2",
            "w0rd-of-the-screen",
        ] {
            assert!(found.iter().any(|found| found == secret), "{secret}: {found:?}");
        }
        let nowhere = Paths::new(Some("/nowhere".into()), Some("/nowhere".into()), None);
        assert!(secrets(&ThisUnit::new(&nowhere)).is_empty());
    }
}
