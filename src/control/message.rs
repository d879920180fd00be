//! The messages of the control socket.

use super::{ControlError, ReportsStatus, SyncStatus, Words};
use cloud_shelf_core::settings::SettingsReport;
use serde::{Deserialize, Serialize};

/// A request to the kiosk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    Status,
    Show {
        #[serde(flatten)]
        page: Show,
    },
    /// The kiosk writes a PNG to its state directory: see `Paths::screenshot`
    Screenshot,
    /// Starts a sync; answered at once with the state of the sync, for the client to poll
    Sync,
    /// The state of the sync
    SyncStatus,
}

impl Request {
    /// Encodes the request as one line.
    pub fn line(&self) -> serde_json::Result<Vec<u8>> {
        line(self)
    }

    /// Decodes one line; an unknown request gives the error reply to send.
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
    /// Encodes the reply as one line.
    pub fn line(&self) -> serde_json::Result<Vec<u8>> {
        line(self)
    }

    /// Decodes one line.
    pub fn read(line: &[u8]) -> Result<Self, ControlError> {
        Ok(serde_json::from_slice(line)?)
    }
}

/// A page that can be requested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "page", rename_all = "snake_case")]
pub enum Show {
    Attract,
    Shelf,
    Search,
    Item {
        item_id: String,
    },
    /// Stops at the PIN prompt
    Service,
    /// Circles to touch, and lines that follow the finger
    TouchTest,
    /// Colours that fill the panel, one after another
    ColorTest,
}

/// A reply of the kiosk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    Done,
    Status(Box<KioskStatus>),
    Sync(Box<SyncStatus>),
    /// The same sentence in Chinese and English
    Refused {
        zh: String,
        en: String,
    },
}

/// The page on the screen.
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

/// The state of a running kiosk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KioskStatus {
    pub running: bool,
    pub page: PageName,
    pub item_id: Option<String>,
    /// Frames drawn since the start
    pub frames: u64,
    pub version: String,
    /// RFC 3339, by the unit's clock at the start
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
    /// How far the cards are scrolled, in pixels
    pub scroll_px: u32,
    /// Seconds left in "still looking?"; 0 while it is not shown
    pub countdown: u32,
    /// Bytes of decoded pictures held, and the upper bound
    pub picture_bytes: u64,
    pub picture_bytes_max: u64,
    /// Number of characters typed on the search page; the text itself is private
    #[serde(default)]
    pub typed: u32,
    /// Cards in sight whose picture is still to come
    pub cards_waiting: u32,
    /// The cards in sight, on the shelf page or among the search results
    pub cards: Vec<CardPlace>,
    /// The settings in effect, with the origin of each
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<SettingsReport>,
    /// Why the current settings file is not in use
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_problem: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<SyncStatus>,
    /// The state of the reports to the operator
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reports: Option<ReportsStatus>,
    /// Whether the pages show the unit as offline
    #[serde(default)]
    pub offline: bool,
    /// The display in use, such as `HDMI-A-1 1920x1080@60`; `None` while no screen is connected
    #[serde(default)]
    pub display: Option<String>,
    /// The renderer: `software`, or `gpu (V3D 4.2)`
    #[serde(default)]
    pub renderer: Option<String>,
    /// Why the GPU is not used
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renderer_reason: Option<Words>,
    /// The first of the ignored files in the inbox and on sticks, and their total number
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_alone: Vec<LeftFile>,
    #[serde(default)]
    pub left_alone_count: usize,
}

/// An ignored file in the inbox or on a stick.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftFile {
    /// File name
    pub file: String,
    /// Short code of the reason
    pub problem: String,
    /// Why the file is ignored, and what to do
    #[serde(flatten)]
    pub words: Words,
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
