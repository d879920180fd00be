//! A unit that follows its feed: a real publisher, a real client, a faulty server.

#[path = "sync/bundles.rs"]
mod bundles;
#[path = "sync/crash.rs"]
mod crash;
#[path = "sync/decency.rs"]
mod decency;
#[path = "sync/faults.rs"]
mod faults;
#[path = "support/feed_server.rs"]
mod feed_server;
#[path = "sync/one_object.rs"]
mod one_object;
#[path = "sync/orders.rs"]
mod orders;
#[path = "sync/pictures.rs"]
mod pictures;
#[path = "sync/rig.rs"]
mod rig;
#[path = "sync/rounds.rs"]
mod rounds;
#[path = "sync/soak.rs"]
mod soak;
#[path = "sync/trust.rs"]
mod trust;
