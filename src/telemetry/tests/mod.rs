//! The outbox with real files, the device key, and the service against a real server.

mod crash;
mod jose;
mod keys;
mod outbox;
mod receiver;
mod reporting;
mod shelf;
