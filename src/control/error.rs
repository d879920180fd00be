//! Why the kiosk did not answer, and what a person does then.

use cloud_shelf_core::{domain::Message, plain_file};

/// Why the kiosk did not answer.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    #[error("no kiosk is running on this state directory")]
    NotRunning,
    #[error("this user has no access to the kiosk")]
    NotAllowed,
    #[error("the kiosk did not answer: {0}")]
    Io(#[from] std::io::Error),
    #[error("the kiosk's answer can't be parsed: {0}")]
    Protocol(#[from] serde_json::Error),
}

impl ControlError {
    /// Says what is wrong and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::NotRunning => Message::fixed(
                "屏幕程序没有运行。请先启动 cloud-shelf。",
                "No kiosk is running here. Start cloud-shelf first.",
            ),
            Self::NotAllowed => not_allowed(),
            Self::Io(error) => no_answer(plain_file::describe_error(error)),
            Self::Protocol(error) => no_answer(Message::new(error.to_string(), error.to_string())),
        }
    }
}

fn no_answer(Message { zh, en }: Message) -> Message {
    Message::new(
        format!("屏幕程序没有回应（{zh}）。请稍后再试，或重启设备。"),
        format!("The kiosk does not answer ({en}). Try again, or restart the unit."),
    )
}

/// The message for a user without access to the state directory.
pub const fn not_allowed() -> Message {
    Message::fixed(
        "当前用户没有权限查看这台设备。请加上 sudo 再运行一次",
        "This user has no access to this unit. Run the command again with sudo",
    )
}
