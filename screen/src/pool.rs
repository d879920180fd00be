//! Which cards the pool holds: a ring in which place `i` of the page always has slot `i % size`,
//! so scrolling changes only the slots that came into reach. Pure.

use std::ops::Range;

/// Rows kept ready above and below those in sight.
const OVERSCAN_ROWS: usize = 2;

/// The grid's measures, in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    pub columns: usize,
    pub row_height: f32,
    pub view_height: f32,
}

impl Grid {
    /// Slots that are enough for every scroll position.
    pub fn pool_size(&self) -> usize {
        let rows_in_sight = (self.view_height / self.row_height).ceil().max(1.0) as usize + 1;
        (rows_in_sight + 2 * OVERSCAN_ROWS) * self.columns
    }

    /// Places whose cards are at least partly in sight at a scroll offset (0 at the top).
    pub fn in_sight(&self, offset: f32, count: usize) -> Range<usize> {
        let first_row = (offset.max(0.0) / self.row_height) as usize;
        let end_row = ((offset.max(0.0) + self.view_height) / self.row_height).ceil() as usize;
        let end = (end_row * self.columns).min(count);
        (first_row * self.columns).min(end)..end
    }

    /// Places that the pool holds at a scroll offset: those in sight and some around them.
    pub fn in_reach(&self, offset: f32, count: usize) -> Range<usize> {
        let sight = self.in_sight(offset, count);
        let margin = OVERSCAN_ROWS * self.columns;
        let end = (sight.end + margin).min(count);
        let start = sight.start.saturating_sub(margin).max(end.saturating_sub(self.pool_size()));
        start..end
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_rows_are_in_reach_at_the_top() {
        let grid = Grid { columns: 3, row_height: 490.0, view_height: 1688.0 };
        assert_eq!(grid.in_sight(0.0, 200), 0..12);
        assert_eq!(grid.in_reach(0.0, 200), 0..18);
        assert_eq!(grid.in_reach(0.0, 2), 0..2);
        assert_eq!(grid.in_reach(0.0, 0), 0..0);
        assert_eq!(grid.in_sight(980.0, 200).start, 6);
    }

    proptest! {
        #[test]
        fn what_is_in_sight_is_in_reach_and_fits_the_pool(
            columns in 1usize..8, row_height in 50f32..800.0, view_height in 100f32..4000.0,
            offset in -500f32..100_000.0, count in 0usize..10_000,
        ) {
            let grid = Grid { columns, row_height, view_height };
            let (sight, reach) = (grid.in_sight(offset, count), grid.in_reach(offset, count));
            prop_assert!(reach.len() <= grid.pool_size());
            prop_assert!(reach.end <= count);
            prop_assert!(reach.start <= sight.start && sight.end <= reach.end);
        }
    }
}
