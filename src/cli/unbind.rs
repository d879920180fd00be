//! `unbind`: forget which store and device this unit is.

use super::{Context, Exit, Output, json};
use crate::{
    binding::BindingFile,
    domain::Message,
    telemetry::{Activation, DeviceKey, Outbox},
};
use serde::Serialize;

#[derive(Serialize)]
struct Report {
    schema: u32,
    bound: bool,
    /// Whether there was a binding to forget
    removed: bool,
}

pub(super) fn run(context: &Context, output: &mut Output) -> Exit {
    let removed = match BindingFile::new(context.paths.binding()).remove() {
        Ok(removed) => removed,
        Err(error) => {
            output.tell(&error.message());
            return Exit::Failed;
        }
    };
    let presented =
        Outbox::look(&context.paths).is_ok_and(|standing| standing.activation != Activation::None);
    // After the binding: what an interruption leaves is a key of no binding, not the other way round
    if let Err(error) = DeviceKey::remove(&context.paths.device_key()) {
        output.tell(&error.message());
        return Exit::Failed;
    }
    if context.json {
        output.json(&Report { schema: json::SCHEMA, bound: false, removed });
    }
    let message = if removed {
        Message::fixed("已解除绑定", "The binding is forgotten")
    } else {
        Message::fixed("这台设备没有绑定，不用解除", "This unit is not bound; there is nothing to forget")
    };
    if removed && !context.json {
        output.line(message.get(context.lang));
    } else if !removed {
        output.tell(&message);
    }
    if removed && presented {
        output.tell(&Message::fixed(
            "设备密钥已删除。以后重新绑定时，须请运营方重新激活",
            "The device key is deleted. Once this unit is bound again, the operator has to activate it anew",
        ));
    }
    if removed { Exit::Ok } else { Exit::NotBound }
}
