//! The chat line that says which store and device a unit is.

mod line;
mod token;

pub use line::{BindingLine, BindingLines, LineProblem, LineProblemKind, from_parts, parse};
