use super::{LinkProblemKind as Kind, *};
use crate::domain::{ItemHost, ItemLink};
use proptest::prelude::*;

fn url(text: &str) -> String {
    match parse(text) {
        Ok(link) => link.to_string(),
        Err(problem) => format!("{} for {text:?}", problem.kind.code()),
    }
}

fn check(text: &str, expected: &str) {
    assert_eq!(url(text), expected, "{text:?}");
}

fn refused(text: &str, kind: Kind) {
    match parse(text) {
        Ok(link) => panic!("{text:?} was taken as {link}"),
        Err(problem) => {
            assert_eq!(problem.kind, kind, "{text:?}: {}", problem.remedy.en);
            assert!(!problem.remedy.zh.is_empty() && !problem.remedy.en.is_empty());
        }
    }
}

const TMALL: &str = "https://detail.tmall.com/item.htm?id=567812345678";
const TAOBAO: &str = "https://item.taobao.com/item.htm?id=567812345678";
const HK: &str = "https://detail.tmall.hk/item.htm?id=567812345678";
const CHAOSHI: &str = "https://chaoshi.detail.tmall.com/item.htm?id=567812345678";

#[test]
fn every_shape_of_an_address_is_read() {
    for (text, expected) in [
        ("https://detail.tmall.com/item.htm?id=567812345678", TMALL),
        ("https://detail.tmall.com/item.htm?spm=a220m.1000858.1000725.1.2f3d&id=567812345678&ns=1", TMALL),
        ("https://detail.m.tmall.com/item.htm?id=567812345678&toSite=main", TMALL),
        ("https://item.taobao.com/item.htm?id=567812345678", TAOBAO),
        ("https://detail.taobao.com/item.htm?id=567812345678", TAOBAO),
        ("https://chaoshi.detail.tmall.com/item.htm?id=567812345678&mi_id=abc", CHAOSHI),
        ("https://detail.tmall.hk/hk/item.htm?id=567812345678", HK),
        ("https://detail.tmall.hk/item.htm?id=567812345678", HK),
        ("https://detail.m.tmall.hk/item.htm?id=567812345678", HK),
        ("https://world.tmall.com/item/567812345678.htm", TMALL),
        ("https://world.tmall.com/item/567812345678.htm?id=567812345678", TMALL),
        ("https://world.taobao.com/item/567812345678.htm", TAOBAO),
        ("https://taiwan.tmall.com/item/567812345678.htm", TMALL),
        ("https://tw.taobao.com/item/567812345678.htm", TAOBAO),
        ("https://a.m.taobao.com/i567812345678.htm", TAOBAO),
        ("https://a.m.taobao.com/i567812345678.htm?sourceType=item&price=1-2", TAOBAO),
        ("https://a.m.tmall.com/i567812345678.htm", TMALL),
        ("https://h5.m.taobao.com/awp/core/detail.htm?id=567812345678", TAOBAO),
        ("https://h5.m.taobao.com/awp/core/detail.htm?itemId=567812345678", TAOBAO),
        ("https://h5.m.tmall.com/awp/core/detail.htm?id=567812345678", TMALL),
        ("https://m.taobao.com/awp/core/detail.htm?id=567812345678", TAOBAO),
        ("https://m.intl.taobao.com/detail/detail.html?id=567812345678", TAOBAO),
        ("https://market.m.taobao.com/app/x/detail/index.html?id=567812345678", TAOBAO),
        ("https://item.tmall.com/item.htm?id=567812345678", TMALL),
        ("https://miao.item.tmall.com/item.htm?id=567812345678", TMALL),
        ("https://detail.ju.taobao.com/home.htm?id=10000012345&item_id=567812345678", TAOBAO),
        ("https://detail.ju.taobao.com/home.htm?item_id=567812345678", TAOBAO),
        ("https://detail.liangxinyao.com/item.htm?id=567812345678", TMALL),
        ("https://detail.yao.95095.com/item.htm?id=567812345678", TMALL),
        ("https://traveldetail.fliggy.com/item.htm?id=567812345678", TMALL),
        ("567812345678", TMALL),
    ] {
        check(text, expected);
    }
}

#[test]
fn the_way_it_was_copied_does_not_matter() {
    for text in [
        "http://detail.tmall.com/item.htm?id=567812345678",
        "//detail.tmall.com/item.htm?id=567812345678",
        "detail.tmall.com/item.htm?id=567812345678",
        "detail.m.tmall.com/item.htm?id=567812345678",
        "HTTPS://DETAIL.TMALL.COM/ITEM.HTM?ID=567812345678",
        "Https://Detail.Tmall.com/item.htm?Id=567812345678",
        "  https://detail.tmall.com/item.htm?id=567812345678 \n",
        "\u{feff}https://detail.tmall.com/item.htm?id=567812345678",
        "https://detail.tmall.com/item.htm?id=5678\u{200b}12345678",
        "\"https://detail.tmall.com/item.htm?id=567812345678\"",
        "“https://detail.tmall.com/item.htm?id=567812345678”",
        "<https://detail.tmall.com/item.htm?id=567812345678>",
        "《https://detail.tmall.com/item.htm?id=567812345678》",
        "（https://detail.tmall.com/item.htm?id=567812345678）",
        "https://detail.tmall.com/item.htm?id=567812345678。",
        "https://detail.tmall.com/item.htm?id=567812345678，新品",
        "https://detail.tmall.com/item.htm?id=567812345678点击购买",
        "链接：https://detail.tmall.com/item.htm?id=567812345678",
        "链接:detail.tmall.com/item.htm?id=567812345678",
        "商品详情 detail.tmall.com/item.htm?id=567812345678 谢谢",
        "https://detail.tmall.com/item.htm?spm=a1z10.1&amp;id=567812345678&amp;ns=1",
        "https://detail.tmall.com/item.htm?spm=a1z10.1&amp;amp;id=567812345678",
        "ｈｔｔｐｓ：／／ｄｅｔａｉｌ．ｔｍａｌｌ．ｃｏｍ／ｉｔｅｍ．ｈｔｍ？ｉｄ＝５６７８１２３４５６７８",
        "https://detail.tmall.com:443/item.htm?id=567812345678",
        "http://detail.tmall.com:80/item.htm?id=567812345678",
        "https://detail.tmall.com/item.htm?id=567812345678#detail",
        "https://detail.tmall.com/item.htm?id=567812345678&id=567812345678",
        "https://detail.tmall.com/item.htm?id=&id=567812345678",
        "https://detail.tmall.com/item.htm?id=567812345678,",
        "https://detail.tmall.com/item.htm?id= 567812345678 https://detail.tmall.com/item.htm?id=567812345678",
        "https://detail.tmall.com/item.htm?id=567812345678https://detail.tmall.com/item.htm?id=567812345678",
        "https:/detail.tmall.com/item.htm?id=567812345678",
        "https;//detail.tmall.com/item.htm?id=567812345678",
        "ttps://detail.tmall.com/item.htm?id=567812345678",
        "https: //detail.tmall.com/item.htm?id=567812345678",
        "https://detail.tmall.com/item.htm?id=567812345678?spm=a1z10.1",
        "=HYPERLINK(\"https://detail.tmall.com/item.htm?id=567812345678\",\"看\")",
        "[商品](https://detail.tmall.com/item.htm?id=567812345678)",
    ] {
        check(text, TMALL);
    }
}

#[test]
fn tracking_junk_goes_and_the_sku_stays() {
    let sku = "https://detail.tmall.com/item.htm?id=567812345678&skuId=5012345678901";
    for text in [
        "https://detail.tmall.com/item.htm?spm=a:b@c&id=567812345678&pic=//img.alicdn.com/x.jpg&skuId=5012345678901",
        "https://detail.tmall.com/item.htm?id=567812345678&skuId=5012345678901&utparam=%7B%22a%22%3A1%7D&abbucket=12",
        "https://detail.tmall.com/item.htm?id=567812345678&utparam={\"a\":1}",
        "https://detail.tmall.com/item.htm?itemTitle=奶粉三段&id=567812345678&skuId=5012345678901",
        "https://detail.tmall.com/item.htm?id=567812345678&itemTitle=奶粉 三段&skuId=5012345678901",
        "https://detail.m.tmall.com/item.htm?id=567812345678&skuId=5012345678901&toSite=main",
        "https://world.tmall.com/item/567812345678.htm?id=567812345678&skuId=5012345678901",
    ] {
        let link = parse(text).unwrap();
        assert!(sku.starts_with(&link.to_string()), "{text} → {link}");
    }
    check("https://detail.tmall.com/item.htm?id=567812345678&skuId=5012345678901&scm=1.2", sku);
    check("https://detail.tmall.com/item.htm?itemTitle=奶粉三段&id=567812345678&skuId=5012345678901", sku);
    check("https://detail.tmall.com/item.htm?id=567812345678&skuId=", TMALL);
    check("https://detail.tmall.com/item.htm?id=567812345678&skuId=0", TMALL);
    check("https://detail.tmall.com/item.htm?id=567812345678&skuId=11111&skuId=22222", TMALL);
}

#[test]
fn share_texts_are_searched_for_the_item() {
    let text = "【天猫】限时优惠 https://detail.tmall.com/item.htm?id=567812345678 CZ225 「启赋蕴淳 三段」\
                点击链接直接打开 或者 淘宝搜索直接打开";
    let found = parse_with_title(text).unwrap();
    assert_eq!(found.link.to_string(), TMALL);
    assert_eq!(found.title.as_deref(), Some("启赋蕴淳 三段"));
    let text = "【启赋蕴淳 三段】https://a.m.taobao.com/i567812345678.htm 点击链接，再选择浏览器打开";
    assert_eq!(parse_with_title(text).unwrap().title.as_deref(), Some("启赋蕴淳 三段"));
    check("看图 https://img.alicdn.com/a.jpg 买它 https://detail.tmall.com/item.htm?id=567812345678", TMALL);
    check("https://m.tb.cn/h.SQ6abc https://detail.tmall.com/item.htm?id=567812345678", TMALL);
    assert_eq!(
        share_text::find_title("淘宝商品:婴儿奶粉 http://b.mashort.cn/S.x").as_deref(),
        Some("婴儿奶粉")
    );
}

#[test]
fn short_links_are_named_as_such() {
    for text in [
        "https://m.tb.cn/h.SQ6abcd?sm=ef28da",
        "https://e.tb.cn/h.SQ6abcd?tk=MJN9f2abcd",
        "https://c.tb.cn/F3.ZxYwVu",
        "http://b.mashort.cn/S.abcde",
        "https://s.click.taobao.com/t?e=m%3D2%26s%3Dabc",
        "https://uland.taobao.com/coupon/edetail?e=abc",
        "m.tb.cn/h.SQ6abcd",
        "【淘宝】7天无理由 https://e.tb.cn/h.SQ6abcd?tk=MJN9f2abcd CZ225 「启赋蕴淳」点击链接直接打开 或者 淘宝搜索直接打开",
        "【启赋】http://m.tb.cn/h.3XYA5IW 点击链接，再选择浏览器打开；或复制这段描述€g1IVbXyZabc€后到淘宝",
        "₤qQkYabcdefg₤ https://m.tb.cn/h.VudJ7MB?sm=ef28da 【启赋】",
        "淘宝商品:奶粉 http://b.mashort.cn/S.abc",
    ] {
        refused(text, Kind::ShortLink);
    }
}

#[test]
fn a_token_alone_is_no_link() {
    for text in [
        "￥abCD1234efG￥",
        "复制这段描述€g1IVbXyZabc€后到手机淘宝",
        "₤qQkYabcdefg₤",
        "8.0 ¥Ab3dEf7hIjk¥ 打开淘宝",
        "CZ225 「启赋蕴淳」 点击链接直接打开 或者 淘宝搜索直接打开",
    ] {
        refused(text, Kind::TokenOnly);
    }
}

#[test]
fn pages_that_are_no_item_are_named_as_such() {
    for text in [
        "https://wyeth.tmall.com/",
        "https://wyeth.tmall.com/search.htm?keyword=1",
        "https://s.taobao.com/search?q=x",
        "https://list.tmall.com/search_product.htm?q=x",
        "https://shop12345678.taobao.com",
        "https://pages.tmall.com/wow/a/b?id=567812345678",
        "https://detail.tmall.com/",
        "https://world.tmall.com",
        "https://h5.m.taobao.com/app/shop/index.html?id=567812345678",
        "tmall://page.tm/shop?shopId=12345",
        "见附件",
        "待补充",
        "wyeth.tmall.com",
        "abc",
        "123abc",
    ] {
        refused(text, Kind::NotAnItem);
    }
}

#[test]
fn other_sites_are_foreign() {
    for text in [
        "https://item.jd.com/100012043978.html",
        "https://mobile.yangkeduo.com/goods.html?goods_id=567812345678",
        "https://www.example.com/item.htm?id=567812345678",
        "https://detail.1688.com/offer/567812345678.html",
        "https://detail.tmall.com.evil.test/item.htm?id=567812345678",
        "https://evil.test/detail.tmall.com/item.htm?id=567812345678",
        "https://evil.test/?u=https://detail.tmall.com/item.htm?id=567812345678",
        "https://evil.test/https://detail.tmall.com/item.htm?id=567812345678",
        "https://evildetail.tmall.com.test/item.htm?id=567812345678",
        "https://detail-tmall.com/item.htm?id=567812345678",
        "https://detailtmall.com/item.htm?id=567812345678",
        "https://tmall.com.cn/item.htm?id=567812345678",
        "https://127.0.0.1/item.htm?id=567812345678",
    ] {
        refused(text, Kind::ForeignHost);
    }
}

#[test]
fn imitations_are_never_taken() {
    for text in [
        "https://detail.tmall.com@evil.test/item.htm?id=567812345678",
        "https://user:pass@detail.tmall.com/item.htm?id=567812345678",
        "https://@detail.tmall.com/item.htm?id=567812345678",
        "user@detail.tmall.com/item.htm?id=567812345678",
        "https://detail.tmall.com:8443/item.htm?id=567812345678",
        "https://detail.tmall.com\\@evil.test/item.htm?id=567812345678",
        "https://detail%2Etmall.com/item.htm?id=567812345678",
        "https://xn--dtail-f8b.tmall.com.test/item.htm?id=567812345678",
        "javascript:alert(1)",
        "JavaScript:location='https://detail.tmall.com/item.htm?id=567812345678'",
        "java\tscript:alert(1)",
        "data:text/html,https://detail.tmall.com/item.htm?id=567812345678",
        "ftp://detail.tmall.com/item.htm?id=567812345678",
        "file:///etc/passwd",
    ] {
        refused(text, Kind::UnsafeUrl);
    }
    for text in [
        "https://dеtail.tmall.com/item.htm?id=567812345678",
        "https://аdetail.tmall.com/item.htm?id=567812345678",
        "https://detail.tmаll.com/item.htm?id=567812345678",
        "аdetail.tmall.com/item.htm?id=567812345678",
        "https://detail.tmall.com./item.htm?id=567812345678",
        "https://detail。tmall。com/item.htm?id=567812345678",
        "https://detail.tmall.com．evil.test/item.htm?id=567812345678",
        "https://xdetail.tmall.com/item.htm?id=567812345678",
    ] {
        assert!(parse(text).is_err(), "{text:?} → {}", url(text));
    }
}

#[test]
fn an_address_without_one_number_is_no_item() {
    for text in [
        "https://detail.tmall.com/item.htm",
        "https://detail.tmall.com/item.htm?id=",
        "https://detail.tmall.com/item.htm?id=abc",
        "https://detail.tmall.com/item.htm?id=12",
        "https://detail.tmall.com/item.htm?id=7.62E+11",
        "https://detail.tmall.com/item.htm?id=567812345678&id=567812345679",
        "https://detail.tmall.com/item.htm?id=567812345678&itemTitle=奶粉&id=567812345679",
        "https://world.tmall.com/item/567812345678.htm?id=567812345679",
        "https://detail.tmall.com/item.htm?id=567812345678 https://detail.tmall.com/item.htm?id=567812345679",
        "https://detail.tmall.com/item.htm?id=567812345678|https://detail.tmall.com/item.htm?id=567812345679",
        "https://detail.tmall.com/item.htm?id=567812345678https://detail.tmall.com/item.htm?id=567812345679",
        "7.62E+11",
        "7.62e11",
        "７．６２Ｅ＋１１",
        "762123456789.5",
        "123",
        "-567812345678",
        "123456789012345678901",
        "56781,2345678",
    ] {
        refused(text, Kind::NoId);
    }
    let remedy = parse("7.62E+11").unwrap_err().remedy;
    assert!(remedy.zh.contains("文本") && remedy.zh.contains("7.62E+11"), "{}", remedy.zh);
    let remedy = parse("https://detail.tmall.com/item.htm?id=7.62E+11").unwrap_err().remedy;
    assert!(remedy.zh.contains("文本"), "{}", remedy.zh);
}

#[test]
fn numbers_are_read_exactly() {
    for text in [
        "567812345678.0",
        "567812345678.00",
        "567,812,345,678",
        "'567812345678",
        " ５６７８１２３４５６７８ ",
        "id=567812345678",
        "ID：567812345678",
        "商品ID: 567812345678",
        "商品编号567812345678",
        "num_iid=567812345678",
    ] {
        check(text, TMALL);
    }
    check("1052534376394", "https://detail.tmall.com/item.htm?id=1052534376394");
}

#[test]
fn links_into_the_app_are_read_for_their_item() {
    for (text, expected) in [
        ("taobao://item.taobao.com/item.htm?id=567812345678", TAOBAO),
        ("tmall://page.tm/itemDetail?itemId=567812345678", TMALL),
        ("tmall://tmallclient/?{\"action\":\"item:id=567812345678\"}", TMALL),
        (
            "tbopen://m.taobao.com/tbopen/index.html?action=ali.open.nav&module=h5&bootImage=0&h5Url=\
             https%3A%2F%2Fdetail.tmall.com%2Fitem.htm%3Fid%3D567812345678",
            TMALL,
        ),
    ] {
        check(text, expected);
    }
    refused("tbopen://m.taobao.com/?h5Url=https%3A%2F%2Fevil.test%2F", Kind::ForeignHost);
    refused("tbopen://m.taobao.com/?h5Url=javascript%3Aalert(1)", Kind::NotAnItem);
}

#[test]
fn an_empty_cell_is_empty() {
    for text in ["", " ", "\u{3000}\n\t", "\u{200b}", "\"\""] {
        refused(text, Kind::Empty);
    }
}

#[test]
fn a_long_text_is_not_searched_at_length() {
    refused(&"x".repeat(100_000), Kind::NotAnItem);
    let many = "https://evil.test/ ".repeat(1600);
    refused(&many, Kind::ForeignHost);
    let dots = "a.".repeat(16_000);
    assert!(parse(&dots).is_err());
    assert!(parse(&"https://".repeat(4000)).is_err());
}

/// Near-links: pieces of addresses in any order.
fn near_links() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("https://".to_owned()),
        Just("//".to_owned()),
        Just("detail.tmall.com".to_owned()),
        Just("item.taobao.com".to_owned()),
        Just("/item.htm?id=567812345678".to_owned()),
        Just("&skuId=5012345678901".to_owned()),
        Just("&amp;".to_owned()),
        Just("@".to_owned()),
        Just("【".to_owned()),
        Just("奶粉".to_owned()),
        Just("tbopen://x?h5Url=".to_owned()),
        Just("\u{200b}".to_owned()),
        "\\PC{0,6}",
        ".{0,3}",
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_gives_an_answer(text in ".{0,200}") {
        let _ = parse_with_title(&text);
    }

    #[test]
    fn what_is_taken_is_canonical_and_safe(text in near_links()) {
        if let Ok(link) = parse(&text) {
            let canonical = link.to_string();
            prop_assert_eq!(ItemLink::from_canonical(&canonical), Some(link.clone()));
            prop_assert_eq!(parse(&canonical), Ok(link.clone()));
            prop_assert!(ItemHost::ALL.contains(&link.host));
            let parsed = url::Url::parse(&canonical).unwrap();
            prop_assert_eq!(parsed.host_str(), Some(link.host.as_str()));
        }
    }
}
