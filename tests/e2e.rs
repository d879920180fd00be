//! End-to-end tests: the real programs, a real table, a real X server, real presses.
#![cfg(feature = "kiosk")]

#[path = "e2e/card.rs"]
mod card;
#[path = "e2e/codes.rs"]
mod codes;
#[path = "e2e/crash.rs"]
mod crash;
#[path = "e2e/deaf.rs"]
mod deaf;
#[path = "e2e/fault.rs"]
mod fault;
#[path = "support/feed_server.rs"]
mod feed_server;
#[path = "e2e/follow.rs"]
mod follow;
#[path = "support/hostile.rs"]
mod hostile;
#[path = "e2e/idle.rs"]
mod idle;
#[path = "e2e/kiosk.rs"]
mod kiosk;
#[path = "e2e/live.rs"]
mod live;
#[path = "e2e/memory.rs"]
mod memory;
#[path = "support/pictures.rs"]
mod pictures;
#[path = "e2e/reports.rs"]
mod reports;
#[path = "sync/rig.rs"]
mod rig;
#[path = "e2e/scan.rs"]
mod scan;
#[path = "e2e/screen.rs"]
mod screen;
#[path = "e2e/search.rs"]
mod search;
#[path = "e2e/settings.rs"]
mod settings;
#[path = "e2e/shelf.rs"]
mod shelf;
#[path = "e2e/stick.rs"]
mod stick;
#[path = "e2e/touch.rs"]
mod touch;
#[path = "e2e/vitals.rs"]
mod vitals;
#[path = "e2e/x_server.rs"]
mod x_server;
