//! The sizes in which a picture is kept ready for the screen.

/// A size made once, when a picture is taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RenditionKind {
    /// For the strip below an item
    Tile,
    /// For a card on the shelf page
    Card,
    /// For an item's own page, and for attract
    Page,
    /// The brand's mark, with its transparency; of nothing else
    Mark,
}

impl RenditionKind {
    /// Those of an item's picture, smallest first.
    pub const ALL: [Self; 3] = [Self::Tile, Self::Card, Self::Page];

    /// The square (pixels) that it fits into.
    pub const fn max_side(self) -> u32 {
        match self {
            Self::Tile => 200,
            Self::Card => 400,
            Self::Page => 1080,
            // Twice what the largest panel shows of it
            Self::Mark => 512,
        }
    }
}
