//! A unit that follows its feed: a real publisher, a real client, a faulty server.

mod bundles;
mod crash;
mod decency;
mod faults;
mod one_object;
mod orders;
mod pictures;
mod rounds;
mod soak;
mod trust;
