//! Unbinds a unit.

use crate::{
    telemetry::{Activation, DeviceKey, Outbox},
    unit::ThisUnit,
};
use cloud_shelf_core::domain::Message;

/// The outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Released {
    /// There was a binding
    pub removed: bool,
    /// The deleted key was known to the operator
    pub presented: bool,
}

impl Released {
    /// Returns what the person has to know afterwards, if anything.
    pub fn remark(self) -> Option<Message> {
        (self.removed && self.presented).then(|| {
            Message::fixed(
                "设备密钥已删除。以后重新绑定时，须请运营方重新激活",
                "The device key is deleted. Once this unit is bound again, the operator has to activate it again",
            )
        })
    }
}

/// Removes the binding and the unit's key.
pub fn unbind(unit: &ThisUnit) -> Result<Released, Message> {
    let paths = unit.paths();
    let removed = unit.remove_binding().map_err(|error| error.message())?;
    let presented =
        Outbox::read_standing(paths).is_ok_and(|standing| standing.activation != Activation::None);
    // After the binding: an interruption may leave a key without a binding, never the reverse
    DeviceKey::remove(&paths.device_key()).map_err(|error| error.message())?;
    Ok(Released { removed, presented })
}
