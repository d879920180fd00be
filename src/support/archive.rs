//! The support archive.

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use std::io;

/// Upper bound on a part, in bytes; of a longer part the end is kept, which is the newest part of a log.
pub const MAX_PART_BYTES: usize = 2 << 20;
/// Upper bound on all parts together, in bytes before compression.
pub const MAX_BYTES: usize = 8 << 20;

/// A file of the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub name: &'static str,
    pub text: String,
}

impl Part {
    pub fn new(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, text: text.into() }
    }
}

/// Packs the parts into a gzipped tar archive, inside a folder. What exceeds [`MAX_BYTES`] is cut, the last
/// parts first.
pub fn pack(folder: &str, parts: &[Part], now: i64) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    let mut left = MAX_BYTES;
    for Part { name, text } in parts {
        let bytes = end(text, MAX_PART_BYTES.min(left)).as_bytes();
        left -= bytes.len();
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(now).unwrap_or(0));
        archive.append_data(&mut header, format!("{folder}/{name}"), bytes)?;
    }
    archive.into_inner()?.finish()
}

/// Returns the name of the folder in an archive, safe as a file name. The archive is untrusted.
pub fn folder(archive: &[u8]) -> String {
    let first = tar::Archive::new(GzDecoder::new(archive)).entries().ok().and_then(|mut entries| {
        let entry = entries.next()?.ok()?;
        let path = entry.header().path().ok()?;
        path.components().next()?.as_os_str().to_str().map(str::to_owned)
    });
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    first
        .filter(|name| (1..=96).contains(&name.len()) && name.chars().all(is_plain))
        .unwrap_or_else(|| "cloud-shelf".to_owned())
}

/// Returns the last lines of a text that fit into this many bytes.
fn end(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let mut from = text.len() - most;
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let (_, tail) = text.split_at(from);
    tail.split_once('\n').map_or(tail, |(_, whole)| whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn what_is_too_long_is_cut_at_its_beginning_and_all_of_it_has_a_cap() {
        let line = "2026 日志 log\n";
        let parts: Vec<_> =
            ["a", "b", "c", "d", "e"].map(|name| Part::new(name, line.repeat(200_000))).into();
        let bytes = pack("x", &parts, 7).unwrap();
        assert_eq!(folder(&bytes), "x");
        for (name, told) in [("cloud-shelf-8F6A77C73E-20260101T000000Z", true), ("a b", false), ("..", false)]
        {
            let bytes = pack(name, &[Part::new("a", "b")], 7);
            let found = bytes.map_or_else(|_| "cloud-shelf".to_owned(), |bytes| folder(&bytes));
            assert_eq!(found == name, told, "{name}: {found}");
        }
        assert_eq!(folder(b"no archive"), "cloud-shelf");
        let mut archive = tar::Archive::new(GzDecoder::new(bytes.as_slice()));
        let mut sum = 0;
        for (entry, part) in archive.entries().unwrap().zip(&parts) {
            let mut entry = entry.unwrap();
            assert_eq!(entry.path().unwrap().to_str().unwrap(), format!("x/{}", part.name));
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            sum += text.len();
            assert!(text.is_empty() || (text.starts_with(line) && text.ends_with(line)));
            assert!(text.len() <= MAX_PART_BYTES);
        }
        assert!(sum <= MAX_BYTES && sum > MAX_BYTES - 100, "{sum}");
    }
}
