//! Parses link cells: whatever a merchant enters becomes a canonical item address, or a reason why
//! not.
//!
//! A cell holds an address, an item id, or the whole share text of the Taobao app. Of several
//! addresses, the one of an item counts. If two different items could be meant, neither is accepted
//! (`no_id`): a wrong QR code is worse than a row to correct.

mod address;
mod candidate;
mod clean;
mod host;
mod number;
mod problem;
mod share_text;

#[cfg(test)]
mod tests;

use crate::domain::ItemLink;
use number::Numeral;

pub use problem::{LinkProblem, LinkProblemKind};

/// Content of a link cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedLink {
    pub link: ItemLink,
    /// The item's title, if the text is a share text that has one
    pub title: Option<String>,
}

/// Returns the item that a text names.
pub fn parse(text: &str) -> Result<ItemLink, LinkProblem> {
    let text = clean::clean(text)?;
    if let Some(numeral) = number::parse(&text) {
        return match numeral {
            Numeral::Item(item) => Ok(host::link_for_id(item)),
            Numeral::Scientific => Err(LinkProblem::scientific(&text)),
            Numeral::Other => Err(LinkProblem::not_an_item_id(&text)),
        };
    }
    if let Some(scheme) = candidate::unsafe_scheme(&text) {
        return Err(LinkProblem::unsafe_scheme(scheme));
    }

    let mut item: Option<ItemLink> = None;
    let mut problem: Option<LinkProblem> = None;
    for candidate in candidate::find(&text) {
        match address::parse_candidate(&candidate) {
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
        (None, None) if share_text::is_share_text(&text) => Err(LinkProblem::token_only()),
        (None, None) => Err(LinkProblem::no_link(&text)),
    }
}

/// Returns the item that a text names, and its title from a share text.
pub fn parse_with_title(text: &str) -> Result<ParsedLink, LinkProblem> {
    let link = parse(text)?;
    Ok(ParsedLink { link, title: share_text::find_title(text) })
}
