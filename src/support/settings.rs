//! The part of the settings file that may leave the unit, by an allow-list of its keys.

use super::pick;
use crate::unit::ThisUnit;
use serde_json::{Value, json};

/// The allowed keys. Any other key stays on the unit; add a new key only if it holds no secret.
const ALLOWED: &[&str] = &[
    "screen",
    "idle",
    "attract",
    "brand",
    "qr",
    "hours",
    "import.allow_private_addresses",
    "network.poll_s",
    "network.download_window",
    "network.bandwidth_kib_s",
    "network.allow_private_feed",
    "network.redirect_hosts",
    "network.ca_file",
    "report.url",
    "support.phone",
    "update",
];

/// Returns the settings file as JSON. For invalid TOML, returns only the place of the mistake: the text
/// itself may be half a password.
pub fn settings(unit: &ThisUnit) -> Value {
    let text = match unit.read_config_text() {
        Ok(text) => text,
        Err(error) => return json!({ "unreadable": error.kind().to_string() }),
    };
    match toml::from_str::<Value>(&text) {
        Ok(document) => {
            let mut picked = pick(&document, ALLOWED);
            let proxy = document.pointer("/network/proxy").and_then(Value::as_str).map(host);
            if let (Some(proxy), Some(picked)) = (proxy, picked.as_object_mut()) {
                picked.insert("proxy_host".to_owned(), proxy.into());
            }
            picked
        }
        Err(error) => {
            let line = error
                .span()
                .map(|span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1);
            json!({ "mistake_in_line": line })
        }
    }
}

/// Returns the proxy's host and port, without user name and password.
fn host(proxy: &str) -> String {
    let url = url::Url::parse(proxy).ok();
    url.and_then(|url| Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?)))
        .unwrap_or_else(|| "?".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloud_shelf_core::paths::Paths;
    use std::{fs, path::Path};

    fn settings(path: &Path) -> Value {
        super::settings(&ThisUnit::new(&Paths::new(None, Some(path.into()), None)))
    }

    #[test]
    fn what_is_not_allowed_stays_on_the_unit() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.toml");
        let of = |text: &str| {
            fs::write(&path, text).unwrap();
            settings(&path)
        };
        let told = of(
            "[idle]\nidle_s = 30\n[network]\nproxy = \"http://ann:hunter2@10.0.0.1:3128\"\npoll_s = 60\n[new]\nkey = \"hunter3\"\n",
        );
        assert_eq!(
            told,
            json!({"idle": {"idle_s": 30}, "network": {"poll_s": 60}, "proxy_host": "10.0.0.1:3128"})
        );
        assert_eq!(of("[idle]\nidle_s = 1\n\nproxy = \"http://ann:hunter2"), json!({"mistake_in_line": 4}));
        assert_eq!(
            of("[network]\nproxy = \"hunter2\""),
            json!({"network": {}, "proxy_host": "?"})
                .pointer("")
                .cloned()
                .map(|mut v| {
                    v.as_object_mut().unwrap().remove("network");
                    v
                })
                .unwrap()
        );
        assert_eq!(settings(&dir.path().join("none"))["unreadable"], "entity not found");
    }
}
