//! What a decoder fails at, as an error of ours.

use super::{MediaError, guard::guarded, limits};
use crate::watchdog;
use image::ImageError;
use std::io;

/// Runs a decoder, and converts errors and panics.
pub(super) fn reading<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, MediaError> {
    watchdog::within(limits::DECODING_TIME, || guarded(|| work().map_err(|Failure(error)| error)))
}

/// Any decoder's error, converted to ours.
pub(super) struct Failure(MediaError);

pub(super) fn broken(detail: &str) -> MediaError {
    MediaError::Broken { detail: detail.to_owned() }
}

impl Failure {
    fn of_read(cause: &io::Error) -> Self {
        Self(match cause.kind() {
            io::ErrorKind::UnexpectedEof => MediaError::Truncated,
            io::ErrorKind::OutOfMemory => MediaError::Greedy,
            _ => MediaError::Broken { detail: cause.to_string() },
        })
    }
}

impl From<MediaError> for Failure {
    fn from(error: MediaError) -> Self {
        Self(error)
    }
}

impl From<ImageError> for Failure {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::IoError(cause) => Self::of_read(&cause),
            other => Self(MediaError::Broken { detail: other.to_string() }),
        }
    }
}

impl From<png::DecodingError> for Failure {
    fn from(error: png::DecodingError) -> Self {
        match error {
            png::DecodingError::IoError(cause) => Self::of_read(&cause),
            other => Self(MediaError::Broken { detail: other.to_string() }),
        }
    }
}

impl From<gif::DecodingError> for Failure {
    fn from(error: gif::DecodingError) -> Self {
        match error {
            gif::DecodingError::Io(cause) => Self::of_read(&cause),
            gif::DecodingError::UnexpectedEof => Self(MediaError::Truncated),
            other => Self(MediaError::Broken { detail: other.to_string() }),
        }
    }
}

impl From<jpeg_decoder::Error> for Failure {
    fn from(error: jpeg_decoder::Error) -> Self {
        match error {
            jpeg_decoder::Error::Io(cause) => Self::of_read(&cause),
            other => Self(MediaError::Broken { detail: other.to_string() }),
        }
    }
}
