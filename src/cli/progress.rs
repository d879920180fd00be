//! The bar on stderr, for work that takes a while.

use super::Context;
use cloud_shelf_core::domain::Message;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};

/// A bar that counts pictures; hidden where nobody looks.
pub(super) fn progress_bar(context: &Context) -> ProgressBar {
    if context.json || !io::stderr().is_terminal() {
        return ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    }
    let what = Message::fixed("图片", "pictures");
    let template = format!("{} {{bar:40}} {{pos}}/{{len}}", what.get(context.lang));
    let style = ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style)
}
