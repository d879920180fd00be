//! The JSON of every report, and both halves against each other.

mod reading;
mod shapes;
