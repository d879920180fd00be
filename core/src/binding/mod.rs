//! The chat line that says which store and device a unit is.

mod line;
mod token;

pub use line::{BindingLine, LineProblem, LineProblemKind, Lines, from_parts, parse};
