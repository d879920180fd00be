//! The store, used and abused.

mod crash;
mod damage;
mod everyday;
mod model;
mod sample;
