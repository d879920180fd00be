//! Letting a unit go.

use crate::{
    binding::BindingFile,
    domain::Message,
    paths::Paths,
    telemetry::{Activation, DeviceKey, Outbox},
};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Released {
    /// There was a binding
    pub removed: bool,
    /// The operator knew the key that is gone now
    pub presented: bool,
}

impl Released {
    /// What has to be known afterwards, if anything.
    pub fn remark(self) -> Option<Message> {
        (self.removed && self.presented).then(|| {
            Message::fixed(
                "设备密钥已删除。以后重新绑定时，须请运营方重新激活",
                "The device key is deleted. Once this unit is bound again, the operator has to activate it anew",
            )
        })
    }
}

/// Forgets the binding and the unit's key.
pub fn unbind(paths: &Paths) -> Result<Released, Message> {
    let removed = BindingFile::new(paths.binding()).remove().map_err(|error| error.message())?;
    let presented = Outbox::look(paths).is_ok_and(|standing| standing.activation != Activation::None);
    // After the binding: what an interruption leaves is a key of no binding, not the other way round
    DeviceKey::remove(&paths.device_key()).map_err(|error| error.message())?;
    Ok(Released { removed, presented })
}
