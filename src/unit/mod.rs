//! This unit: what it is bound to, how it is set up, and what follows from both. No other module reads
//! `binding.json`, the settings file or `proxy.json`; `tests/tidy.rs` holds that.
//!
//! # When a file can't be used
//!
//! **Reading changes nothing.** A reader gets a value or a problem, and each problem says in both languages what
//! happened and what to do.
//!
//! | the file is | `binding.json` | settings file | `proxy.json` |
//! | --- | --- | --- | --- |
//! | missing | not bound | the defaults | no proxy |
//! | damaged: empty, not JSON or TOML, with an invalid value | not bound | the last settings that this process could read, or the defaults | no proxy |
//! | unreadable: without permission, with an I/O error; in the state also a link, a folder or a pipe | not bound | the same | no proxy |
//! | from a newer program, by its schema | not bound | (has no schema; an unknown setting is a mistake) | no proxy |
//!
//! **Who says it.** A command says it on stderr and goes on where it can; `doctor` has a check for it. In the kiosk
//! the keeper says it in the log, once, and the pages show what follows; the other threads are silent.
//!
//! **Who mends it.** A damaged file of the state is set aside as `NAME.damaged-N`, and never deleted, by two acts
//! only: by the kiosk ([`ThisUnit::set_damaged_aside`]), and by writing the file anew (`bind`, `unbind`, a proxy
//! typed on the screen). A file that is unreadable or from a newer program is left alone, and nothing is written
//! over it: a person has to delete it, to restore its permissions, or to update the program. The settings file is
//! the administrator's: no program writes or moves it.
//!
//! The files of other modules follow the same rule for readers: `status`, `doctor` and every other command that
//! only reads leave the state exactly as it is (`tests/reading.rs`).

mod binding;
mod proxy;
mod this_unit;

pub use binding::{BindingError, Bound};
pub use proxy::ProxyError;
pub use this_unit::{LoadedConfig, ThisUnit};
