//! Errors and panics of third-party decoders, converted to errors of ours.

use super::{MediaError, limits};
use crate::watchdog;
use image::ImageError;
use std::{
    any::Any,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Runs a decoder, and converts errors and panics.
pub(super) fn run_decoder<T>(work: impl FnOnce() -> Result<T, DecoderError>) -> Result<T, MediaError> {
    watchdog::within(limits::DECODING_TIME, || catch_panic(|| work().map_err(|DecoderError(error)| error)))
}

/// Any decoder's error, converted to ours.
pub(super) struct DecoderError(MediaError);

pub(super) fn broken(detail: &str) -> MediaError {
    MediaError::Broken { detail: detail.to_owned() }
}

impl DecoderError {
    fn from_io(cause: &io::Error) -> Self {
        Self(match cause.kind() {
            io::ErrorKind::UnexpectedEof => MediaError::Truncated,
            io::ErrorKind::OutOfMemory => MediaError::MemoryExceeded,
            _ => MediaError::Broken { detail: cause.to_string() },
        })
    }
}

impl From<MediaError> for DecoderError {
    fn from(error: MediaError) -> Self {
        Self(error)
    }
}

impl From<ImageError> for DecoderError {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::IoError(cause) => Self::from_io(&cause),
            other => Self(MediaError::Broken { detail: other.to_string() }),
        }
    }
}

impl From<png::DecodingError> for DecoderError {
    fn from(error: png::DecodingError) -> Self {
        match error {
            png::DecodingError::IoError(cause) => Self::from_io(&cause),
            other => Self(MediaError::Broken { detail: other.to_string() }),
        }
    }
}

impl From<gif::DecodingError> for DecoderError {
    fn from(error: gif::DecodingError) -> Self {
        match error {
            gif::DecodingError::Io(cause) => Self::from_io(&cause),
            gif::DecodingError::UnexpectedEof => Self(MediaError::Truncated),
            other => Self(MediaError::Broken { detail: other.to_string() }),
        }
    }
}

impl From<jpeg_decoder::Error> for DecoderError {
    fn from(error: jpeg_decoder::Error) -> Self {
        match error {
            jpeg_decoder::Error::Io(cause) => Self::from_io(&cause),
            other => Self(MediaError::Broken { detail: other.to_string() }),
        }
    }
}

/// Runs `work` and converts a panic: the decoder has met a file that it can't handle, and the next
/// picture is fine. Values borrowed by `work` are not used after a panic.
pub(super) fn catch_panic<T>(work: impl FnOnce() -> Result<T, MediaError>) -> Result<T, MediaError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|panic| Err(MediaError::Broken { detail: panic_text(panic.as_ref()) }))
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panicked: {}", text.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_costs_one_picture() {
        let broken = |detail: &str| Err::<(), _>(MediaError::Broken { detail: detail.into() });
        assert_eq!(catch_panic(|| panic!("no such table")), broken("panicked: no such table"));
        assert_eq!(catch_panic(|| panic!("table {}", 7)), broken("panicked: table 7"));
        assert_eq!(catch_panic(|| Ok(7)), Ok(7));
    }
}
