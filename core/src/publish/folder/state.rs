//! `feed.json`: the state of a feed's directory, apart from the published content.

use crate::{
    domain::{DeviceId, Sha256, StoreId},
    durable,
    feed::{PublicKey, Subject},
    paths::FeedDir,
    publish::PublishError,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, Read},
};

const SCHEMA: u32 = 1;
/// 100,000 units take about 6 MiB.
const MAX_BYTES: u64 = 64 << 20;

/// A feed's units and keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FolderState {
    /// Where the tree is served, without the key
    pub url: Option<String>,
    /// Id of the key that signs
    pub signs: String,
    /// The key that will sign next, and since when (Unix time) units can know it
    pub next: Option<(String, i64)>,
    /// The key that signed before
    pub retired: Option<PublicKey>,
    pub shelves: BTreeSet<Subject>,
    /// Objects that no pointer needs, and since when (Unix time)
    pub leaving: BTreeMap<Sha256, i64>,
}

/// JSON form of the file.
#[derive(Serialize, Deserialize)]
struct StateForm {
    schema: u32,
    url: Option<String>,
    signs: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<(String, i64)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retired: Option<String>,
    /// `store/device`
    shelves: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    leaving: BTreeMap<String, i64>,
}

impl FolderState {
    /// Loads the state of a directory; `None` if it is not a feed's.
    pub fn load(dir: &FeedDir) -> Result<Option<Self>, PublishError> {
        let path = dir.state();
        let mut bytes = Vec::new();
        match File::open(&path) {
            Ok(file) => file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(PublishError::io(&path))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(PublishError::io(path)(error)),
        };
        let document: Result<StateForm, _> = serde_json::from_slice(&bytes);
        let read = document.map_err(|error| error.to_string()).and_then(Self::from_form);
        read.map(Some).map_err(|detail| PublishError::Damaged { path, detail })
    }

    pub fn save(&self, dir: &FeedDir) -> Result<(), PublishError> {
        let document = StateForm {
            schema: SCHEMA,
            url: self.url.clone(),
            signs: self.signs.clone(),
            next: self.next.clone(),
            retired: self.retired.map(|key| key.to_string()),
            shelves: self.shelves.iter().map(Subject::to_string).collect(),
            leaving: self.leaving.iter().map(|(name, since)| (name.to_string(), *since)).collect(),
        };
        let path = dir.state();
        let bytes = serde_json::to_vec_pretty(&document).map_err(io::Error::from);
        bytes.and_then(|bytes| durable::replace(&path, &bytes)).map_err(PublishError::io(path))
    }

    /// Discards times that lie in the future; returns whether there were any.
    pub fn discard_future_times(&mut self, now: i64) -> bool {
        let since = self.next.iter_mut().map(|(_, since)| since).chain(self.leaving.values_mut());
        let ahead: Vec<_> = since.filter(|since| **since > now).collect();
        let any = !ahead.is_empty();
        ahead.into_iter().for_each(|since| *since = now);
        any
    }

    fn from_form(document: StateForm) -> Result<Self, String> {
        if document.schema != SCHEMA {
            return Err(format!("schema {}", document.schema));
        }
        let shelf = |text: &String| {
            let (store, device) = text.split_once('/')?;
            Subject::new(StoreId::parse(store).ok()?, DeviceId::parse(device).ok()?).ok()
        };
        let shelves =
            document.shelves.iter().map(|text| shelf(text).ok_or_else(|| format!("no shelf: {text}")));
        let leaving = document.leaving.iter().map(|(name, since)| {
            let name = name.parse().map_err(|_| format!("no object: {name}"))?;
            Ok::<_, String>((name, *since))
        });
        Ok(Self {
            url: document.url,
            signs: document.signs,
            next: document.next,
            retired: document
                .retired
                .map(|key| key.parse().map_err(|_| format!("no key: {key}")))
                .transpose()?,
            shelves: shelves.collect::<Result<_, _>>()?,
            leaving: leaving.collect::<Result<_, _>>()?,
        })
    }
}
