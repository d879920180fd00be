//! The unit's binding (store and device): parses the chat line that names it, and keeps the file that stores
//! it.

mod file;
mod line;
mod token;

pub use file::{BindingFile, BindingFileError, Bound};
pub use line::{BindingLine, LineProblem, LineProblemKind, Lines, from_parts, parse};
