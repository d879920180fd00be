//! Whom the words at an item's code speak to.

/// How a shopper is told to scan. The code itself is the same in both modes: it shows the item's
/// canonical `https` address and never an app's own scheme, which most scanners do not follow.
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

    /// The mode of a name; `None` for one that came after this program.
    pub fn known(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }
}
