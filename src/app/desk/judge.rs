//! Validates what is typed on the setup pages, with the rules of `cloud-shelfctl bind`. No I/O.

use cloud_shelf::{
    enrolment::{feed_address, lacks_key, without_key},
    pin::Pin,
    unit::ProxyError,
};
use cloud_shelf_core::{binding, config::is_proxy_url, domain::Message};
use cloud_shelf_screen::{Field, Verdict};

/// Sound codes: only one of the two is typed at a time, and a binding has both.
const STORE: &str = "184454101";
const DEVICE: &str = "8F6A77C73E";
/// Longest network name, in bytes (IEEE 802.11).
const MAX_NAME_BYTES: usize = 32;

pub(super) fn judge(field: Field, text: &str) -> Verdict {
    match field {
        Field::Store => code(binding::from_parts("", text, DEVICE), |found| found.store.warning()),
        Field::Device => code(binding::from_parts("", STORE, text), |found| found.device.warning()),
        Field::Feed => feed(text),
        Field::Proxy if text.trim().is_empty() || is_proxy_url(text.trim()) => Verdict::GOOD,
        Field::Proxy => Verdict::bad(ProxyError::NoAddress.message()),
        Field::NewPin => {
            Pin::parse(text).map_or_else(|problem| Verdict::bad(problem.message()), |_| Verdict::GOOD)
        }
        Field::NetworkName if text.is_empty() || text.len() > MAX_NAME_BYTES => Verdict::bad(Message::fixed(
            "网络名称应为 1 到 32 个字符",
            "A network's name has 1 to 32 characters",
        )),
        Field::NetworkName => Verdict::GOOD,
        Field::PassPhrase => phrase(text),
    }
}

fn code(
    lines: binding::BindingLines,
    warning: impl Fn(&cloud_shelf_core::domain::Binding) -> Option<Message>,
) -> Verdict {
    match lines.bindings.first() {
        Some(found) => Verdict { good: true, words: warning(&found.binding) },
        None => {
            Verdict { good: false, words: lines.problems.into_iter().next().map(|problem| problem.remedy) }
        }
    }
}

/// The feed may be empty: items can also come on a USB stick.
fn feed(text: &str) -> Verdict {
    if text.trim().is_empty() {
        return Verdict::GOOD;
    }
    match feed_address(text) {
        Ok(address) => Verdict { good: true, words: lacks_key(&address).then(without_key) },
        Err(_) => Verdict::bad(Message::fixed(
            "请输入运营方给的完整网址：https://……#k=……",
            "Type the whole address from the operator: https://…#k=…",
        )),
    }
}

/// Validates a WPA pass phrase: 8 to 63 ASCII characters, or 64 hexadecimal digits.
fn phrase(text: &str) -> Verdict {
    let ascii = text.bytes().all(|b| (b' '..=b'~').contains(&b));
    let key = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    match text.len() {
        0 => Verdict {
            good: true,
            words: Some(Message::fixed(
                "没有密码：只用于无密码的网络",
                "No pass phrase: for a network that has none",
            )),
        },
        8..=63 if ascii => Verdict::GOOD,
        _ if key => Verdict::GOOD,
        _ => Verdict::bad(Message::fixed(
            "Wi-Fi 密码为 8 到 63 个英文字符",
            "A Wi-Fi pass phrase has 8 to 63 characters of ASCII",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_judged_as_by_the_command() {
        for (field, text, good, told) in [
            (Field::Store, "184454101", true, false),
            (Field::Store, "18445", true, true),
            (Field::Store, "", false, true),
            (Field::Store, "xxx", false, true),
            (Field::Device, "8f6a77c73e", true, false),
            (Field::Device, "8F6A", true, true),
            (Field::Device, "8F 6A", false, true),
            (Field::Feed, "", true, false),
            (Field::Feed, "https://cdn.example.com/shelves", true, true),
            (Field::Feed, "https://cdn.example.com/shelves#k=x", false, true),
            (Field::Feed, "cdn.example.com", false, true),
            (Field::Proxy, "", true, false),
            (Field::Proxy, "http://10.0.0.1:3128", true, false),
            (Field::Proxy, "10.0.0.1", false, true),
            (Field::NewPin, "1234", false, true),
            (Field::NewPin, "4711", true, false),
            (Field::NetworkName, "", false, true),
            (Field::NetworkName, "shop", true, false),
            (Field::NetworkName, "一二三四五六七八九十十一", false, true),
            (Field::PassPhrase, "", true, true),
            (Field::PassPhrase, "short", false, true),
            (Field::PassPhrase, "long enough", true, false),
            (Field::PassPhrase, &"a".repeat(64), true, false),
            (Field::PassPhrase, &"z".repeat(64), false, true),
        ] {
            let verdict = judge(field, text);
            assert_eq!((verdict.good, verdict.words.is_some()), (good, told), "{field:?} {text:?}");
        }
    }
}
