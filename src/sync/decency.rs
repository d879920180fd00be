//! Decides whether a version may be shown although some of its pictures are missing. Pure; the rule
//! is in `docs/FEED.md`, "What a shelf does".

/// Seconds after which an incomplete version is accepted anyway: its prices are right, and those on
/// the screen may no longer be.
pub(super) const PATIENCE_S: i64 = 24 * 3600;

/// How complete a version is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// Items that name at least one picture
    pub wanting: usize,
    /// Of `wanting`, items with at least one picture that is present and has a valid header
    pub with: usize,
    /// Title of the first item without a picture
    pub first_without: Option<String>,
}

impl Shown {
    pub const fn lacking(&self) -> usize {
        self.wanting - self.with
    }

    /// Whether this version may replace the current catalog, in which `before` items show a picture
    /// (`None`: nothing is shown). `trouble`: the network or the server failed, so another round
    /// may bring the rest. `waited_s`: for how many seconds a newer version has been held back.
    pub const fn may_be_taken(&self, before: Option<usize>, trouble: bool, waited_s: i64) -> bool {
        let Some(before) = before else { return true };
        if waited_s >= PATIENCE_S {
            return true;
        }
        // At least half of the items, or no fewer than now: one bad picture holds no version back,
        // and a server that has lost all pictures does not empty a screen
        !trouble && (self.with >= self.wanting.div_ceil(2) || self.with >= before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn shown(wanting: usize, with: usize) -> Shown {
        Shown { wanting, with, first_without: None }
    }

    #[test]
    fn the_edges_of_decency() {
        let day = PATIENCE_S;
        for (wanting, with, before, trouble, waited, taken) in [
            // Nothing wrong, or no item has a picture
            (3, 3, Some(3), false, 0, true),
            (0, 0, Some(3), false, 0, true),
            // One bad picture of two, of three; half is enough, less is not
            (2, 1, Some(2), false, 0, true),
            (3, 2, Some(3), false, 0, true),
            (3, 1, Some(3), false, 0, false),
            (100, 50, Some(100), false, 0, true),
            (100, 49, Some(100), false, 0, false),
            // The only item without its picture counts as all items without pictures
            (1, 0, Some(1), false, 0, false),
            (40, 0, Some(40), false, day - 1, false),
            (40, 0, Some(40), false, day, true),
            // A unit that shows no more pictures than this loses nothing
            (100, 3, Some(3), false, 0, true),
            (100, 2, Some(3), false, 0, false),
            (40, 0, Some(0), false, 0, true),
            // A unit that shows nothing accepts any version
            (40, 0, None, true, 0, true),
            // While the network or the server fails, the rest may still arrive
            (100, 99, Some(100), true, day - 1, false),
            (100, 0, Some(0), true, 0, false),
            (100, 99, Some(100), true, day, true),
        ] {
            let said = shown(wanting, with).may_be_taken(before, trouble, waited);
            assert_eq!(said, taken, "{with} of {wanting}, before {before:?}, {trouble}, {waited}");
        }
    }

    proptest! {
        #[test]
        fn one_more_picture_or_one_more_second_never_holds_a_version_back(
            wanting in 1..300_usize, part in 0.0..1.0, before: Option<u8>, trouble: bool, waited in 0..200_000_i64
        ) {
            let (with, before) = ((wanting as f64 * part) as usize, before.map(usize::from));
            let taken = |with, waited| shown(wanting, with).may_be_taken(before, trouble, waited);
            prop_assert!(!taken(with, waited) || taken(with + 1, waited));
            prop_assert!(!taken(with, waited) || taken(with, waited + 1));
            prop_assert!(taken(with, PATIENCE_S));
        }

        #[test]
        fn one_bad_picture_is_never_enough_to_hold_back_a_version_of_several(wanting in 2..10_000_usize) {
            prop_assert!(shown(wanting, wanting - 1).may_be_taken(Some(wanting), false, 0));
        }
    }
}
