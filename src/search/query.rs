//! A query, as the steps that each character of a title allows in it.
//!
//! A state is a set of places in the query, one bit each: those up to which it has been read. A
//! character moves every place on by each of its spellings that the query has there. So a title is
//! read once, however many readings its characters have.

use super::{fold::fold, spelling::MAX_LETTERS};

/// What is typed beyond this is not read: places must fit a state's bits.
const MAX_SIGNS: usize = 60;

/// A folded query.
pub struct Query {
    signs: Vec<char>,
}

/// What one character, or one spelling, does to a state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// Places from which it leads on by 1, 2, … letters
    by: [u64; MAX_LETTERS],
    /// Places from which the query ends in the middle of it
    ends: u64,
}

impl Query {
    /// `None` where nothing is asked for.
    pub fn new(text: &str) -> Option<Self> {
        let signs: Vec<char> = fold(text).into_iter().map(|sign| sign.char).take(MAX_SIGNS).collect();
        (!signs.is_empty()).then_some(Self { signs })
    }

    /// As an item's number might be: letters and digits only.
    pub fn as_code(&self) -> Option<String> {
        self.signs.iter().all(char::is_ascii_alphanumeric).then(|| self.signs.iter().collect())
    }

    /// The state in which all of it has been read.
    pub fn end(&self) -> u64 {
        1 << self.signs.len()
    }

    /// A character as itself.
    pub fn steps_of_sign(&self, char: char) -> Steps {
        let mut steps = Steps::default();
        steps.by[0] = self.places(&[char]);
        steps
    }

    /// A character by one of its spellings: in full, or by its initial.
    pub fn steps_of_spelling(&self, spelling: &str) -> Steps {
        let letters: Vec<char> = spelling.chars().collect();
        let mut steps = Steps::default();
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

    /// Where the query has these, one bit a place.
    fn places(&self, letters: &[char]) -> u64 {
        let found = self.signs.windows(letters.len()).enumerate().filter(|(_, part)| *part == letters);
        found.fold(0, |places, (place, _)| places | 1 << place)
    }
}

impl Steps {
    pub fn add(&mut self, other: &Self) {
        self.by.iter_mut().zip(other.by).for_each(|(own, other)| *own |= other);
        self.ends |= other.ends;
    }

    /// Whether it leads anywhere from the query's beginning.
    pub fn begins(&self) -> bool {
        (self.by.iter().fold(self.ends, |all, by| all | by)) & 1 != 0
    }

    /// The state after this character; with the bit of `end` where the query has been read.
    pub fn follow(&self, state: u64, end: u64) -> u64 {
        if state & self.ends != 0 {
            return end;
        }
        self.by.iter().zip(1..).fold(0, |next, (by, length)| next | (state & by) << length)
    }
}
