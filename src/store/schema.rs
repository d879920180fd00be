//! The migrations that bring a file to the current schema.

use cloud_shelf_core::sqlite::Schema;

pub(super) const SCHEMA: Schema = Schema {
    // `CShf`
    application_id: 0x4353_6866,
    steps: &[include_str!("migration/0001.sql"), include_str!("migration/0002.sql")],
};

/// Schema that this version of the program writes.
pub const KNOWN_SCHEMA: i64 = SCHEMA.known();
