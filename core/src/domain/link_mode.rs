//! How the text at a QR code tells shoppers to scan it.

/// How shoppers are told to scan. The code is the same in both modes: it holds the item's canonical
/// `https` address and never an app's own scheme, which most scanners do not open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinkMode {
    /// With the Taobao or Tmall app, which opens its own addresses
    #[default]
    App,
    /// With any camera, which opens a browser
    Web,
}

impl LinkMode {
    pub const ALL: [Self; 2] = [Self::App, Self::Web];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Web => "web",
        }
    }

    /// Returns the mode of a name; `None` for one that this version does not know.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }
}
