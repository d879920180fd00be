//! LRU cache with a limit in bytes.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

/// Least-recently-used cache with a hard limit in bytes. For one thread, or behind a lock.
#[derive(Debug)]
pub struct Cache<K, V> {
    entries: HashMap<K, Entry<V>>,
    /// Keys by time of last use
    order: BTreeMap<u64, K>,
    moment: u64,
    bytes: usize,
    ceiling: usize,
    hits: u64,
    misses: u64,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    bytes: usize,
    used: u64,
}

impl<K: Eq + Hash + Clone, V> Cache<K, V> {
    pub fn new(ceiling: usize) -> Self {
        Self {
            entries: HashMap::new(),
            order: BTreeMap::new(),
            moment: 0,
            bytes: 0,
            ceiling,
            hits: 0,
            misses: 0,
        }
    }

    pub fn get(&mut self, key: &K) -> Option<&V> {
        let Some(entry) = self.entries.get_mut(key) else {
            self.misses += 1;
            return None;
        };
        self.hits += 1;
        self.moment += 1;
        if let Some(key) = self.order.remove(&entry.used) {
            self.order.insert(self.moment, key);
        }
        entry.used = self.moment;
        Some(&entry.value)
    }

    /// Whether a value is present; does not count as a use, hit or miss.
    pub fn contains(&self, key: &K) -> bool {
        self.entries.contains_key(key)
    }

    /// Inserts a value of `bytes` bytes; a value above the limit is not inserted.
    pub fn insert(&mut self, key: K, value: V, bytes: usize) {
        self.remove(&key);
        if bytes > self.ceiling {
            return;
        }
        // Evicts first, so that the limit holds at every moment.
        self.shrink_to(self.ceiling - bytes);
        self.moment += 1;
        self.bytes += bytes;
        self.order.insert(self.moment, key.clone());
        self.entries.insert(key, Entry { value, bytes, used: self.moment });
    }

    pub fn set_ceiling(&mut self, ceiling: usize) {
        self.ceiling = ceiling;
        self.shrink_to(ceiling);
    }

    fn shrink_to(&mut self, bytes: usize) {
        while self.bytes > bytes {
            let Some((_, oldest)) = self.order.pop_first() else { break };
            if let Some(entry) = self.entries.remove(&oldest) {
                self.bytes -= entry.bytes;
            }
        }
    }

    pub fn remove(&mut self, key: &K) -> Option<V> {
        let entry = self.entries.remove(key)?;
        self.order.remove(&entry.used);
        self.bytes -= entry.bytes;
        Some(entry.value)
    }

    pub fn clear(&mut self) {
        self.entries.clear();
        self.order.clear();
        self.bytes = 0;
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub const fn ceiling(&self) -> usize {
        self.ceiling
    }

    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    pub const fn hits(&self) -> u64 {
        self.hits
    }

    pub const fn misses(&self) -> u64 {
        self.misses
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let mut cache = Cache::new(30);
        for key in ["a", "b", "c"] {
            cache.insert(key, key.to_uppercase(), 10);
        }
        assert_eq!(cache.get(&"a").map(String::as_str), Some("A"));
        cache.insert("d", "D".into(), 10);
        assert!(cache.get(&"b").is_none());
        assert_eq!((cache.len(), cache.bytes(), cache.hits(), cache.misses()), (3, 30, 1, 1));
        cache.insert("large", "?".into(), 31);
        assert!(!cache.contains(&"large"));
        assert_eq!(cache.len(), 3);
        cache.set_ceiling(19);
        assert_eq!((cache.len(), cache.contains(&"d")), (1, true));
        cache.clear();
        assert!(cache.is_empty() && cache.bytes() == 0);
    }

    proptest! {
        #[test]
        fn it_does_what_a_list_does(ops in prop::collection::vec((0..8_u8, 0..40_usize, any::<bool>()), 0..200)) {
            const CEILING: usize = 100;
            let mut cache = Cache::new(CEILING);
            // Least recently used first
            let mut list: Vec<(u8, usize)> = Vec::new();
            for (key, bytes, put) in ops {
                let at = list.iter().position(|(k, _)| *k == key);
                let had = at.map(|at| list.remove(at));
                if put {
                    cache.insert(key, bytes, bytes);
                    while list.iter().map(|(_, b)| b).sum::<usize>() + bytes > CEILING {
                        list.remove(0);
                    }
                    list.push((key, bytes));
                } else {
                    prop_assert_eq!(cache.get(&key).copied(), had.map(|(_, bytes)| bytes));
                    list.extend(had);
                }
                prop_assert_eq!(cache.bytes(), list.iter().map(|(_, b)| b).sum::<usize>());
                prop_assert_eq!(cache.len(), list.len());
                prop_assert!(cache.bytes() <= CEILING);
            }
        }
    }
}
