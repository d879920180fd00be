//! The numbered steps that bring a file to the schema this program knows.

use crate::sqlite::Schema;

pub(super) const SCHEMA: Schema = Schema {
    // `CShf`
    application_id: 0x4353_6866,
    steps: &[include_str!("migration/0001.sql")],
};

/// The schema that this program writes.
pub const KNOWN_SCHEMA: i64 = SCHEMA.known();
