//! What the desk's own thread is handed.

use cloud_shelf_screen::Order;

pub(super) enum Job {
    Order(Order),
    /// The bytes of a `bind.toml` from a USB stick
    Bind(Vec<u8>),
}
