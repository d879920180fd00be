//! Which store and device a unit is: the chat line that says so, and the file that keeps it.

mod file;
mod line;
mod token;

pub use file::{BindingFile, BindingFileError, Bound};
pub use line::{BindingLine, LineProblem, LineProblemKind, Lines, from_parts, parse};
