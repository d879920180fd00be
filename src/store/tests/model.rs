//! Random sequences of operations, compared with a model in memory.

use super::sample::{draft, open, paths, picture, put};
use crate::store::{CatalogDraft, Store, Swap};
use cloud_shelf_core::domain::{Picture, Sha256};
use proptest::prelude::*;
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
enum Op {
    Put { seed: u64 },
    Swap { mark: u64, items: usize, pictures: Vec<u64> },
    Reopen,
    Read,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        (0..6_u64).prop_map(|seed| Op::Put { seed }),
        (0..3_u64, 0..6_usize, prop::collection::vec(0..6_u64, 0..3))
            .prop_map(|(mark, items, pictures)| Op::Swap { mark, items, pictures }),
        Just(Op::Reopen),
        Just(Op::Read),
    ]
}

#[derive(Default)]
struct Model {
    version: u64,
    current: Option<CatalogDraft>,
    objects: BTreeSet<Sha256>,
}

impl Model {
    fn swap(&mut self, draft: CatalogDraft) -> Swap {
        let changed = self.current.as_ref() != Some(&draft);
        if changed {
            self.version += 1;
            let used: BTreeSet<_> = draft.items.iter().flat_map(|i| &i.pictures).map(|p| p.object).collect();
            self.objects.retain(|object| used.contains(object));
            self.current = Some(draft);
        }
        Swap { version: self.version, changed }
    }
}

const LENGTH: usize = 700;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_store_does_what_the_model_does(ops in prop::collection::vec(op(), 1..30)) {
        let dir = tempfile::tempdir().unwrap();
        let paths = paths(dir.path());
        let mut model = Model::default();
        let mut store = open(&paths);
        let reader = Store::open_read_only(&paths).unwrap();
        for op in ops {
            match op {
                Op::Put { seed } => {
                    model.objects.insert(put(&mut store, seed, LENGTH).object);
                }
                Op::Swap { mark, items, pictures } => {
                    let pictures: Vec<Picture> = pictures.iter().map(|&seed| picture(seed, LENGTH)).collect();
                    let draft = draft(mark, items, &pictures);
                    prop_assert_eq!(store.swap_catalog(&draft).unwrap(), model.swap(draft));
                }
                Op::Reopen => {
                    drop(store);
                    store = open(&paths);
                }
                Op::Read => {
                    let seen = reader.snapshot().unwrap();
                    prop_assert_eq!(seen.is_some(), model.current.is_some());
                    if let (Some(seen), Some(current)) = (seen, &model.current) {
                        prop_assert!(current.is_in(&seen));
                        prop_assert_eq!(seen.version, model.version);
                    }
                    for seed in 0..6 {
                        let object = picture(seed, LENGTH).object;
                        let there = reader.object(&object).unwrap().is_some();
                        prop_assert_eq!(there, model.objects.contains(&object));
                    }
                }
            }
        }
    }
}
