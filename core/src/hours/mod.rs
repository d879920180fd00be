//! Opening hours: by weekday, with exceptions by date, past midnight if a shop stays open.
//!
//! A feed's JSON and the settings' TOML have the same shape, see [`Document`]. Times are local
//! times in the shop's zone: China's, unless a zone is named. When the clock is put forward, the
//! skipped hour has no length; when it is put back, the first occurrence of a time counts.

mod day;
mod document;
mod error;
mod span;
mod state;
mod week;

pub use day::Day;
pub use document::Document;
pub use error::HoursError;
pub use span::Span;
pub use state::State;
pub use week::{Hours, china};

#[cfg(test)]
mod tests;
