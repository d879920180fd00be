//! Finds addresses in a text.

use super::clean;

/// One address in its two possible lengths: people write Chinese right after an address, but
/// addresses also contain Chinese in their parameters.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Up to the first character that an address should not contain
    pub short: String,
    /// Up to the next white space, if that is further and parameters follow
    pub long: Option<String>,
}

/// Upper bound on addresses parsed per cell.
const MAX_CANDIDATES: usize = 32;

/// Returns all addresses of a text, in order.
pub(super) fn find(text: &str) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut rest = text;
    while found.len() < MAX_CANDIDATES {
        let Some((before, start, after_scheme)) = split_at_scheme(rest) else { break };
        bare_addresses(before, &mut found);
        let run = &start[..after_scheme + run_length(&start[after_scheme..])];
        let to_space = &start[..start.find(char::is_whitespace).unwrap_or(start.len())];
        let whole = run.len();
        let (run, to_space) = (cut_at_next_address(run), cut_at_next_address(to_space));
        // A deep link may contain JSON, so it extends to the white space
        let is_web = start.get(..4).is_some_and(|s| s.eq_ignore_ascii_case("http"));
        let parameters = to_space.get(run.len()..).filter(|tail| has_parameter(tail) || !is_web);
        found.push(Candidate {
            short: trim_end(run).to_owned(),
            long: parameters.map(|_| trim_end(to_space).to_owned()),
        });
        rest = &start[run.len()..];
        if run.len() == whole {
            // What follows directly belongs to this address or to a look-alike, and is never a new
            // address
            rest = rest.trim_start_matches(|c: char| !c.is_whitespace() && !is_cjk(c));
        }
    }
    bare_addresses(rest, &mut found);
    found.truncate(MAX_CANDIDATES);
    found
}

/// Returns the scheme at the beginning of a text, if web pages do not have it.
pub(super) fn unsafe_scheme(text: &str) -> Option<&str> {
    const UNSAFE: [&str; 14] = [
        "javascript",
        "vbscript",
        "data",
        "file",
        "blob",
        "about",
        "mailto",
        "tel",
        "sms",
        "intent",
        "weixin",
        "alipays",
        "alipay",
        "view-source",
    ];
    let (scheme, _) = text.split_once(':')?;
    // Browsers skip white space inside a scheme
    let plain: String = scheme.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    UNSAFE.iter().any(|s| s.eq_ignore_ascii_case(&plain)).then_some(scheme)
}

/// Splits before the next `scheme://`. Returns the text before it, the address with its scheme, and
/// the length of the scheme.
fn split_at_scheme(text: &str) -> Option<(&str, &str, usize)> {
    let mark = text.find("://")?;
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-');
    let scheme = text[..mark].chars().rev().take_while(|c| is_scheme(*c)).map(char::len_utf8).sum::<usize>();
    let start = mark - scheme;
    Some((&text[..start], &text[start..], scheme + 3))
}

/// Finds addresses without a scheme: `detail.tmall.com/item.htm?id=1`, `//detail.tmall.com/…`.
fn bare_addresses(text: &str, found: &mut Vec<Candidate>) {
    let mut before = None;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let run = if starts_address(before) { &rest[..run_length(rest)] } else { "" };
        // `链接:detail…`
        let past_sign = without_slip(run.trim_start_matches([':', '=', ',', ';', '*', '#', '|', '>']));
        let address = past_sign.trim_start_matches('/');
        let slashes = past_sign.len() - address.len();
        if (slashes == 0 || slashes == 2) && has_host(address) {
            found.push(Candidate { short: format!("https://{}", trim_end(address)), long: None });
            if found.len() >= MAX_CANDIDATES {
                return;
            }
        }
        let step = if run.is_empty() { c.len_utf8() } else { run.len() };
        before = rest[..step].chars().next_back();
        rest = &rest[step..];
    }
}

/// Strips a mistyped scheme: `https:/`, `http;//`.
fn without_slip(address: &str) -> &str {
    let rest = address.strip_prefix("https").or_else(|| address.strip_prefix("http"));
    let rest = rest.and_then(|rest| rest.strip_prefix([':', ';']));
    rest.map_or(address, |rest| rest.trim_start_matches('/'))
}

/// Whether an address may begin after this character. After a letter of another script it would be
/// the tail of a look-alike.
fn starts_address(before: Option<char>) -> bool {
    before.is_none_or(|c| {
        c.is_whitespace() || is_cjk(c) || clean::is_quote(c) || (!c.is_alphanumeric() && !c.is_ascii())
    })
}

/// Whether a text begins with a host name of two or more labels, the last one of letters.
fn has_host(text: &str) -> bool {
    let authority = text.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
    let Some((_, top)) = host.rsplit_once('.') else { return false };
    top.len() >= 2
        && top.bytes().all(|b| b.is_ascii_alphabetic())
        && host.split('.').all(|part| !part.is_empty())
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'%'))
}

/// Returns the length of the run of address characters.
fn run_length(text: &str) -> usize {
    let ends = |c: char| !c.is_ascii_graphic() || matches!(c, '"' | '<' | '>' | '`');
    text.find(ends).unwrap_or(text.len())
}

/// Splits two addresses pasted together, but not an address in another one's parameter.
fn cut_at_next_address(text: &str) -> &str {
    for scheme in ["https://", "http://"] {
        let mut from = scheme.len();
        while let Some(at) = text.get(from..).and_then(|t| t.find(scheme)).map(|at| from + at) {
            let before = text[..at].chars().next_back();
            if before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, ';' | '|' | ')' | ']')) {
                return &text[..at];
            }
            from = at + scheme.len();
        }
    }
    text
}

/// Whether parameters continue after Chinese text.
fn has_parameter(text: &str) -> bool {
    text.split('&').skip(1).any(|p| {
        p.split_once('=').is_some_and(|(key, _)| !key.is_empty() && key.bytes().all(|b| b.is_ascii_graphic()))
    })
}

fn trim_end(text: &str) -> &str {
    text.trim_end_matches([',', '.', ';', '!', ')', ']', '}', '\'', '"', ':', '?', '*', '\\', '|', '~'])
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FF0F}'
        | '\u{FF1A}'..='\u{FF20}' | '\u{20000}'..='\u{3FFFF}')
}
