//! Which store and device this unit is: the file that keeps it.

mod file;

pub use file::{BindingFile, BindingFileError, Bound};
