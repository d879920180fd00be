//! What is said over the control socket.

use super::{ControlError, ReportsStatus, SyncStatus};
use crate::{domain::Message, settings::Report};
use serde::{Deserialize, Serialize};

/// What a command asks of the kiosk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    Status,
    Show {
        #[serde(flatten)]
        page: Show,
    },
    /// The kiosk leaves a PNG in its state directory: see `Paths::screenshot`
    Screenshot,
    /// Looks at the feed now; answered at once with how it stands, for the asker to follow
    Sync,
    /// How it stands with the feed
    SyncStatus,
}

impl Request {
    /// As it is sent.
    pub fn line(&self) -> serde_json::Result<Vec<u8>> {
        line(self)
    }

    /// A line of the socket; one that is not understood has its answer.
    pub fn read(line: &[u8]) -> Result<Self, Reply> {
        serde_json::from_slice(line).map_err(|error| Reply::Refused {
            zh: format!("看不懂这个请求：{error}"),
            en: format!("This request is not understood: {error}"),
        })
    }
}

fn line(message: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    Ok(line)
}

impl Reply {
    /// As it is sent.
    pub fn line(&self) -> serde_json::Result<Vec<u8>> {
        line(self)
    }

    /// A line of the socket.
    pub fn read(line: &[u8]) -> Result<Self, ControlError> {
        Ok(serde_json::from_slice(line)?)
    }
}

/// A page that can be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "page", rename_all = "snake_case")]
pub enum Show {
    Attract,
    Shelf,
    Search,
    Item {
        item_id: String,
    },
    /// As far as its PIN
    Service,
    /// Circles to touch, and lines that follow the finger
    TouchTest,
    /// Colours that fill the panel, one after the other
    ColorTest,
}

/// What the kiosk answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    Done,
    Status(Box<KioskStatus>),
    Sync(Box<SyncStatus>),
    /// `zh` and `en` say the same
    Refused {
        zh: String,
        en: String,
    },
}

/// Which page is on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageName {
    Attract,
    Shelf,
    Item,
    Search,
    Setup,
    Service,
    Closed,
    Fault,
}

/// What a running kiosk says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KioskStatus {
    pub running: bool,
    pub page: PageName,
    pub item_id: Option<String>,
    /// Frames drawn since the start
    pub frames: u64,
    pub version: String,
    /// RFC 3339, by the unit's clock as it was then
    #[serde(default)]
    pub started_at: String,
    /// Whether the database was opened since the start, and a catalog read from it
    #[serde(default)]
    pub database_opened: bool,
    #[serde(default)]
    pub catalog_read: bool,
    /// Version of the catalog on the screen; 0 without one
    pub catalog_version: u64,
    pub language: String,
    pub width: u32,
    pub height: u32,
    /// How far the cards have been scrolled, in pixels
    pub scroll_px: u32,
    /// Seconds left in "still looking?"; 0 when it is not asked
    pub countdown: u32,
    /// Bytes of decoded pictures held, and their ceiling
    pub picture_bytes: u64,
    pub picture_bytes_max: u64,
    /// How many letters and digits are in the field of the search page; not which
    #[serde(default)]
    pub typed: u32,
    /// Cards in sight that have no picture yet, though one is due
    pub cards_waiting: u32,
    /// The cards in sight, on the shelf page and among what was found
    pub cards: Vec<CardPlace>,
    /// Those in effect, and who has set each
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Report>,
    /// Why the settings file as it is now is not used
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_problem: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<SyncStatus>,
    /// What reporting to the operator is doing
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reports: Option<ReportsStatus>,
    /// Whether the pages say so
    #[serde(default)]
    pub offline: bool,
    /// Where the picture is, such as `HDMI-A-1 1920x1080@60`; `None` while no screen is connected
    #[serde(default)]
    pub display: Option<String>,
    /// Who draws: `software`, or `gpu (V3D 4.2)`
    #[serde(default)]
    pub renderer: Option<String>,
    /// Why the GPU does not
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renderer_reason: Option<Words>,
    /// Files of the inbox and of sticks that are not taken, the first of them, and how many there are
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_alone: Vec<LeftFile>,
    #[serde(default)]
    pub left_alone_count: usize,
}

/// A file that was left alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftFile {
    /// Its name
    pub file: String,
    /// A short name
    pub problem: String,
    /// Why, and what to do
    #[serde(flatten)]
    pub words: Words,
}

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    pub zh: String,
    pub en: String,
}

impl From<Message> for Words {
    fn from(message: Message) -> Self {
        Self { zh: message.zh.into_owned(), en: message.en.into_owned() }
    }
}

impl From<Words> for Message {
    fn from(words: Words) -> Self {
        Self::new(words.zh, words.en)
    }
}

/// Where a card's picture is on the screen, in pixels; parts of it may be out of sight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardPlace {
    pub item_id: String,
    pub left: i32,
    pub top: i32,
    pub width: i32,
    pub height: i32,
}
