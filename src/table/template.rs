//! The empty table that a brand fills in.
