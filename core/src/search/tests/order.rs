//! Tables of queries and their results.

use super::{Rank, Rank::*, index, rank};

/// Each line: a title, a query, and the rank of the match.
fn holds(lines: &[(&str, &str, Option<Rank>)]) {
    let wrong: Vec<String> = lines
        .iter()
        .filter_map(|(title, query, expected)| {
            let found = rank(title, query);
            (found != *expected).then(|| format!("{query:?} in {title:?}: {found:?}, not {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn initials_and_syllables_and_characters_mix() {
    holds(&[
        ("奶粉", "nf", Some(Prefix)),
        ("奶粉", "n", Some(Prefix)),
        ("奶粉", "naifen", Some(Prefix)),
        ("奶粉", "naif", Some(Prefix)),
        ("奶粉", "nfen", Some(Prefix)),
        ("奶粉", "naife", Some(Prefix)),
        ("奶粉", "奶粉", Some(Prefix)),
        ("奶粉", "奶f", Some(Prefix)),
        ("奶粉", "奶fe", Some(Prefix)),
        ("奶粉", "fen", Some(Inside)),
        ("奶粉", "nafen", None),
        ("奶粉", "nfx", None),
        ("奶粉", "naifenx", None),
        ("真丝睡衣", "zhss", Some(Prefix)),
        ("真丝睡衣", "zhsshy", Some(Prefix)),
        ("真丝睡衣", "zssy", Some(Prefix)),
        ("有机A2奶粉 900g", "yja2nf900g", Some(Prefix)),
        ("有机A2奶粉 900g", "a2 奶", Some(WordStart)),
        ("iPhone 手机壳", "phone", Some(Inside)),
        ("iPhone 手机壳", "IPHONE SJK", Some(Prefix)),
    ]);
}

#[test]
fn every_reading_finds() {
    holds(&[
        ("重庆火锅底料", "cqhg", Some(Prefix)),
        ("重庆火锅底料", "zqhg", Some(Prefix)),
        ("重庆火锅底料", "chongqing", Some(Prefix)),
        ("长裙", "chang", Some(Prefix)),
        ("长裙", "zhang", Some(Prefix)),
        ("行李箱", "xinglixiang", Some(Prefix)),
        ("银行", "yinhang", Some(Prefix)),
        ("单鞋", "danxie", Some(Prefix)),
        ("单县羊汤", "shanxian", Some(Prefix)),
        ("音乐盒", "yinyuehe", Some(Prefix)),
        ("音乐盒", "yinlehe", Some(Prefix)),
        ("乐高", "lg", Some(Prefix)),
        ("乐高", "yg", Some(Prefix)),
        ("薄荷", "bohe", Some(Prefix)),
        ("薄荷", "baohe", Some(Prefix)),
    ]);
}

#[test]
fn u_with_dots_is_typed_as_v_or_as_u() {
    holds(&[
        ("绿茶", "lvcha", Some(Prefix)),
        ("绿茶", "lucha", Some(Prefix)),
        ("绿茶", "lücha", Some(Prefix)),
        ("女装", "nvz", Some(Prefix)),
        ("女装", "nuzhuang", Some(Prefix)),
        ("橘子", "jvzi", Some(Prefix)),
        ("橘子", "juzi", Some(Prefix)),
    ]);
}

#[test]
fn case_width_accents_and_signs_count_for_nothing() {
    holds(&[
        ("Ｌａｎｃôｍｅ 精华", "lancome", Some(Prefix)),
        ("Lancome 精华", "ＬＡＮＣÔＭＥ", Some(Prefix)),
        ("【新品】奶粉", "n f", Some(WordStart)),
        ("【新品】奶粉", "xinpin-nf", Some(Prefix)),
        ("T-shirt 男", "tshirt", Some(Prefix)),
        ("奶粉", "", None),
        ("奶粉", "  !…", None),
    ]);
}

#[test]
fn numbers_are_found_by_their_beginning_and_from_four_digits_on() {
    let one = index(&["样品"]);
    for (query, expected) in [
        ("600000000000", Some(Prefix)),
        ("6000", Some(Prefix)),
        ("600", Some(Inside)),
        ("0000", Some(Inside)),
        ("000", None),
        ("6900", Some(Prefix)),
        ("000x", Some(Inside)),
        ("000X", Some(Inside)),
        ("9999", None),
        ("6000000000001", None),
    ] {
        assert_eq!(one.find(query).first().map(|hit| hit.rank), expected, "{query}");
    }
}

#[test]
fn beginnings_come_before_words_and_words_before_what_is_inside() {
    let titles = [
        "婴儿奶粉",      // inside
        "旺仔 牛奶粉包", // inside: the word begins with 牛
        "羊奶 奶粉",     // a word
        "奶粉盒",        // the beginning
        "护肤霜",
        "【包邮】奶粉勺", // a word
        "奶粉",           // the beginning, later in the brand's order
    ];
    let found: Vec<_> = index(&titles).find("nf").into_iter().map(|hit| hit.item).collect();
    assert_eq!(found, [3, 6, 2, 5, 0, 1]);
}

#[test]
fn a_title_without_a_sign_and_an_empty_catalog_are_searched_too() {
    assert!(index(&["", "！！"]).find("n").is_empty());
    assert!(index(&[] as &[&str]).find("n").is_empty());
}

#[test]
fn a_query_of_any_length_is_read_as_far_as_it_can_be() {
    let long = "重".repeat(300);
    assert_eq!(rank(&long, &"zhong".repeat(60)), Some(Prefix));
    assert_eq!(rank(&long, &"z".repeat(5000)), Some(Prefix));
    assert_eq!(rank(&long, &format!("x{}", "z".repeat(5000))), None);
}

#[test]
fn an_index_stays_below_its_ceiling_whatever_the_titles_are() {
    let usual: Vec<String> =
        (0..1000).map(|n| format!("檐汀 手作白瓷盖碗 三才杯家用轻奢送礼盒装 整套带茶盘 第{n}号")).collect();
    let index_of_usual = index(&usual);
    assert!(index_of_usual.bytes() < 256 << 10, "{}", index_of_usual.bytes());
    let endless: Vec<String> = (0..1000).map(|n| format!("{n}重庆").repeat(1000)).collect();
    let index_of_endless = index(&endless);
    assert!(index_of_endless.bytes() < 512 << 10, "{}", index_of_endless.bytes());
}
