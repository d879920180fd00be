//! Rules that members of both documents share. Every refusal names the place of the value.

use super::{DocumentKind, FeedError, ObjectRef, json::JsonObject, limits};
use crate::domain::{
    Price, Rgb, Sha256,
    text::{self, TextFault},
};
use serde::{Deserialize, Serialize};

/// Checks the values of one document.
#[derive(Clone, Copy)]
pub(super) struct Checker(pub DocumentKind);

impl Checker {
    pub fn refuse<T>(self, place: impl Into<String>, expected: &'static str) -> Result<T, FeedError> {
        Err(FeedError::Value { document: self.0, place: place.into(), expected })
    }

    /// Checks one line of human-readable text by the program-wide rule, with at most `most`
    /// characters.
    pub fn text(self, place: &str, text: &str, most: usize) -> Result<(), FeedError> {
        match text::check_line(text, most) {
            Ok(()) => Ok(()),
            Err(TextFault::Blank) => self.refuse(place, "not blank"),
            Err(TextFault::Hidden(_)) => self.refuse(place, "no characters that cannot be seen"),
            Err(TextFault::TooLong) => self.refuse(place, "too long"),
        }
    }

    /// Checks the length of a list that was built in memory; reading enforces it by itself.
    pub fn count(self, place: &str, count: usize, most: usize) -> Result<(), FeedError> {
        if count > most { self.refuse(place, "not more than the limit") } else { Ok(()) }
    }

    pub fn color(self, place: &str, text: &str) -> Result<Rgb, FeedError> {
        match text.parse() {
            Ok(color) if text.len() == 7 && text.starts_with('#') => Ok(color),
            _ => self.refuse(place, "#RRGGBB"),
        }
    }

    /// Accepts lower-case digits only, so that an object has one name.
    pub fn sha256(self, place: &str, text: &str) -> Result<Sha256, FeedError> {
        match text.parse::<Sha256>() {
            Ok(name) if name.to_string() == text => Ok(name),
            _ => self.refuse(place, "64 lower-case hexadecimal digits"),
        }
    }

    pub fn object(self, place: &str, object: ObjectForm, most: u64) -> Result<ObjectRef, FeedError> {
        let sha256 = self.sha256(&format!("{place}.sha256"), &object.sha256)?;
        if object.size == 0 || object.size > most {
            return self.refuse(format!("{place}.size"), "a size within the limit");
        }
        Ok(ObjectRef { sha256, size: object.size })
    }

    pub fn price(self, place: &str, fen: Option<u64>) -> Result<Option<Price>, FeedError> {
        match fen.map(Price::from_fen).transpose() {
            Ok(price) => Ok(price),
            Err(_) => self.refuse(place, "1 to 999999999 fen"),
        }
    }

    pub fn time(self, place: &str, time: i64) -> Result<i64, FeedError> {
        if (0..=limits::MAX_TIME).contains(&time) {
            Ok(time)
        } else {
            self.refuse(place, "a Unix time in seconds")
        }
    }
}

/// JSON form of a reference to an object.
#[derive(Serialize, Deserialize)]
pub(super) struct ObjectForm {
    sha256: String,
    size: u64,
}

impl ObjectForm {
    pub const fn new(sha256: String, size: u64) -> Self {
        Self { sha256, size }
    }
}

impl From<ObjectRef> for JsonObject<ObjectForm> {
    fn from(object: ObjectRef) -> Self {
        Self(ObjectForm { sha256: object.sha256.to_string(), size: object.size })
    }
}
