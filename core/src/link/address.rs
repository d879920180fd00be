//! Parses one address: its host, and its item. Of deep links (`taobao://`, `tmall://`, `tbopen://`) only the
//! item id is taken; a QR code always holds the web address.

use super::{
    LinkProblem, LinkProblemKind,
    candidate::Candidate,
    host::{self, HostKind},
    number,
};
use crate::domain::{ItemId, ItemLink};
use url::{Url, form_urlencoded};

/// Parses a candidate's longer form, which may have more parameters, else its shorter one.
pub(super) fn parse_candidate(candidate: &Candidate) -> Result<ItemLink, LinkProblem> {
    match candidate.long.as_deref().map(|long| parse(long, MAX_DEPTH)) {
        Some(Ok(link)) => Ok(link),
        // Two item ids, of which the shorter form shows only one
        Some(Err(problem)) if problem.kind == LinkProblemKind::NoId => Err(problem),
        _ => parse(&candidate.short, MAX_DEPTH),
    }
}

/// Parses one address. `depth` bounds the nesting of links in links.
pub(super) fn parse(address: &str, depth: u8) -> Result<ItemLink, LinkProblem> {
    let (scheme, rest) = address.split_once("://").ok_or_else(|| LinkProblem::no_link(address))?;
    match scheme.to_ascii_lowercase().as_str() {
        // Common typing errors of the scheme; none of these is another scheme
        "http" | "https" | "ttp" | "ttps" | "tps" | "htps" | "htttps" | "hhttps" => parse_web(rest),
        "taobao" | "tmall" | "tbopen" => parse_deep_link(&scheme.to_ascii_lowercase(), rest, depth),
        _ => Err(LinkProblem::unsafe_scheme(scheme)),
    }
}

/// Parses a web address without its scheme: `http` and `https` show the same item.
fn parse_web(rest: &str) -> Result<ItemLink, LinkProblem> {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains(['@', '\\', '%']) {
        return Err(LinkProblem::unsafe_url());
    }
    let url = Url::parse(&format!("https://{rest}")).map_err(|_| LinkProblem::unsafe_url())?;
    // 80 and 443 are the default ports; other ports are not the platform's
    if !matches!(url.port(), None | Some(80)) || !url.username().is_empty() || url.password().is_some() {
        return Err(LinkProblem::unsafe_url());
    }
    let name = url.host_str().unwrap_or_default();
    match host::classify(name) {
        HostKind::Item(host) => {
            let item = item_id(&url)?;
            Ok(ItemLink { host, item, sku: sku_id(&url) })
        }
        HostKind::Short => Err(LinkProblem::short_link()),
        HostKind::Platform => Err(LinkProblem::not_an_item(name)),
        HostKind::Foreign
            if !authority.is_ascii() || name.split('.').any(|part| part.starts_with("xn--")) =>
        {
            Err(LinkProblem::unsafe_url())
        }
        HostKind::Foreign => Err(LinkProblem::foreign_host(name)),
    }
}

/// Returns the item id, from the path or the query.
fn item_id(url: &Url) -> Result<ItemId, LinkProblem> {
    let path = url.path().to_ascii_lowercase();
    if let Some(segment) = path.split('/').find(|segment| is_other_page(segment)) {
        return Err(LinkProblem::not_an_item(&format!("{}/{segment}", url.host_str().unwrap_or_default())));
    }
    // A group-buying page has an id of its own, beside the item's
    let keys: [&[&str]; 2] = if url.host_str() == Some("detail.ju.taobao.com") {
        [&["item_id", "itemid"], &["id"]]
    } else {
        [&["id"], &["itemid", "item_id", "num_iid", "item_num_id"]]
    };
    let from_path = path_id(&path);
    let mut mangled = None;
    for keys in keys {
        let mut found: Option<ItemId> = from_path.clone();
        for (_, value) in
            url.query_pairs().filter(|(key, _)| keys.iter().any(|k| key.eq_ignore_ascii_case(k)))
        {
            // A second `?` typed instead of `&`
            let value = value.split('?').next().unwrap_or_default();
            let value = value.trim().trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            match (ItemId::parse(value), &found) {
                (Ok(id), Some(other)) if *other != id => {
                    return Err(LinkProblem::two_items(other.as_str(), id.as_str()));
                }
                (Ok(id), _) => found = Some(id),
                (Err(_), _) if number::is_scientific(value) => mangled = Some(value.to_owned()),
                (Err(_), _) => {}
            }
        }
        if let Some(id) = found {
            return Ok(id);
        }
    }
    match mangled {
        Some(text) => Err(LinkProblem::scientific(&text)),
        None if path.len() <= 1 && url.query().is_none() => {
            Err(LinkProblem::not_an_item(url.host_str().unwrap_or_default()))
        }
        None => Err(LinkProblem::no_id()),
    }
}

/// Returns the id in `/item/N.htm`, `/item/N`, `/iN.htm`.
fn path_id(path: &str) -> Option<ItemId> {
    let mut segments = path.rsplit('/');
    let last = segments.find(|segment| !segment.is_empty())?;
    let last = last.strip_suffix(".html").or_else(|| last.strip_suffix(".htm")).unwrap_or(last);
    match last.strip_prefix('i') {
        Some(digits) => ItemId::parse(digits).ok(),
        None if segments.next() == Some("item") => ItemId::parse(last).ok(),
        None => None,
    }
}

/// Whether a path is a page whose `id` is a shop's, a search's or an order's.
fn is_other_page(segment: &str) -> bool {
    const WORDS: [&str; 10] =
        ["shop", "search", "store", "list", "cart", "coupon", "login", "order", "seller", "category"];
    let stem = segment.split('.').next().unwrap_or_default();
    stem.split(['-', '_']).any(|word| WORDS.contains(&word))
}

/// Returns the SKU, if the address names exactly one.
fn sku_id(url: &Url) -> Option<ItemId> {
    let mut found: Option<ItemId> = None;
    for (key, value) in url.query_pairs() {
        if !key.eq_ignore_ascii_case("skuId") && !key.eq_ignore_ascii_case("sku_id") {
            continue;
        }
        match (ItemId::parse(value.trim()), &found) {
            (Ok(sku), Some(other)) if *other != sku => return None,
            (Ok(sku), _) => found = Some(sku),
            (Err(_), _) => {}
        }
    }
    found
}

/// Upper bound on links nested in links.
pub(super) const MAX_DEPTH: u8 = 2;

pub(super) fn parse_deep_link(scheme: &str, rest: &str, depth: u8) -> Result<ItemLink, LinkProblem> {
    let Some(depth) = depth.checked_sub(1) else { return Err(LinkProblem::unsafe_url()) };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let place = place.trim_end_matches('/').to_ascii_lowercase();
    if scheme == "tbopen" {
        let inner = query_value(query, &["h5url", "url"]).ok_or_else(LinkProblem::no_id)?;
        return match inner.strip_prefix("//") {
            Some(inner) => parse(&format!("https://{inner}"), depth),
            None => parse(&inner, depth),
        };
    }
    if place == "page.tm/itemdetail" {
        return query_value(query, &["itemid", "id"])
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
    parse(&format!("https://{rest}"), depth)
}

fn query_value(query: &str, keys: &[&str]) -> Option<String> {
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| keys.iter().any(|k| key.eq_ignore_ascii_case(k)))
        .map(|(_, value)| value.into_owned())
}
