//! Asking the running kiosk, and saying what came of it.

use super::{Context, Exit, Output};
use crate::{
    control::{self, ControlError, Reply, Request},
    domain::Message,
};

/// The kiosk's answer; anything else has been told to the person.
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
