//! The compound file (OLE) around an xls: a small file system with chains of sectors.
//!
//! Read first, only to check how large an xls claims to be: calamine trusts the claim and would
//! allocate more memory than there is, which can't be caught.

use super::TableError;

const END: u32 = 0xFFFF_FFFA;

/// Returns the streams that may be the workbook.
pub(super) fn workbooks(bytes: &[u8]) -> Result<Vec<Vec<u8>>, TableError> {
    let file = File::open(bytes).ok_or_else(|| TableError::Damaged("not a compound file".into()))?;
    let directory = file.chain(u32_at(bytes, 48).unwrap_or(END), file.sector, &file.table, None);
    let entries: Vec<&[u8]> = directory.chunks_exact(128).collect();
    let root = entries.first().and_then(|root| u32_at(root, 116)).unwrap_or(END);
    let mini_stream = file.chain(root, file.sector, &file.table, None);
    let mini_table = words(&file.chain(u32_at(bytes, 60).unwrap_or(END), file.sector, &file.table, None));
    let named = |entry: &&[u8]| {
        let name: String =
            char::decode_utf16(entry[..64].chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])))
                .map(|c| c.unwrap_or('?'))
                .take_while(|c| *c != '\0')
                .collect();
        name.eq_ignore_ascii_case("Workbook") || name.eq_ignore_ascii_case("Book")
    };
    let stream = |entry: &[u8]| {
        let (start, size) = (u32_at(entry, 116).unwrap_or(END), u32_at(entry, 120).unwrap_or(0));
        // Short streams have sectors of their own, inside the root stream
        if size < 4096 {
            file.chain(start, 64, &mini_table, Some(&mini_stream))
        } else {
            file.chain(start, file.sector, &file.table, None)
        }
    };
    Ok(entries.into_iter().filter(named).take(4).map(stream).collect())
}

struct File<'a> {
    bytes: &'a [u8],
    sector: usize,
    /// For each sector, the next one
    table: Vec<u32>,
}

impl<'a> File<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let sector = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut file = Self { bytes, sector, table: Vec::new() };
        let mut places = words(bytes.get(76..512)?);
        let mut next = u32_at(bytes, 68)?;
        // No chain is longer than the file has sectors
        for _ in 0..bytes.len() / sector {
            let Some(more) = file.sector(next) else { break };
            let mut more = words(more);
            next = more.pop().unwrap_or(END);
            places.extend(more);
        }
        for place in places.into_iter().filter(|place| *place < END).take(bytes.len() / sector + 1) {
            if let Some(part) = file.sector(place) {
                let part = words(part);
                file.table.extend(part);
            }
        }
        Some(file)
    }

    fn sector(&self, id: u32) -> Option<&'a [u8]> {
        let start = (id as usize).checked_add(1)?.checked_mul(self.sector)?;
        // The last sector may be truncated
        let end = start.saturating_add(self.sector).min(self.bytes.len());
        self.bytes.get(start..end).filter(|part| !part.is_empty())
    }

    /// Follows a chain of sectors, `inside` another stream or in the file itself.
    fn chain(&self, start: u32, size: usize, table: &[u32], inside: Option<&[u8]>) -> Vec<u8> {
        let mut found = Vec::new();
        let mut id = start;
        for _ in 0..=table.len() {
            if id >= END {
                break;
            }
            let part = match inside {
                None => self.sector(id),
                Some(stream) => {
                    let start = (id as usize).saturating_mul(size);
                    stream.get(start..start.saturating_add(size).min(stream.len()))
                }
            };
            let Some(part) = part else { break };
            found.extend_from_slice(part);
            // A circular chain would fill the memory
            if found.len() > self.bytes.len() {
                break;
            }
            id = table.get(id as usize).copied().unwrap_or(END);
        }
        found
    }
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect()
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
