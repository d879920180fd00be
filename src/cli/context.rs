//! What every verb is given: places, language, and how to report.

use crate::{domain::Lang, paths::Paths};

/// The options that all verbs share.
#[derive(Clone, Debug)]
pub struct Context {
    pub paths: Paths,
    /// Report as JSON on stdout
    pub json: bool,
    /// Language of what a person reads on stderr and in text reports
    pub lang: Lang,
}
