//! Tests of the store, with real files.

mod crash;
mod damage;
mod everyday;
mod missing;
mod model;
mod published;
mod sample;
mod versions;
