//! Whatever a merchant puts in the link cell, as a canonical item address or a reason why not.
//!
//! A cell holds an address, an item's number, or the whole text that the Taobao app shares. Of
//! several addresses the one that is an item counts. Where two different items could be meant,
//! none is taken (`no_id`): a wrong QR code is worse than a row to correct.

mod address;
mod candidate;
mod clean;
mod deep;
mod host;
mod number;
mod problem;
mod title;
mod token;

#[cfg(test)]
mod tests;

use crate::domain::ItemLink;
use number::Numeral;

pub use problem::{LinkProblem, LinkProblemKind};

/// What a link cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub link: ItemLink,
    /// The item's title, where the text is a share text that names it
    pub title: Option<String>,
}

/// The item that a text names.
pub fn parse(text: &str) -> Result<ItemLink, LinkProblem> {
    let text = clean::clean(text)?;
    if let Some(numeral) = number::read(&text) {
        return match numeral {
            Numeral::Item(item) => Ok(host::bare(item)),
            Numeral::Scientific => Err(LinkProblem::scientific(&text)),
            Numeral::Other => Err(LinkProblem::not_a_number_of_an_item(&text)),
        };
    }
    if let Some(scheme) = candidate::unsafe_scheme(&text) {
        return Err(LinkProblem::unsafe_scheme(scheme));
    }

    let mut item: Option<ItemLink> = None;
    let mut problem: Option<LinkProblem> = None;
    for candidate in candidate::find(&text) {
        match address::read_either(&candidate) {
            Ok(link) => match &item {
                Some(other) if other.item != link.item => {
                    return Err(LinkProblem::two_items(other.item.as_str(), link.item.as_str()));
                }
                Some(_) => {}
                None => item = Some(link),
            },
            Err(new) => {
                if problem.as_ref().is_none_or(|old| new.kind.weight() > old.kind.weight()) {
                    problem = Some(new);
                }
            }
        }
    }
    match (item, problem) {
        (Some(link), _) => Ok(link),
        (None, Some(problem)) => Err(problem),
        (None, None) if token::is_share_text(&text) => Err(LinkProblem::token_only()),
        (None, None) => Err(LinkProblem::no_link(&text)),
    }
}

/// The item that a text names, and the title that a share text gives it.
pub fn read(text: &str) -> Result<Found, LinkProblem> {
    let link = parse(text)?;
    Ok(Found { link, title: title::find(text) })
}
