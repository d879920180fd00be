//! What a unit has to fetch for a catalog, and in which order.

use cloud_shelf_core::domain::Sha256;
use std::collections::{HashMap, HashSet};

/// An object that a catalog needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Want {
    pub object: Sha256,
    /// Bytes
    pub size: u64,
    /// Priority: 0 for what every page shows and for items' first pictures; higher ranks come later
    pub rank: u32,
}

/// What to fetch, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    pub fetch: Vec<Want>,
    /// Total bytes of everything to fetch
    pub bytes: u64,
    /// Bytes of that still to download: some objects are partly downloaded
    pub missing_bytes: u64,
}

impl Plan {
    /// Plans the download. `wanted` comes in the catalog's order; `has` tells which objects are
    /// complete, and `begun` how many bytes there are of partial ones. Each object is fetched once.
    /// Order: lower rank first, partial downloads first within a rank.
    pub fn new(
        wanted: impl IntoIterator<Item = Want>,
        has: impl Fn(&Sha256) -> bool,
        begun: &HashMap<Sha256, u64>,
    ) -> Self {
        let mut known = HashSet::new();
        let mut fetch: Vec<Want> = Vec::new();
        let mut places: HashMap<Sha256, usize> = HashMap::new();
        for want in wanted {
            if let Some(&place) = places.get(&want.object) {
                fetch[place].rank = fetch[place].rank.min(want.rank);
            } else if known.insert(want.object) && !has(&want.object) {
                places.insert(want.object, fetch.len());
                fetch.push(want);
            }
        }
        fetch.sort_by_key(|want| (want.rank, !begun.contains_key(&want.object)));
        let there = |want: &Want| begun.get(&want.object).copied().unwrap_or(0).min(want.size);
        let bytes = fetch.iter().fold(0_u64, |sum, want| sum.saturating_add(want.size));
        let there = fetch.iter().fold(0_u64, |sum, want| sum.saturating_add(there(want)));
        Self { fetch, bytes, missing_bytes: bytes - there }
    }

    pub fn is_empty(&self) -> bool {
        self.fetch.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(n: u8) -> Sha256 {
        Sha256::digest(&[n])
    }

    fn want(n: u8, rank: u32) -> Want {
        Want { object: name(n), size: 100 + u64::from(n), rank }
    }

    #[test]
    fn first_pictures_come_first_and_among_them_what_was_begun() {
        // Two items with two pictures each, one of them shared
        let wanted = [want(1, 0), want(2, 1), want(3, 0), want(1, 1)];
        let plan = Plan::new(wanted, |_| false, &HashMap::from([(name(3), 40), (name(9), 7)]));
        assert_eq!(plan.fetch, [want(3, 0), want(1, 0), want(2, 1)]);
        assert_eq!((plan.bytes, plan.missing_bytes), (306, 266));
        // An object that is late in one place and early in another is early
        let plan = Plan::new([want(1, 1), want(2, 0), want(1, 0)], |_| false, &HashMap::new());
        assert_eq!(plan.fetch, [want(1, 0), want(2, 0)]);
        let plan = Plan::new([want(1, 0)], |object| *object == name(1), &HashMap::new());
        assert!(plan.is_empty() && plan.bytes == 0);
    }

    proptest! {
        #[test]
        fn a_plan_is_what_is_wanted_less_what_is_there(
            wanted in prop::collection::vec((0..40_u8, 0..3_u32), 0..80),
            has in prop::collection::hash_set(0..40_u8, 0..20),
            begun in prop::collection::hash_map(0..40_u8, 0..400_u64, 0..10),
        ) {
            let has: HashSet<Sha256> = has.into_iter().map(name).collect();
            let begun: HashMap<Sha256, u64> = begun.into_iter().map(|(n, there)| (name(n), there)).collect();
            let wanted: Vec<Want> = wanted.into_iter().map(|(n, rank)| want(n, rank)).collect();
            let plan = Plan::new(wanted.clone(), |object| has.contains(object), &begun);

            let fetched: HashSet<Sha256> = plan.fetch.iter().map(|want| want.object).collect();
            prop_assert_eq!(fetched.len(), plan.fetch.len(), "each once");
            let needed: HashSet<Sha256> = wanted.iter().map(|want| want.object).filter(|o| !has.contains(o)).collect();
            prop_assert_eq!(&fetched, &needed);
            prop_assert!(plan.fetch.is_sorted_by_key(|want| want.rank));
            for want in &plan.fetch {
                let earliest = wanted.iter().filter(|w| w.object == want.object).map(|w| w.rank).min();
                prop_assert_eq!(Some(want.rank), earliest);
            }
            prop_assert_eq!(plan.bytes, plan.fetch.iter().map(|want| want.size).sum::<u64>());
            prop_assert!(plan.missing_bytes <= plan.bytes);

            // Cut anywhere, the next plan is the rest
            for cut in 0..=plan.fetch.len() {
                let came: HashSet<Sha256> = plan.fetch[..cut].iter().map(|want| want.object).collect();
                let rest = Plan::new(wanted.clone(), |o| has.contains(o) || came.contains(o), &begun);
                prop_assert_eq!(&rest.fetch[..], &plan.fetch[cut..]);
            }
        }
    }
}
