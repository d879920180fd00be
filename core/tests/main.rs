//! What core's modules do with whole files, from outside.

mod feed_vectors;
mod table;
