//! Destination of a download: memory while the object is small and arrives quickly, else its file.
//!
//! Most objects are pictures of some ten kilobytes. These reach the disk only in the database,
//! which halves the writes to the SD card.

use crate::plain_file::PlainPath;
use std::{
    fs::File,
    io::{self, Seek, SeekFrom, Write},
    path::Path,
};

/// With four parallel downloads this is about 2 MiB in all.
const MAX_IN_MEMORY: usize = 512 << 10;

/// Where a file is that has come.
#[derive(Clone, PartialEq, Eq)]
pub enum DownloadBody {
    /// A small object that came in one go and never touched the disk
    Memory(Vec<u8>),
    /// In the file given as `place`
    File,
}

impl std::fmt::Debug for DownloadBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Memory(bytes) => write!(f, "Memory({} bytes)", bytes.len()),
            Self::File => f.write_str("File"),
        }
    }
}

pub(super) struct DownloadBuffer<'a> {
    place: &'a Path,
    memory: Vec<u8>,
    file: Option<File>,
    length: u64,
}

impl<'a> DownloadBuffer<'a> {
    /// Creates a destination for a file of which `place` already has `there` bytes.
    pub fn new(place: &'a Path, there: u64) -> io::Result<Self> {
        let mut buffer = Self { place, memory: Vec::new(), file: None, length: there };
        if there > 0 {
            buffer.file = Some(buffer.open(there)?);
        }
        Ok(buffer)
    }

    /// Returns the body's length and where it is.
    pub fn into_body(self) -> (u64, DownloadBody) {
        (
            self.length,
            if self.file.is_some() { DownloadBody::File } else { DownloadBody::Memory(self.memory) },
        )
    }

    fn open(&self, there: u64) -> io::Result<File> {
        let mut file = PlainPath::in_folder(self.place).open_to_write()?;
        file.set_len(there)?;
        file.seek(SeekFrom::Start(there))?;
        Ok(file)
    }
}

impl Write for DownloadBuffer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.file.is_none() && self.memory.len() + bytes.len() > MAX_IN_MEMORY {
            self.flush()?;
        }
        let written = match &mut self.file {
            Some(file) => file.write(bytes)?,
            None => {
                self.memory.extend_from_slice(bytes);
                bytes.len()
            }
        };
        self.length += written as u64;
        Ok(written)
    }

    /// Moves the bytes from memory to the file.
    fn flush(&mut self) -> io::Result<()> {
        if self.file.is_none() {
            let mut file = self.open(0)?;
            file.write_all(&self.memory)?;
            self.memory = Vec::new();
            self.file = Some(file);
        }
        Ok(())
    }
}
