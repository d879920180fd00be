//! Deep links: `taobao://`, `tmall://`, `tbopen://`. Only the item id is taken from them; a QR code
//! always holds the web address.

use super::{LinkProblem, address, host};
use crate::domain::{ItemId, ItemLink};
use url::form_urlencoded;

/// Upper bound on links nested in links.
pub(super) const MAX_DEPTH: u8 = 2;

pub(super) fn parse(scheme: &str, rest: &str, depth: u8) -> Result<ItemLink, LinkProblem> {
    let Some(depth) = depth.checked_sub(1) else { return Err(LinkProblem::unsafe_url()) };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let place = place.trim_end_matches('/').to_ascii_lowercase();
    if scheme == "tbopen" {
        let inner = value(query, &["h5url", "url"]).ok_or_else(LinkProblem::no_id)?;
        return match inner.strip_prefix("//") {
            Some(inner) => address::parse(&format!("https://{inner}"), depth),
            None => address::parse(&inner, depth),
        };
    }
    if place == "page.tm/itemdetail" {
        return value(query, &["itemid", "id"])
            .and_then(|id| ItemId::parse(&id).ok())
            .map(host::link_for_id)
            .ok_or_else(LinkProblem::no_id);
    }
    if place == "page.tm" || place.starts_with("page.tm/") {
        return Err(LinkProblem::not_an_item("page.tm"));
    }
    if place == "tmallclient" {
        // An old form, whose query is JSON: {"action":"item:id=N"}
        return query
            .split_once("item:id=")
            .map(|(_, tail)| &tail[..tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len())])
            .and_then(|digits| ItemId::parse(digits).ok())
            .map(host::link_for_id)
            .ok_or_else(LinkProblem::no_id);
    }
    address::parse(&format!("https://{rest}"), depth)
}

fn value(query: &str, keys: &[&str]) -> Option<String> {
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| keys.iter().any(|k| key.eq_ignore_ascii_case(k)))
        .map(|(_, value)| value.into_owned())
}
