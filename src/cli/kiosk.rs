//! Sends requests to the running kiosk and reports failures.

use super::{Context, Exit, Output};
use crate::control::{self, ControlError, Reply, Request};
use cloud_shelf_core::domain::Message;

/// Returns the kiosk's reply; on failure, the person has already been told.
pub(super) fn ask(request: &Request, context: &Context, output: &Output) -> Result<Reply, Exit> {
    match control::ask(&context.paths, request) {
        Ok(Reply::Refused { zh, en }) => {
            output.tell(&Message::new(zh, en));
            Err(Exit::Failed)
        }
        Ok(reply) => Ok(reply),
        Err(error) => {
            output.tell(&error.message());
            Err(if matches!(error, ControlError::NotRunning) { Exit::KioskNotRunning } else { Exit::Failed })
        }
    }
}
