//! What is tested from outside: the two programs, the library of the unit, and the rules of the house.

mod broken_streams;
mod cli;
mod cli_feed;
mod cli_pin;
mod completions;
mod control_users;
mod doctor;
mod e2e;
mod feed_nginx;
mod fuzz_corpus;
mod privilege;
mod reading;
mod sync;
mod tidy;

// What several of them need
#[path = "support/documents.rs"]
mod documents;
#[path = "support/feed_server.rs"]
mod feed_server;
#[path = "support/hostile.rs"]
mod hostile;
#[path = "support/pictures.rs"]
mod pictures;
#[path = "sync/rig.rs"]
mod rig;
#[path = "support/serving.rs"]
mod serving;
#[path = "support/stick.rs"]
mod stick_script;
#[path = "support/trap.rs"]
mod trap;
