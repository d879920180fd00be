//! Pull parser for XML parts: elements opened and closed, and text. Resolves only XML's five
//! entities and character references, so nothing can expand.

use super::{TableError, limits};
use quick_xml::{
    Reader,
    escape::unescape,
    events::{BytesStart, Event},
};
use std::borrow::Cow;

/// One parser event. Names have no prefix.
pub(super) enum Step<'a> {
    Open(BytesStart<'a>),
    Close(String),
    Text(String),
}

pub(super) struct Walk<'a> {
    reader: Reader<&'a [u8]>,
    depth: usize,
}

impl<'a> Walk<'a> {
    pub fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        Self { reader, depth: 0 }
    }

    /// Returns the next event; `None` at the end.
    pub fn step(&mut self) -> Result<Option<Step<'a>>, TableError> {
        loop {
            let event = self.reader.read_event().map_err(|e| TableError::Damaged(e.to_string()))?;
            return Ok(Some(match event {
                Event::Start(element) => {
                    self.depth += 1;
                    if self.depth > limits::XML_DEPTH {
                        return Err(TableError::Damaged("elements are nested too deeply".into()));
                    }
                    Step::Open(element)
                }
                Event::End(element) => {
                    self.depth = self.depth.saturating_sub(1);
                    Step::Close(element.local_name().as_ref().to_owned())
                }
                Event::Text(text) => Step::Text(text.into_inner().into_owned()),
                Event::CData(text) => Step::Text(text.into_inner().into_owned()),
                Event::GeneralRef(name) => match unescape(&format!("&{};", &*name.into_inner())) {
                    Ok(sign) => Step::Text(sign.into_owned()),
                    Err(_) => continue,
                },
                Event::Eof => return Ok(None),
                _ => continue,
            }));
        }
    }
}

/// Returns an element's name without its prefix.
pub(super) fn name<'b>(element: &'b BytesStart<'_>) -> &'b str {
    local(element.name().0)
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Returns an attribute by its full name.
pub(super) fn attribute<'b>(element: &'b BytesStart<'_>, name: &str) -> Option<Cow<'b, str>> {
    find(element, |key| key == name)
}

/// Returns an attribute by its local name, with any prefix: `r:id`.
pub(super) fn prefixed<'b>(element: &'b BytesStart<'_>, name: &str) -> Option<Cow<'b, str>> {
    find(element, |key| key.split_once(':').is_some_and(|(_, local)| local == name))
}

fn find<'b>(element: &'b BytesStart<'_>, wanted: impl Fn(&str) -> bool) -> Option<Cow<'b, str>> {
    // Without the check for duplicates, which is quadratic
    let mut attributes = element.attributes();
    let found = attributes.with_checks(false).flatten().find(|a| wanted(a.key.0))?;
    Some(match unescape(&found.value) {
        Ok(Cow::Borrowed(_)) | Err(_) => found.value,
        Ok(Cow::Owned(plain)) => Cow::Owned(plain),
    })
}

/// Decodes a part: UTF-8, or UTF-16 with a byte order mark; invalid bytes are replaced.
pub(super) fn decode(bytes: Vec<u8>) -> String {
    match encoding_rs::Encoding::for_bom(&bytes) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned(),
        None => {
            String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
        }
    }
}
