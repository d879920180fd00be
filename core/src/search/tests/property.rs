//! Properties of all titles and queries.

use super::{super::spelling::spellings, Rank, index};
use proptest::prelude::*;

/// Titles as shops write them: characters with one and with several readings, Latin, digits,
/// punctuation.
fn titles() -> impl Strategy<Value = Vec<String>> {
    let char = prop_oneof![
        6 => proptest::sample::select("重庆长行单乐奶粉茶器绿女区着还朝曾薄藏手机壳蜡烛香氛瓷碗".chars().collect::<Vec<_>>()),
        2 => proptest::char::range('\u{4E00}', '\u{9FA5}'),
        2 => proptest::char::range('a', 'z'),
        1 => proptest::char::range('A', 'Z'),
        1 => proptest::char::range('0', '9'),
        1 => proptest::sample::select(" 【】（）-·".chars().collect::<Vec<_>>()),
    ];
    proptest::collection::vec(proptest::collection::vec(char, 1..20).prop_map(String::from_iter), 1..12)
}

/// Returns what a shopper types for a title; `of` maps each character's spellings to typed letters.
fn typed(title: &str, of: impl Fn(&[String]) -> String) -> String {
    let one = |char: char| match spellings(char) {
        found if found.is_empty() => char.to_string(),
        found => of(&found),
    };
    title.chars().map(one).collect()
}

proptest! {
    #[test]
    fn nothing_panics_and_the_best_comes_first(titles in proptest::collection::vec(any::<String>(), 0..8), query: String) {
        let index = index(&titles);
        let hits = index.find(&query);
        prop_assert!(hits.is_sorted());
        prop_assert!(hits.iter().all(|hit| hit.item < titles.len()));
        let mut items: Vec<_> = hits.iter().map(|hit| hit.item).collect();
        items.sort_unstable();
        items.dedup();
        prop_assert_eq!(items.len(), hits.len(), "an item comes once");
    }

    #[test]
    fn every_item_is_found_by_itself_its_initials_its_pinyin_and_its_number(titles in titles(), choice in 0usize..8) {
        let index = index(&titles);
        for (number, title) in titles.iter().enumerate() {
            let initials = typed(title, |all| all[choice % all.len()][..1].to_owned());
            let pinyin = typed(title, |all| all[choice % all.len()].clone());
            for query in [title.clone(), initials, pinyin.to_uppercase(), pinyin] {
                if !query.chars().any(char::is_alphanumeric) {
                    continue;
                }
                let hits = index.find(&query);
                let own = hits.iter().find(|hit| hit.item == number);
                prop_assert_eq!(own.map(|hit| hit.rank), Some(Rank::Prefix), "{} by {}", title, query);
            }
            let id = (600_000_000_000 + number as u64).to_string();
            prop_assert!(index.find(&id).iter().any(|hit| hit.item == number && hit.rank == Rank::Prefix));
        }
    }

    #[test]
    fn a_longer_query_finds_no_more(titles in titles(), query in "[a-z0-9]{1,6}", next in "[a-z0-9]") {
        // Ids match from four characters on, so they are left out
        let longer = format!("{query}{next}");
        let fewer: Vec<_> = index(&titles).find(&longer).into_iter().map(|hit| hit.item).collect();
        let more: Vec<_> = index(&titles).find(&query).into_iter().map(|hit| hit.item).collect();
        prop_assume!(!longer.bytes().all(|byte| byte.is_ascii_digit() || byte == b'x'));
        prop_assert!(fewer.iter().all(|item| more.contains(item)), "{fewer:?} of {more:?}");
    }
}
