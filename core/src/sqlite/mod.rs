//! Handling of all SQLite files of the unit: opening, ownership, migrations, and setting damaged
//! files aside.

mod fault;
mod inspect;
mod kept;
mod open;
mod place;
mod schema;
mod set_aside;

pub use fault::{BUSY_WAIT, Fault};
pub use inspect::inspect;
pub use kept::take_back;
pub use open::{open, open_damaged, open_read_only};
pub use schema::{Schema, check};
pub use set_aside::{found_aside, set_aside};
