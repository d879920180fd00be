//! Binds a unit: creates the unit's key first, then writes the binding.

use crate::{
    binding::{BindingFile, BindingFileError, Bound},
    sync::{self, Feed},
    telemetry::DeviceKey,
};
use cloud_shelf_core::{
    binding::{BindingLine, BindingLines, LineProblem},
    domain::Message,
    paths::Paths,
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
pub fn bind(paths: &Paths, found: &BindingLine, feed: Option<String>) -> Result<Enrolled, Message> {
    let mut remarks = vec![];
    let file = BindingFile::new(paths.binding());
    let before = match file.read() {
        Ok(before) => before,
        // Binding again is the remedy; the damaged file has been set aside
        Err(error @ BindingFileError::Damaged { .. }) => {
            remarks.push(error.message());
            None
        }
        Err(error) => return Err(error.message()),
    };
    let feed = feed.or_else(|| before.as_ref().and_then(|before| before.feed.clone()));
    let key = DeviceKey::load_or_make(&paths.device_key()).map_err(|error| error.message())?;
    let bound = Bound { binding: found.binding.clone(), feed };
    let is_other_feed = before.as_ref().is_none_or(|before| before.feed != bound.feed);
    if let Some(address) = bound.feed.as_deref().filter(|_| is_other_feed)
        && let Ok(feed) = Feed::of_binding(address, &bound.binding)
    {
        // Otherwise a unit that has lost its trust file would trust only the feed of its current items
        sync::trust_address(paths, &feed).map_err(|error| error.message())?;
    }
    file.write(&bound).map_err(|error| error.message())?;
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
