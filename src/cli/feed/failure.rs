//! Reports for verbs that fail without having changed anything.

use crate::cli::{
    Context, Exit, Output,
    import::report::{self, Row},
    json,
};
use cloud_shelf_core::{domain::Message, feed::FeedError, publish::PublishError};
use serde::Serialize;

#[derive(Serialize)]
struct Report {
    schema: u32,
    #[serde(flatten)]
    remedy: json::Remedy,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Row>,
}

pub(super) fn failed(error: &PublishError, context: &Context, output: &mut Output) -> Exit {
    let problems = match error {
        PublishError::NoItems { problems } => problems.as_slice(),
        _ => &[],
    };
    if context.json {
        output.json(&Report {
            schema: json::SCHEMA,
            remedy: json::Remedy::new(error.code(), &error.message()),
            problems: problems.iter().map(Row::new).collect(),
        });
    } else {
        report::lines(problems, context.lang).iter().for_each(|line| output.line(line));
    }
    output.tell(&error.message());
    exit(error)
}

/// Ends with the given message instead of the library's.
pub(super) fn ended(
    exit: Exit,
    code: &'static str,
    message: &Message,
    context: &Context,
    output: &mut Output,
) -> Exit {
    if context.json {
        let remedy = json::Remedy::new(code, message);
        output.json(&Report { schema: json::SCHEMA, remedy, problems: Vec::new() });
    }
    output.tell(message);
    exit
}

const fn exit(error: &PublishError) -> Exit {
    match error {
        PublishError::Busy => Exit::Unavailable,
        PublishError::Transfer(error) if error.retry_helps() => Exit::Unavailable,
        PublishError::NoFeed { .. }
        | PublishError::NoBrand
        | PublishError::TimeoutTooShort { .. }
        | PublishError::Hours(_) => Exit::Usage,
        PublishError::Feed(FeedError::BadAddress { .. } | FeedError::BadKey | FeedError::BadCode { .. }) => {
            Exit::Usage
        }
        PublishError::Unsound { .. } | PublishError::Feed(_) => Exit::Refused,
        _ => Exit::Failed,
    }
}
