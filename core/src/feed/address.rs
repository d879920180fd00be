//! Feed address: the one line that an installer pastes.

use super::{FeedError, KeySet, ObjectRef, Subject, limits};
use crate::domain::Message;
use std::{fmt, str::FromStr};
use url::Url;

/// `https://host/path#k=KEY[,KEY]`: the base URL of the feed, and the keys that a unit trusts until
/// a pointer replaces them. Whether plain `http` is permitted is decided by the unit's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Ends with a slash
    base: Url,
    keys: KeySet,
}

impl Address {
    pub fn new(base: &str, keys: KeySet) -> Result<Self, FeedError> {
        let bad = |zh, en| Err(bad(zh, en));
        let Ok(mut base) = Url::parse(base.trim()) else { return bad("不是网址", "not an address") };
        if !matches!(base.scheme(), "https" | "http") || !base.has_host() {
            return bad("应以 https:// 和主机名开头", "https:// and a host");
        }
        if !base.username().is_empty() || base.password().is_some() {
            return bad("不能带用户名或密码", "no user or password");
        }
        if base.query().is_some() || base.fragment().is_some() {
            return bad("除密钥的 # 外，不能有 ? 或 #", "no ? or # but the key's");
        }
        let path = format!("{}/", base.path().trim_end_matches('/'));
        base.set_path(&path);
        let address = Self { base, keys };
        if address.to_string().len() > limits::ADDRESS_BYTES {
            return bad(TOO_LONG.0, TOO_LONG.1);
        }
        Ok(address)
    }

    /// Returns the base URL, which ends with a slash.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Returns the keys that are trusted until a pointer replaces them.
    pub fn keys(&self) -> &KeySet {
        &self.keys
    }

    pub fn is_https(&self) -> bool {
        self.base.scheme() == "https"
    }

    pub fn pointer_url(&self, subject: &Subject) -> Url {
        self.below(&subject.path())
    }

    pub fn object_url(&self, object: &ObjectRef) -> Url {
        self.below(&object.path())
    }

    fn below(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        // Both kinds of path consist of characters that need no escaping
        url.set_path(&format!("{}{path}", self.base.path()));
        url
    }
}

const TOO_LONG: (&str, &str) = ("太长", "too long");

fn bad(zh: &'static str, en: &'static str) -> FeedError {
    FeedError::BadAddress { expected: Message::fixed(zh, en) }
}

impl FromStr for Address {
    type Err = FeedError;

    fn from_str(text: &str) -> Result<Self, FeedError> {
        let text = text.trim();
        if text.len() > limits::ADDRESS_BYTES {
            return Err(bad(TOO_LONG.0, TOO_LONG.1));
        }
        let Some((base, keys)) = text.split_once("#k=") else {
            return Err(bad("缺少末尾的密钥（#k=）", "no #k= with the key"));
        };
        Self::new(base, keys.parse()?)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#k={}", self.base.as_str().trim_end_matches('/'), self.keys)
    }
}
