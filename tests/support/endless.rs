//! Responses that never end, each in another part of HTTP or of its content. They continue until
//! the client disconnects.

use std::{io, io::Write, thread, time::Duration};

/// What never ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endless {
    /// A compressed body of empty blocks
    EmptyBlocks,
    /// A byte of the headers now and then
    HeadDrip,
    /// Header lines
    HeadLines,
    /// Informational (1xx) responses
    Informational,
    /// Extensions of a chunk
    ChunkExtension,
    /// Trailers after the body
    Trailers,
    /// Spaces, before what may or may not be a web page
    Spaces,
    /// A byte of the body now and then, with a plausible `Content-Length`
    BodyDrip,
}

impl Endless {
    pub const ALL: [Self; 8] = [
        Self::EmptyBlocks,
        Self::HeadDrip,
        Self::HeadLines,
        Self::Informational,
        Self::ChunkExtension,
        Self::Trailers,
        Self::Spaces,
        Self::BodyDrip,
    ];

    /// Returns the start, what is repeated, and the pause. `size` is the file's size.
    fn parts(self, size: usize) -> (Vec<u8>, Vec<u8>, Duration) {
        let chunked = "HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n";
        let soon = Duration::from_millis(1);
        let chunk = |bytes: &[u8]| [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
        match self {
            Self::EmptyBlocks => {
                let head = chunk(&[0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]);
                let begin = format!("{chunked}content-encoding: gzip\r\n\r\n").into_bytes();
                ([begin, head].concat(), chunk(&[0, 0, 0, 0xFF, 0xFF].repeat(200)), soon)
            }
            Self::HeadDrip => (b"HTTP/1.1 200 x\r\nx: ".to_vec(), b"x".to_vec(), Duration::from_millis(20)),
            Self::HeadLines => (b"HTTP/1.1 200 x\r\n".to_vec(), b"x: yyyyyyyy\r\n".repeat(20), soon),
            Self::Informational => (Vec::new(), b"HTTP/1.1 103 x\r\nlink: x\r\n\r\n".to_vec(), soon),
            Self::ChunkExtension => (format!("{chunked}\r\n1;").into_bytes(), b"x=y;".repeat(50), soon),
            Self::Trailers => (format!("{chunked}\r\n0\r\n").into_bytes(), b"x: yyyy\r\n".repeat(20), soon),
            Self::Spaces => (format!("{chunked}\r\n").into_bytes(), chunk(&[b' '; 500]), soon),
            Self::BodyDrip => {
                let begin = format!("HTTP/1.1 200 x\r\ncontent-length: {size}\r\n\r\n");
                (begin.into_bytes(), b"x".to_vec(), Duration::from_millis(20))
            }
        }
    }

    /// Writes until the client disconnects, and returns that error.
    pub fn pour(self, size: usize, to: &mut dyn Write) -> io::Error {
        let (begin, again, pause) = self.parts(size.max(1000));
        let mut send = |bytes: &[u8]| to.write_all(bytes).and_then(|()| to.flush());
        if let Err(error) = send(&begin) {
            return error;
        }
        loop {
            if let Err(error) = send(&again) {
                return error;
            }
            thread::sleep(pause);
        }
    }
}
