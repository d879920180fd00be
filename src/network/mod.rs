//! This unit's way to the network: its links and addresses as the kernel shows them, and Wi-Fi through
//! NetworkManager's `nmcli`, where that is there.
//!
//! Calls of `nmcli` wait for radio and router, up to a minute: they are made off the UI thread. A pass
//! phrase goes to it by its stdin, never by its command line, which every process may read.

mod link;
mod nmcli;
mod proxy;
mod terse;
mod trouble;
mod wifi;

pub use link::{Link, LinkKind, LinkState, gateway, links};
pub use nmcli::{Connectivity, Nmcli};
pub use proxy::{ProxyFile, ProxyFileError};
pub use terse::fields;
pub use trouble::Trouble;
pub use wifi::{Security, Wifi, merge, scan_line};
