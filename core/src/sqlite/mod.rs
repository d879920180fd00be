//! Handling of all SQLite files of the unit: opening, ownership, migrations, and setting damaged
//! files aside.

mod backup;
mod error;
mod open;
mod schema;
mod set_aside;

pub use backup::restore_backup;
pub use error::{BUSY_TIMEOUT, SqliteError};
pub use open::{open, open_damaged, open_read_only};
pub use schema::{Schema, check_pages};
pub use set_aside::{list_set_aside, set_aside};
