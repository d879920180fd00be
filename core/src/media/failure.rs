//! What a decoder fails at, as an error of ours.

use super::{MediaError, guard::catch_panic};
use image::ImageError;
use std::io;

/// Runs a decoder, and converts errors and panics.
pub(super) fn run_decoder<T>(work: impl FnOnce() -> Result<T, DecoderError>) -> Result<T, MediaError> {
    catch_panic(|| work().map_err(|DecoderError(error)| error))
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
