//! Digest of a pointer's claims apart from its times. Two pointers of one version must have the
//! same digest.

use crate::domain::Sha256;
use serde_json::Value;

/// Returns the SHA-256 of the claims without `iat` and `exp`. Member order, white space, string
/// escapes and null members make no difference. Unknown members count, so that later program
/// versions compute the same digest.
pub(super) fn digest(payload: &[u8]) -> Sha256 {
    // The payload was parsed as claims before, so it is JSON; anything else has no content
    let mut claims = serde_json::from_slice(payload).unwrap_or(Value::Null);
    if let Value::Object(members) = &mut claims {
        members.remove("iat");
        members.remove("exp");
    }
    let mut text = String::new();
    write(&claims, &mut text);
    Sha256::digest(text.as_bytes())
}

/// Writes a value in canonical form: members sorted by name.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().filter(|(_, value)| !value.is_null()).collect();
            members.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (name, value) in members {
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write(value, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(elements) => {
            text.push('[');
            for element in elements {
                write(element, text);
                text.push(',');
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_said_counts() {
        let of = |text: &str| digest(text.as_bytes());
        let base = of(r#"{"iat":1,"exp":2,"version":7,"brand":{"name":"a","logo":{"size":1}},"keys":[1,2]}"#);
        for same in [
            r#"{"iat":5,"exp":9,"version":7,"brand":{"name":"a","logo":{"size":1}},"keys":[1,2]}"#,
            r#"{ "keys":[1, 2], "brand":{"logo":{"size":1},"name":"\u0061"}, "version":7, "exp":9,"iat":1}"#,
            r#"{"iat":1,"exp":2,"version":7,"brand":{"name":"a","logo":{"size":1},"primary":null},"keys":[1,2],"later":null}"#,
        ] {
            assert_eq!(of(same), base, "{same}");
        }
        for other in [
            r#"{"iat":1,"exp":2,"version":8,"brand":{"name":"a","logo":{"size":1}},"keys":[1,2]}"#,
            r#"{"iat":1,"exp":2,"version":7,"brand":{"name":"a","logo":{"size":2}},"keys":[1,2]}"#,
            r#"{"iat":1,"exp":2,"version":7,"brand":{"name":"a","logo":{"size":1}},"keys":[2,1]}"#,
            r#"{"iat":1,"exp":2,"version":7,"brand":{"name":"a","logo":{"size":1},"iat":1},"keys":[1,2]}"#,
            r#"{"iat":1,"exp":2,"version":7,"brand":{"name":"a","logo":{"size":1}},"keys":[1,2],"later":0}"#,
        ] {
            assert_ne!(of(other), base, "{other}");
        }
    }
}
