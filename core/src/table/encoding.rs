//! Decodes text files: UTF-8, UTF-16 or GB18030, with or without a byte order mark.

use super::TableError;
use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};

pub(super) fn decode(bytes: &[u8]) -> Result<String, TableError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Ok(encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned());
    }
    if !bytes.contains(&0)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return Ok(text.to_owned());
    }
    // ASCII, of which every link consists, has a zero in one half of each UTF-16 unit
    let zeros = |first: usize| bytes.iter().skip(first).step_by(2).filter(|b| **b == 0).count();
    let (high, low) = (zeros(0), zeros(1));
    let enough = bytes.len() / 16;
    let encoding = if low > enough && low > 4 * high {
        UTF_16LE
    } else if high > enough && high > 4 * low {
        UTF_16BE
    } else if high + low > 0 {
        return Err(TableError::NotATable("binary"));
    } else {
        GB18030
    };
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    // One bad byte in a text is a slip; many mean that it is not text
    let is_bad = |c: &char| *c == '\u{FFFD}' || (c.is_control() && !c.is_whitespace());
    let bad = text.chars().filter(is_bad).count();
    if bad > 2 + text.chars().count() / 100 {
        return Err(TableError::NotATable("binary"));
    }
    Ok(text.into_owned())
}
