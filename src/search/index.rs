//! The index of one catalog's titles.

use super::{
    fold::fold,
    query::{Query, Steps},
    spelling::spellings,
};
use crate::domain::{CatalogSnapshot, Item};
use std::{collections::HashMap, sync::Arc};

/// From so many characters on, digits are taken for a number that somebody reads off, and not for
/// a size or an amount in a title.
const CODE_CHARS: usize = 4;

/// So much of a title is searched. With [`Unit`]'s four bytes it is the ceiling of what an item costs:
/// 10,000 items hold less than 5 MiB whatever their titles are, and 1.3 MiB as titles are.
const TITLE_SIGNS: usize = 120;

/// Where in an item the query was found; the best comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Its title or its number begins so
    Prefix,
    /// A word of its title does
    WordStart,
    Inside,
}

/// An item that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    pub rank: Rank,
    /// Index into the catalog's items
    pub item: usize,
}

/// Finds items of one catalog.
#[derive(Debug)]
pub struct Index {
    catalog: Arc<CatalogSnapshot>,
    /// The distinct characters of all titles, and which of `spellings` each has
    chars: Vec<(char, Vec<u16>)>,
    spellings: Vec<String>,
    /// All titles, one after another
    units: Vec<Unit>,
    /// Where in `units` each item's title ends
    ends: Vec<u32>,
}

/// A character of a title: its place in [`Index::chars`], and whether a word begins here.
#[derive(Clone, Copy, Debug)]
struct Unit(u32);

impl Unit {
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
    /// Takes a while for a large catalog: not for the thread that draws.
    pub fn new(catalog: Arc<CatalogSnapshot>) -> Self {
        let mut chars = Vec::new();
        let mut known = HashMap::new();
        let mut units = Vec::new();
        let mut ends = Vec::with_capacity(catalog.items.len());
        for item in &catalog.items {
            for sign in fold(&item.title).into_iter().take(TITLE_SIGNS) {
                let char = *known.entry(sign.char).or_insert_with(|| {
                    chars.push((sign.char, vec![]));
                    chars.len() as u32 - 1
                });
                units.push(Unit::new(char, sign.begins));
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
                    // Mandarin has some 400 syllables
                    self.spellings.len() as u16 - 1
                });
                own.push(place);
            }
        }
    }

    /// The catalog that it is of.
    pub fn catalog(&self) -> &Arc<CatalogSnapshot> {
        &self.catalog
    }

    /// Bytes that it holds beside the catalog.
    pub fn bytes(&self) -> usize {
        let readings = self.chars.iter().map(|(_, own)| own.capacity() * size_of::<u16>()).sum::<usize>();
        let spellings = self.spellings.iter().map(|spelling| spelling.capacity() + size_of::<String>());
        self.units.capacity() * size_of::<Unit>()
            + self.ends.capacity() * size_of::<u32>()
            + self.chars.capacity() * size_of::<(char, Vec<u16>)>()
            + readings
            + spellings.sum::<usize>()
    }

    /// The best first, and of equals in the brand's order. A query without a letter, digit or
    /// character finds nothing.
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

    /// What each distinct character does in this query.
    fn steps(&self, query: &Query) -> Vec<Steps> {
        let spelled: Vec<Steps> =
            self.spellings.iter().map(|spelling| query.steps_of_spelling(spelling)).collect();
        let of = |(char, own): &(char, Vec<u16>)| {
            let mut steps = query.steps_of_sign(*char);
            own.iter().for_each(|&place| steps.add(&spelled[usize::from(place)]));
            steps
        };
        self.chars.iter().map(of).collect()
    }
}

fn rank_in_title(title: &[Unit], steps: &[Steps], end: u64) -> Option<Rank> {
    let mut best = None;
    for (place, unit) in title.iter().enumerate() {
        let rank = match place {
            0 => Rank::Prefix,
            _ if unit.begins() => Rank::WordStart,
            _ if best.is_some() => continue,
            _ => Rank::Inside,
        };
        if !steps[unit.char()].begins() || !reads_on(&title[place..], steps, end) {
            continue;
        }
        if rank != Rank::Inside {
            return Some(rank);
        }
        best = Some(rank);
    }
    best
}

/// Whether the whole query can be read off the characters from here on.
fn reads_on(title: &[Unit], steps: &[Steps], end: u64) -> bool {
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

/// Beginnings count from [`CODE_CHARS`] on, and so does what is inside.
fn rank_in_codes(item: &Item, query: &str) -> Option<Rank> {
    let long = query.len() >= CODE_CHARS;
    let rank = |code: &str| match find_ignoring_case(code, query)? {
        0 if long => Some(Rank::Prefix),
        0 => Some(Rank::Inside),
        _ => long.then_some(Rank::Inside),
    };
    let barcode = item.barcode.as_deref().and_then(rank);
    rank(item.link.item.as_str()).into_iter().chain(barcode).min()
}

/// Where an ASCII word begins in a text.
fn find_ignoring_case(text: &str, word: &str) -> Option<usize> {
    text.as_bytes().windows(word.len()).position(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}
