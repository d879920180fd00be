//! JSON that all readers interpret in the same way.
//!
//! If a member occurs twice, some readers take the first and others the last, so two programs could
//! see two documents under one signature. Duplicate members are therefore refused at every level. A
//! derived `Deserialize` would also accept an array for an object, and lists of any length:
//! [`JsonObject`] and [`BoundedList`] do not.

use super::{DocumentKind, FeedError, SCHEMA, limits};
use crate::domain::text;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{
        DeserializeOwned, DeserializeSeed, Error, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer,
    },
};
use std::{collections::HashSet, fmt, marker::PhantomData};

/// Reads a document: an object without duplicate members, with the schema that this program reads.
pub(super) fn read<T: DeserializeOwned>(document: DocumentKind, bytes: &[u8]) -> Result<T, FeedError> {
    match scan(document, bytes)? {
        Some(SCHEMA) => parse(document, bytes),
        Some(schema) => Err(FeedError::OtherSchema { document, schema }),
        None => {
            let (place, expected) = ("schema".to_owned(), "a whole number");
            Err(FeedError::Value { document, place, expected })
        }
    }
}

/// Reads a part of a document, which has no schema number of its own.
pub(super) fn read_part<T: DeserializeOwned>(document: DocumentKind, bytes: &[u8]) -> Result<T, FeedError> {
    scan(document, bytes)?;
    parse(document, bytes)
}

fn scan(document: DocumentKind, bytes: &[u8]) -> Result<Option<u64>, FeedError> {
    let mut scan = Scan { top: true, schema: None };
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let scanned = (&mut scan).deserialize(&mut reader).and_then(|()| reader.end());
    scanned.map_err(|error| json_error(document, &error))?;
    Ok(scan.schema)
}

/// Wraps a parse error. The library's text may quote the document.
fn json_error(document: DocumentKind, error: &serde_json::Error) -> FeedError {
    FeedError::Json { document, detail: text::one_line(&error.to_string()) }
}

fn parse<T: DeserializeOwned>(document: DocumentKind, bytes: &[u8]) -> Result<T, FeedError> {
    let form = serde_json::from_slice::<JsonObject<T>>(bytes);
    form.map(|form| form.0).map_err(|error| json_error(document, &error))
}

/// Walks through a whole document and keeps only the schema number.
struct Scan {
    /// Whether this is the outermost object
    top: bool,
    schema: Option<u64>,
}

impl<'de> DeserializeSeed<'de> for &mut Scan {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.top { deserializer.deserialize_map(self) } else { deserializer.deserialize_any(self) }
    }
}

impl<'de> Visitor<'de> for &mut Scan {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(&mut *self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let top = std::mem::take(&mut self.top);
        let mut seen = HashSet::new();
        while let Some(name) = object.next_key::<String>()? {
            if seen.contains(&name) {
                let shown: String = text::one_line(&name).chars().take(40).collect();
                return Err(A::Error::custom(format_args!("the member {shown:?} occurs twice")));
            }
            if seen.len() == limits::MEMBERS {
                return Err(A::Error::custom("an object has too many members"));
            }
            if top && name == "schema" {
                self.schema = Some(object.next_value()?);
            } else {
                object.next_value_seed(&mut *self)?;
            }
            seen.insert(name);
        }
        Ok(())
    }
}

/// An object; arrays are refused.
pub(super) struct JsonObject<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for JsonObject<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(object))
            }
        }

        deserializer.deserialize_map(Object(PhantomData)).map(Self)
    }
}

impl<T: Serialize> Serialize for JsonObject<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// A list of at most `MOST` elements; reading stops at the first one beyond.
pub(super) struct BoundedList<T, const MOST: usize>(pub Vec<T>);

impl<T, const MOST: usize> BoundedList<T, MOST> {
    /// Returns `None` for an empty list, so that its member is left out.
    pub fn unless_empty(all: Vec<T>) -> Option<Self> {
        (!all.is_empty()).then_some(Self(all))
    }
}

impl<'de, T: Deserialize<'de>, const MOST: usize> Deserialize<'de> for BoundedList<T, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Array<T, const MOST: usize>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for Array<T, MOST> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a list of at most {MOST}")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
                let mut all = Vec::new();
                while let Some(element) = list.next_element()? {
                    if all.len() == MOST {
                        return Err(A::Error::invalid_length(MOST + 1, &self));
                    }
                    all.push(element);
                }
                Ok(all)
            }
        }

        deserializer.deserialize_seq(Array::<T, MOST>(PhantomData)).map(Self)
    }
}

impl<T: Serialize, const MOST: usize> Serialize for BoundedList<T, MOST> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
