//! A query as a nondeterministic automaton over the characters of a title.
//!
//! A state is a set of positions in the query, one bit each: how far it may have been matched. A
//! character advances every position by each of its spellings that the query has there. So one pass
//! over a title is enough, however many readings its characters have.

use super::{fold::fold, spelling::MAX_LETTERS};

/// Longer queries are truncated: positions must fit a state's bits.
const MAX_CHARS: usize = 60;

/// A folded query.
pub struct Query {
    signs: Vec<char>,
}

/// Transition of one character, or of one spelling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Transition {
    /// Positions from which it advances by 1, 2, … letters
    by: [u64; MAX_LETTERS],
    /// Positions from which the query ends within it
    ends: u64,
}

impl Query {
    /// Creates a query; `None` if nothing is left after folding.
    pub fn new(text: &str) -> Option<Self> {
        let signs: Vec<char> = fold(text).into_iter().map(|sign| sign.char).take(MAX_CHARS).collect();
        (!signs.is_empty()).then_some(Self { signs })
    }

    /// Returns the query as an id or barcode: letters and digits only.
    pub fn as_code(&self) -> Option<String> {
        self.signs.iter().all(char::is_ascii_alphanumeric).then(|| self.signs.iter().collect())
    }

    /// Returns the accepting state: the whole query has been matched.
    pub fn end(&self) -> u64 {
        1 << self.signs.len()
    }

    /// Returns the transition of a character as itself.
    pub fn transition_of_char(&self, char: char) -> Transition {
        let mut steps = Transition::default();
        steps.by[0] = self.places(&[char]);
        steps
    }

    /// Returns the transition of a character by one of its spellings: in full, or by its initial.
    pub fn transition_of_spelling(&self, spelling: &str) -> Transition {
        let letters: Vec<char> = spelling.chars().collect();
        let mut steps = Transition::default();
        steps.by[letters.len() - 1] = self.places(&letters);
        steps.by[0] |= self.places(&letters[..1]);
        if letters.len() > 1 && letters[1] == 'h' && matches!(letters[0], 'z' | 'c' | 's') {
            steps.by[1] |= self.places(&letters[..2]);
        }
        for length in 1..letters.len().min(self.signs.len() + 1) {
            if self.signs.ends_with(&letters[..length]) {
                steps.ends |= 1 << (self.signs.len() - length);
            }
        }
        steps
    }

    /// Returns the positions at which the query has these letters, one bit each.
    fn places(&self, letters: &[char]) -> u64 {
        let found = self.signs.windows(letters.len()).enumerate().filter(|(_, part)| *part == letters);
        found.fold(0, |places, (place, _)| places | 1 << place)
    }
}

impl Transition {
    pub fn add(&mut self, other: &Self) {
        self.by.iter_mut().zip(other.by).for_each(|(own, other)| *own |= other);
        self.ends |= other.ends;
    }

    /// Whether it advances from the start of the query.
    pub fn begins(&self) -> bool {
        (self.by.iter().fold(self.ends, |all, by| all | by)) & 1 != 0
    }

    /// Returns the state after this character, with the bit of `end` if the query may have been
    /// matched completely.
    pub fn follow(&self, state: u64, end: u64) -> u64 {
        if state & self.ends != 0 {
            return end;
        }
        self.by.iter().zip(1..).fold(0, |next, (by, length)| next | (state & by) << length)
    }
}
