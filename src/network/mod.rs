//! This unit's network: links and addresses as the kernel shows them, and Wi-Fi through NetworkManager's
//! `nmcli`, if it is installed.
//!
//! Calls of `nmcli` wait for radio and router, up to a minute, and must be made off the UI thread. A pass
//! phrase goes to its stdin, never to its command line, which every process may read.

mod link;
mod nmcli;
mod terse;
mod trouble;
mod wifi;

pub use link::{Link, LinkKind, LinkState, gateway, links};
pub use nmcli::{Connectivity, Nmcli};
pub use terse::fields;
pub use trouble::Trouble;
pub use wifi::{Security, Wifi, merge, scan_line};
