//! `unbind`: removes this unit's binding.

use super::{Context, Exit, Output, json};
use crate::enrolment::unbind;
use cloud_shelf_core::domain::Message;
use serde::Serialize;

#[derive(Serialize)]
struct Report {
    schema: u32,
    bound: bool,
    /// Whether there was a binding to remove
    removed: bool,
}

pub(super) fn run(context: &Context, output: &mut Output) -> Exit {
    let released = match unbind(&context.unit()) {
        Ok(released) => released,
        Err(words) => {
            output.tell(&words);
            return Exit::Failed;
        }
    };
    let removed = released.removed;
    if context.json {
        output.json(&Report { schema: json::SCHEMA, bound: false, removed });
    }
    let message = if removed {
        Message::fixed("已解除绑定", "The binding is removed")
    } else {
        Message::fixed("这台设备没有绑定，不用解除", "This unit is not bound; there is no binding to remove")
    };
    if removed && !context.json {
        output.line(message.get(context.lang));
    } else if !removed {
        output.tell(&message);
    }
    if let Some(remark) = released.remark() {
        output.tell(&remark);
    }
    if removed { Exit::Ok } else { Exit::NotBound }
}
