//! Why what came is no report.

use crate::feed::FeedError;

/// Why a server does not take a report.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReport {
    #[error("it has {size} bytes, more than any report")]
    TooLarge { size: usize },
    /// Its form, its header, its key or its signature
    #[error(transparent)]
    Signature(#[from] FeedError),
    #[error("it is signed with another key than {kid}")]
    OtherKey { kid: String },
    #[error("{claim} is not as it has to be")]
    Claim { claim: &'static str },
    /// No detail is repeated: the text comes from outside
    #[error("its payload is no report of this kind")]
    Form,
}
