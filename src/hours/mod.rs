//! Opening hours: by weekday, with exceptions by date, past midnight where a shop stays open.
//!
//! The same shape in a feed's JSON and in the settings' TOML, see [`Document`]. Times are those of
//! the clock on the shop's wall: China's, unless a zone is named. Where a clock is put forward, an
//! hour that it leaves out has no length; where it is put back, its first showing of a time counts.

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
