//! Shelves named on a command line.

use cloud_shelf_core::{
    binding::{self, LineProblem},
    domain::{Binding, Message},
    feed::{FeedError, Subject},
};

/// A shelf, with warnings about unusual codes.
pub(super) struct Shelf {
    pub subject: Subject,
    pub warnings: Vec<Message>,
}

/// Returns the shelf for two codes, or what is wrong with the codes.
pub(super) fn of_codes(store: &str, device: &str) -> Result<Shelf, Message> {
    let lines = binding::from_parts("", store, device);
    match lines.bindings.into_iter().next() {
        Some(line) => of_binding(line.binding).map_err(|error| error.message()),
        None => Err(lines.problems.into_iter().next().map_or_else(no_code, |problem| problem.remedy)),
    }
}

/// Returns the shelves of brands' binding lines, and the problems of the other lines.
pub(super) fn of_lines(text: &str) -> (Vec<Shelf>, Vec<Message>) {
    let lines = binding::parse(text);
    let mut problems: Vec<_> = lines.problems.into_iter().map(|LineProblem { remedy, .. }| remedy).collect();
    let mut shelves = Vec::new();
    for line in lines.bindings {
        match of_binding(line.binding) {
            Ok(shelf) => shelves.push(shelf),
            Err(error) => problems.push(error.message()),
        }
    }
    (shelves, problems)
}

fn of_binding(binding: Binding) -> Result<Shelf, FeedError> {
    let warnings = binding.warnings();
    Ok(Shelf { subject: Subject::new(binding.store, binding.device)?, warnings })
}

fn no_code() -> Message {
    Message::fixed("门店码或设备码不正确", "The store code or the device code is wrong")
}
