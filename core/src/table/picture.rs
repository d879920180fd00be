//! Parses a picture cell: names of files beside the table, or URLs.

use super::PictureSource;
use url::Url;

/// Upper bound: more pictures than a page shows.
pub(super) const MAX_PER_ITEM: usize = 20;
const MAX_NAME_CHARS: usize = 200;

/// A piece of a picture cell that is neither a file name nor a URL.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadPicture(pub String);

/// Parses all pieces of a cell; good pieces count even if others are bad.
pub(super) fn read(text: &str) -> (Vec<PictureSource>, Vec<BadPicture>) {
    let mut good = Vec::new();
    let mut bad = Vec::new();
    for piece in text.split(['\n', '\r', ';', '；', '|', '，', '\t']).flat_map(addresses) {
        let piece = piece.trim().trim_matches(['"', '\'', '“', '”']).trim();
        if piece.is_empty() || is_nothing(piece) {
            continue;
        }
        match one(piece) {
            Some(picture) if good.len() < MAX_PER_ITEM => good.push(picture),
            Some(_) => {}
            None => bad.push(BadPicture(piece.chars().take(40).collect())),
        }
    }
    (good, bad)
}

/// Splits URLs, which may also be separated by a space or comma; file names may contain both.
fn addresses(piece: &str) -> Vec<&str> {
    if !piece.contains("://") && !piece.trim_start().starts_with("//") {
        return vec![piece];
    }
    let mut found: Vec<&str> = Vec::new();
    for word in piece.split_whitespace() {
        let mut rest = word;
        while let Some(at) = rest.find(",http") {
            found.push(&rest[..at]);
            rest = &rest[at + 1..];
        }
        found.push(rest.trim_end_matches(','));
    }
    found
}

/// Whether a piece is a dash or a word for "none", or what a spreadsheet leaves in a cell with a picture.
fn is_nothing(piece: &str) -> bool {
    matches!(piece, "-" | "—" | "/" | "无" | "暂无" | "没有" | "N/A" | "n/a" | "0")
        || piece.starts_with('#')
        || piece.contains("DISPIMG(")
}

fn one(piece: &str) -> Option<PictureSource> {
    let lower = piece.get(..8).unwrap_or(piece).to_ascii_lowercase();
    if lower.starts_with("http:") || lower.starts_with("https:") || piece.starts_with("//") {
        let address = if piece.starts_with("//") { format!("https:{piece}") } else { piece.to_owned() };
        let url = Url::parse(&address).ok()?;
        let plain = url.has_host() && url.username().is_empty() && url.password().is_none();
        return (plain && address.len() <= 2048).then(|| PictureSource::Url(url.into()));
    }
    if piece.contains("://") || lower.starts_with("data:") || lower.starts_with("javascript:") {
        return None;
    }
    file(piece).map(PictureSource::File)
}

/// Returns a file name, or a relative path to it. Of an absolute path on somebody's computer, only
/// the name counts.
fn file(piece: &str) -> Option<String> {
    let path = piece.replace('\\', "/");
    let of_a_computer = path.starts_with('/') || path.as_bytes().get(1) == Some(&b':');
    let path = if of_a_computer { path.rsplit('/').next()? } else { path.trim_start_matches("./") };
    let sound = !path.is_empty()
        && path.chars().count() <= MAX_NAME_CHARS
        && path.split('/').all(|step| !step.is_empty() && step != ".." && step != ".")
        && !path.chars().any(|c| c.is_control() || matches!(c, '<' | '>' | '"' | '?' | '*' | ':'));
    sound.then(|| path.to_owned())
}
