//! Detects a file's format by its content, since extensions are unreliable, `.xls` most of all.

use super::{TableError, archive::Archive};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Xlsx,
    Ods,
    Xls,
    /// Comma-, tab- or semicolon-separated
    Text,
}

const COMPOUND_FILE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

pub(super) fn tell(bytes: &[u8]) -> Result<Format, TableError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(TableError::Empty);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return workbook(bytes);
    }
    if bytes.starts_with(&COMPOUND_FILE) {
        // A workbook with a password is a compound file around an encrypted package
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let encrypted = bytes.windows(name.len()).any(|window| window == name);
        return if encrypted { Err(TableError::Encrypted) } else { Ok(Format::Xls) };
    }
    const OTHERS: [(&[u8], &str); 8] = [
        (b"%PDF", "PDF"),
        (b"\x89PNG", "PNG"),
        (b"\xFF\xD8\xFF", "JPEG"),
        (b"GIF8", "GIF"),
        (b"Rar!", "RAR"),
        (b"7z\xBC\xAF", "7z"),
        (b"\x1F\x8B", "gzip"),
        (b"{\\rtf", "RTF"),
    ];
    if let Some((_, name)) = OTHERS.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(TableError::NotATable(name));
    }
    if is_markup(bytes) {
        return Err(TableError::Markup);
    }
    Ok(Format::Text)
}

fn workbook(bytes: &[u8]) -> Result<Format, TableError> {
    let archive = Archive::open(bytes)?;
    if archive.contains("xl/workbook.bin") {
        Err(TableError::Xlsb)
    } else if archive.contains("content.xml") {
        Ok(Format::Ods)
    } else if archive.contains("[Content_Types].xml") || archive.contains("xl/workbook.xml") {
        Ok(Format::Xlsx)
    } else {
        Err(TableError::NotATable("zip"))
    }
}

/// Whether a file is HTML or XML: both begin with `<` and a name.
fn is_markup(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let head = bytes[..bytes.len().min(512)].to_ascii_lowercase();
    let begins =
        [&b"<html"[..], b"<!doctype", b"<?xml", b"<table", b"<head", b"<meta", b"<style", b"<workbook"];
    begins.iter().any(|begin| head.starts_with(begin))
}
