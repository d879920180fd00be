//! Converts panics in third-party decoders to errors.

use super::MediaError;
use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

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
