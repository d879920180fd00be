//! The options that every verb gets: paths, language, and output format.

use crate::unit::ThisUnit;
use cloud_shelf_core::{domain::Lang, paths::Paths};

/// The options that all verbs share.
#[derive(Clone, Debug)]
pub struct Context {
    pub paths: Paths,
    /// Report as JSON on stdout
    pub json: bool,
    /// Language of text reports and of messages on stderr
    pub lang: Lang,
}

impl Context {
    /// Returns the unit that the options name. Looking at it leaves no trace.
    pub fn unit(&self) -> ThisUnit {
        ThisUnit::new(&self.paths)
    }
}
