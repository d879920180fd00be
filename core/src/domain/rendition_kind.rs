//! The sizes in which pictures are stored for the screen.

/// A size that is made once, when a picture is taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RenditionKind {
    /// Strip below an item
    Tile,
    /// Card on the shelf page
    Card,
    /// An item's page, and attract
    Page,
    /// Logo, with transparency; the only kind for logos
    Logo,
}

impl RenditionKind {
    /// The kinds of an item's picture, smallest first.
    pub const ALL: [Self; 3] = [Self::Tile, Self::Card, Self::Page];

    /// Returns the side, in pixels, of the square that it fits into.
    pub const fn max_side(self) -> u32 {
        match self {
            Self::Tile => 200,
            Self::Card => 400,
            Self::Page => 1080,
            // Twice the largest size that any panel shows
            Self::Logo => 512,
        }
    }
}
