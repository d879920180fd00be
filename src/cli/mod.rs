//! The installer's command: verbs, and their reports as text and JSON.

mod context;
mod exit;

pub use context::Context;
pub use exit::Exit;
