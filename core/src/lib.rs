//! What the unit and the hub share: the words, the formats, the rules.
//!
//! No Slint, and no server. `docs/ARCHITECTURE.md` is the map. The layers, from the ground up, are
//! held by `tests/tidy.rs`.

pub mod attempt;
pub mod binding;
pub mod clock;
pub mod config;
pub mod disk;
pub mod domain;
pub mod durable;
pub mod feed;
pub mod heap;
pub mod hours;
pub mod intake;
pub mod link;
pub mod media;
pub mod panel;
pub mod paths;
pub mod plain_file;
pub mod program;
pub mod publish;
pub mod qr;
pub mod report;
pub mod search;
pub mod settings;
pub mod sqlite;
pub mod table;
pub mod transport;
pub mod trap;
pub mod watchdog;

/// Every program of this crate counts its allocations: see [`heap`].
#[global_allocator]
static HEAP: heap::CountingAllocator = heap::CountingAllocator;
