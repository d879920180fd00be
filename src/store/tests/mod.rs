//! The store, used and abused.

mod crash;
mod damage;
mod everyday;
mod missing;
mod model;
mod published;
mod sample;
mod versions;
