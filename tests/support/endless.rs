//! Answers that never end, each by another part of HTTP or of what it carries. They go on until the
//! client hangs up.

use std::{io, io::Write, thread, time::Duration};

/// What it is that does not end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endless {
    /// A compressed body of blocks with nothing in them
    EmptyBlocks,
    /// A byte of the head now and then
    HeadDrip,
    /// Lines of the head
    HeadLines,
    /// Answers that say only that the answer is still to come
    Informational,
    /// What may stand beside the length of a chunk
    ChunkExtension,
    /// Lines after the body
    Trailers,
    /// Spaces, before what may or may not be a web page
    Spaces,
    /// A byte of the body now and then, of which the head says that it is the right size
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

    /// How it begins, what comes again and again, and the pause between. `size` is what the file has.
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

    /// Never comes back but with the client's farewell.
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
