//! What the desk's threads are handed.

use cloud_shelf_screen::{NetworkOrder, PanelOrder, PinOrder, UnitOrder, Watched};

pub(super) enum Job {
    /// What is in sight, and is to be told anew while it is
    Watch(Watched),
    Pin(PinOrder),
    Unit(UnitOrder),
    Panel(PanelOrder),
    /// The bytes of a `bind.toml` from a USB stick
    Bind(Vec<u8>),
}

pub(super) enum NetworkJob {
    Watch(Watched),
    Order(NetworkOrder),
}
