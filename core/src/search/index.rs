//! Search index of one catalog.

use super::{
    fold::fold,
    query::{Query, Transition},
    spelling::spellings,
};
use crate::domain::{CatalogSnapshot, Item};
use std::{collections::HashMap, sync::Arc};

/// Digits count as part of an item id or barcode from this length on; shorter ones are sizes or
/// amounts in a title.
const MIN_CODE_CHARS: usize = 4;

/// Upper bound on the characters of a title that are indexed. With [`TitleChar`]'s four bytes it bounds
/// the cost of an item: 10,000 items take less than 5 MiB whatever their titles, and 1.3 MiB with
/// usual titles.
const MAX_TITLE_CHARS: usize = 120;

/// Where the query matches an item; best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Start of the title, the id or the barcode
    Prefix,
    /// Start of a word in the title
    WordStart,
    Inside,
}

/// A matching item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    pub rank: Rank,
    /// Index into the catalog's items
    pub item: usize,
}

/// Search index of one catalog.
#[derive(Debug)]
pub struct Index {
    catalog: Arc<CatalogSnapshot>,
    /// The distinct characters of all titles, with indices into `spellings`
    chars: Vec<(char, Vec<u16>)>,
    spellings: Vec<String>,
    /// All titles, concatenated
    units: Vec<TitleChar>,
    /// End of each item's title in `units`
    ends: Vec<u32>,
}

/// A character of a title: its index in [`Index::chars`], and whether a word begins here.
#[derive(Clone, Copy, Debug)]
struct TitleChar(u32);

impl TitleChar {
    const BEGINS: u32 = 1 << 31;

    const fn new(char: u32, begins: bool) -> Self {
        Self(if begins { char | Self::BEGINS } else { char })
    }

    const fn char(self) -> usize {
        (self.0 & !Self::BEGINS) as usize
    }

    const fn begins(self) -> bool {
        self.0 & Self::BEGINS != 0
    }
}

impl Index {
    /// Builds the index. Slow for a large catalog, so not on the UI thread.
    pub fn new(catalog: Arc<CatalogSnapshot>) -> Self {
        let mut chars = Vec::new();
        let mut known = HashMap::new();
        let mut units = Vec::new();
        let mut ends = Vec::with_capacity(catalog.items.len());
        for item in &catalog.items {
            for sign in fold(&item.title).into_iter().take(MAX_TITLE_CHARS) {
                let char = *known.entry(sign.char).or_insert_with(|| {
                    chars.push((sign.char, vec![]));
                    chars.len() as u32 - 1
                });
                units.push(TitleChar::new(char, sign.begins));
            }
            ends.push(units.len() as u32);
        }
        units.shrink_to_fit();
        chars.shrink_to_fit();
        let mut index = Self { catalog, chars, spellings: vec![], units, ends };
        index.spell();
        index
    }

    fn spell(&mut self) {
        let mut known = HashMap::new();
        for (char, own) in &mut self.chars {
            for spelling in spellings(*char) {
                let place = *known.entry(spelling.clone()).or_insert_with(|| {
                    self.spellings.push(spelling);
                    // Mandarin has about 400 syllables
                    self.spellings.len() as u16 - 1
                });
                own.push(place);
            }
        }
    }

    /// Returns the indexed catalog.
    pub fn catalog(&self) -> &Arc<CatalogSnapshot> {
        &self.catalog
    }

    /// Returns the memory used in bytes, without the catalog.
    pub fn bytes(&self) -> usize {
        let readings = self.chars.iter().map(|(_, own)| own.capacity() * size_of::<u16>()).sum::<usize>();
        let spellings = self.spellings.iter().map(|spelling| spelling.capacity() + size_of::<String>());
        self.units.capacity() * size_of::<TitleChar>()
            + self.ends.capacity() * size_of::<u32>()
            + self.chars.capacity() * size_of::<(char, Vec<u16>)>()
            + readings
            + spellings.sum::<usize>()
    }

    /// Returns the matching items, best first, in the brand's order within a rank. A query without
    /// a letter or digit in any script matches nothing.
    pub fn find(&self, text: &str) -> Vec<Hit> {
        let Some(query) = Query::new(text) else { return vec![] };
        let (steps, end, code) = (self.steps(&query), query.end(), query.as_code());
        let mut hits = Vec::new();
        let mut start = 0;
        for (item, (&stop, catalog_item)) in self.ends.iter().zip(&self.catalog.items).enumerate() {
            let title = &self.units[start..stop as usize];
            start = stop as usize;
            let in_title = rank_in_title(title, &steps, end);
            let in_code = code.as_deref().and_then(|code| rank_in_codes(catalog_item, code));
            if let Some(rank) = in_title.into_iter().chain(in_code).min() {
                hits.push(Hit { rank, item });
            }
        }
        hits.sort_unstable();
        hits
    }

    /// Computes for each distinct character what it does to the query's state.
    fn steps(&self, query: &Query) -> Vec<Transition> {
        let spelled: Vec<Transition> =
            self.spellings.iter().map(|spelling| query.transition_of_spelling(spelling)).collect();
        let of = |(char, own): &(char, Vec<u16>)| {
            let mut steps = query.transition_of_char(*char);
            own.iter().for_each(|&place| steps.add(&spelled[usize::from(place)]));
            steps
        };
        self.chars.iter().map(of).collect()
    }
}

fn rank_in_title(title: &[TitleChar], steps: &[Transition], end: u64) -> Option<Rank> {
    let mut best = None;
    for (place, unit) in title.iter().enumerate() {
        let rank = match place {
            0 => Rank::Prefix,
            _ if unit.begins() => Rank::WordStart,
            _ if best.is_some() => continue,
            _ => Rank::Inside,
        };
        if !steps[unit.char()].begins() || !matches_from(&title[place..], steps, end) {
            continue;
        }
        if rank != Rank::Inside {
            return Some(rank);
        }
        best = Some(rank);
    }
    best
}

/// Whether the whole query matches from this character on.
fn matches_from(title: &[TitleChar], steps: &[Transition], end: u64) -> bool {
    let mut state = 1;
    for unit in title {
        state = steps[unit.char()].follow(state, end);
        if state & end != 0 {
            return true;
        }
        if state == 0 {
            return false;
        }
    }
    false
}

/// Matches ids and barcodes: at the start, or inside, with at least [`MIN_CODE_CHARS`] characters.
fn rank_in_codes(item: &Item, query: &str) -> Option<Rank> {
    let long = query.len() >= MIN_CODE_CHARS;
    let rank = |code: &str| match find_ignoring_case(code, query)? {
        0 if long => Some(Rank::Prefix),
        0 => Some(Rank::Inside),
        _ => long.then_some(Rank::Inside),
    };
    let barcode = item.barcode.as_deref().and_then(rank);
    rank(item.link.item.as_str()).into_iter().chain(barcode).min()
}

/// Finds an ASCII word in a text, ignoring case.
fn find_ignoring_case(text: &str, word: &str) -> Option<usize> {
    text.as_bytes().windows(word.len()).position(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}
