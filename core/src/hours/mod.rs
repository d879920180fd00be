//! Opening hours: by weekday, with exceptions by date, past midnight if a shop stays open.
//!
//! A feed's JSON and the settings' TOML have the same shape, see [`HoursDocument`]. Times are local
//! times in the shop's zone: China's, unless a zone is named. When the clock is put forward, the
//! skipped hour has no length; when it is put back, the first occurrence of a time counts.

mod document;
mod error;
mod span;
mod state;
mod week;

pub use document::HoursDocument;
pub use error::HoursError;
pub use span::Span;
pub use state::OpeningState;
pub use week::{Day, Hours, default_zone};

#[cfg(test)]
mod tests;
