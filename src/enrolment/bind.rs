//! Binds a unit: creates the unit's key first, then writes the binding.

use crate::{
    sync,
    telemetry::DeviceKey,
    unit::{BindingError, Bound, ThisUnit},
};
use cloud_shelf_core::{
    binding::{BindingLine, BindingLines, LineProblem},
    domain::Message,
};

/// The outcome.
#[derive(Clone, Debug)]
pub struct Enrolled {
    pub bound: Bound,
    /// Identifies this unit's key to the operator
    pub key_id: String,
    /// Warnings, and what the unit was bound to before
    pub remarks: Vec<Message>,
}

/// Binds this unit, replacing any earlier binding. Without `feed`, the old feed stays. Resets the unit's
/// trusted time; known keys and versions are kept.
pub fn bind(unit: &ThisUnit, found: &BindingLine, feed: Option<String>) -> Result<Enrolled, Message> {
    let (mut remarks, paths) = (vec![], unit.paths());
    let before = match unit.read_binding() {
        Ok(before) => before,
        // Binding again is the remedy
        Err(BindingError::Damaged { .. }) => None,
        Err(error) => return Err(error.message()),
    };
    let feed = feed.or_else(|| before.as_ref().and_then(|before| before.feed.clone()));
    let key = DeviceKey::load_or_make(&paths.device_key()).map_err(|error| error.message())?;
    let bound = Bound { binding: found.binding.clone(), feed };
    let is_other_feed = before.as_ref().is_none_or(|before| before.feed != bound.feed);
    if is_other_feed && let Ok(Some(feed)) = bound.find_feed() {
        // Otherwise a unit that has lost its trust file would trust only the feed of its current items
        sync::trust_address(paths, &feed).map_err(|error| error.message())?;
    }
    if let Some(aside) = unit.write_binding(&bound).map_err(|error| error.message())? {
        let aside = aside.display();
        remarks.push(Message::new(
            format!("原来的绑定文件已损坏，已另存为 {aside}"),
            format!("The binding's file was damaged, and is kept as {aside}"),
        ));
    }
    // A wrong time signed by a feed can be undone only by a person at the unit
    sync::forget_time(&paths.feed_trust()).map_err(|error| error.message())?;
    if let Some(before) = before.filter(|before| before.binding != bound.binding) {
        let (store, device) = (before.binding.store, before.binding.device);
        remarks.push(Message::new(
            format!("原来绑定的是门店码 {store}、设备码 {device}，已经换掉"),
            format!("It was bound to store {store}, device {device} before; that is replaced"),
        ));
    }
    remarks.extend(found.warnings.iter().cloned());
    if bound.feed.as_deref().is_some_and(super::lacks_key) {
        remarks.push(super::without_key());
    }
    Ok(Enrolled { bound, key_id: key.public().id(), remarks })
}

/// Returns the only binding of a text, since a unit is one device; otherwise each problem's code and remedy.
pub fn only(lines: BindingLines) -> Result<BindingLine, Vec<(&'static str, Message)>> {
    if lines.bindings.is_empty() {
        return Err(lines
            .problems
            .into_iter()
            .map(|LineProblem { kind, remedy, .. }| (kind.code(), remedy))
            .collect());
    }
    let mut bindings = lines.bindings;
    if bindings.len() > 1 {
        let devices: Vec<_> = bindings.iter().map(|b| b.binding.device.as_str().to_owned()).collect();
        let devices = devices.join("、");
        return Err(vec![(
            "several_bindings",
            Message::new(
                format!("这里有 {} 台设备（{devices}）。请只填这一台的那一行", bindings.len()),
                format!(
                    "There are {} devices here ({devices}). Give the line of this one only",
                    bindings.len()
                ),
            ),
        )]);
    }
    bindings.pop().ok_or_else(Vec::new)
}
