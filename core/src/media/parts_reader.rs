//! Reads several parts of a file as one file, and stops a decoder that allocates more than
//! permitted.

use crate::heap;
use std::io::{self, BufRead, Read, Seek, SeekFrom};

/// Bytes read between two checks of the memory limit.
const STRIDE: usize = 4 << 10;

#[derive(Debug)]
pub(super) struct PartsReader<'a> {
    parts: &'a [&'a [u8]],
    /// Current part, and position in it
    part: usize,
    at: usize,
    /// Limit on the calling thread's allocations, by [`heap::allocated_bytes`]
    most: isize,
}

impl<'a> PartsReader<'a> {
    /// Creates a reader for a decoder on this thread that may allocate `may_allocate` bytes. A
    /// decoder that reads on while it holds more gets an error. What it allocates without reading
    /// is computed from the header.
    pub fn new(parts: &'a [&'a [u8]], may_allocate: u64) -> Self {
        let most =
            heap::allocated_bytes().saturating_add(isize::try_from(may_allocate).unwrap_or(isize::MAX));
        Self { parts, part: 0, at: 0, most }
    }

    fn length(&self) -> u64 {
        self.parts.iter().map(|part| part.len() as u64).sum()
    }

    fn rest(&self) -> &'a [u8] {
        self.parts.get(self.part).and_then(|part| part.get(self.at..)).unwrap_or_default()
    }

    fn place(&self) -> u64 {
        let before: usize = self.parts.iter().take(self.part).map(|part| part.len()).sum();
        (before + self.at) as u64
    }
}

impl BufRead for PartsReader<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if heap::allocated_bytes() > self.most {
            return Err(io::Error::from(io::ErrorKind::OutOfMemory));
        }
        while self.part < self.parts.len() && self.rest().is_empty() {
            (self.part, self.at) = (self.part + 1, 0);
        }
        let rest = self.rest();
        Ok(&rest[..rest.len().min(STRIDE)])
    }

    fn consume(&mut self, bytes: usize) {
        self.at += bytes;
    }
}

impl Read for PartsReader<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let from = self.fill_buf()?;
        let length = from.len().min(to.len());
        to[..length].copy_from_slice(&from[..length]);
        self.consume(length);
        Ok(length)
    }

    /// Reserves the exact size: a growing vector takes up to three times as much.
    fn read_to_end(&mut self, to: &mut Vec<u8>) -> io::Result<usize> {
        let (before, left) = (to.len(), self.length().saturating_sub(self.place()));
        to.reserve_exact(usize::try_from(left).map_err(io::Error::other)?);
        while let bytes @ [_, ..] = self.fill_buf()? {
            let length = bytes.len();
            to.extend_from_slice(bytes);
            self.consume(length);
        }
        Ok(to.len() - before)
    }
}

impl Seek for PartsReader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::Current(by) => self.place().checked_add_signed(by),
            SeekFrom::End(by) => self.length().checked_add_signed(by),
        };
        let place = place.ok_or(io::ErrorKind::InvalidInput)?;
        let mut left = place;
        (self.part, self.at) = (0, 0);
        while let Some(part) = self.parts.get(self.part)
            && left >= part.len() as u64
        {
            left -= part.len() as u64;
            self.part += 1;
        }
        // Seeking beyond the end is permitted; reads there return nothing
        if self.part < self.parts.len() {
            self.at = left as usize;
        }
        Ok(place)
    }

    fn stream_position(&mut self) -> io::Result<u64> {
        Ok(self.place())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    #[test]
    fn who_holds_more_than_he_may_reads_no_further() {
        let file = vec![7; 3 * STRIDE];
        let parts = [&file[..]];
        let mut pieces = PartsReader::new(&parts, 1 << 20);
        let mut some = [0; STRIDE];
        pieces.read_exact(&mut some).unwrap();
        let much = vec![1_u8; 2 << 20];
        assert_eq!(pieces.read_exact(&mut some).unwrap_err().kind(), io::ErrorKind::OutOfMemory);
        drop(much);
        pieces.read_exact(&mut some).unwrap();
    }

    proptest! {
        #[test]
        fn parts_are_read_as_one_file(
            parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9000), 0..5),
            steps in prop::collection::vec((0_u64..20_000, 0_usize..9000), 0..12),
        ) {
            let whole = parts.concat();
            let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
            let (mut pieces, mut file) = (PartsReader::new(&parts, u64::MAX), Cursor::new(&whole));
            for (place, length) in steps {
                let to = place % (whole.len() as u64 + 1);
                prop_assert_eq!(pieces.seek(SeekFrom::Start(to)).unwrap(), file.seek(SeekFrom::Start(to)).unwrap());
                let (mut here, mut there) = (vec![0; length], vec![0; length]);
                let (read, wanted) = (pieces.read_exact(&mut here), file.read_exact(&mut there));
                prop_assert_eq!(read.is_ok(), wanted.is_ok());
                if read.is_ok() {
                    prop_assert_eq!(here, there);
                    prop_assert_eq!(pieces.stream_position().unwrap(), file.stream_position().unwrap());
                }
            }
            pieces.seek(SeekFrom::Start(0)).unwrap();
            let mut all = Vec::new();
            pieces.read_to_end(&mut all).unwrap();
            prop_assert_eq!(all, whole);
        }
    }
}
