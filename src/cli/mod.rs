//! The installer's command: verbs, and their reports as text and JSON.

mod context;
mod exit;
mod import;

pub use context::Context;
pub use exit::Exit;
pub use import::{ImportArgs, run as run_import};
