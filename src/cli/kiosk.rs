//! Asking the running kiosk, and saying what came of it.

use super::{Context, Exit, Output};
use crate::{
    control::{self, ControlError, Reply, Request},
    domain::Message,
};

/// The kiosk's answer; anything else has been told to the person.
pub(super) fn ask(request: &Request, context: &Context, output: &Output) -> Result<Reply, Exit> {
    match control::request(&context.paths.control_socket(), request) {
        Ok(Reply::Refused { zh, en }) => {
            output.tell(&Message::new(zh, en));
            Err(Exit::Failed)
        }
        Ok(reply) => Ok(reply),
        Err(ControlError::NotRunning) => {
            output.tell(&Message::fixed(
                "屏幕程序没有运行。请先启动 cloud-shelf。",
                "No kiosk is running here. Start cloud-shelf first.",
            ));
            Err(Exit::KioskNotRunning)
        }
        Err(error) => {
            output.tell(&Message::new(
                format!("屏幕程序没有回应（{error}）。请稍后再试，或重启设备。"),
                format!("The kiosk does not answer ({error}). Try again, or restart the unit."),
            ));
            Err(Exit::Failed)
        }
    }
}
