//! What the pages show of what is in the catalog.

use crate::rig::{
    COMPACT, ODD, PORTRAIT, Rig, SHAPES, binding, catalog, id, item, items, place, title, with_picture,
};
use cloud_shelf_core::domain::{CatalogSnapshot, Item, Message, Price};
use cloud_shelf_screen::{Freshness, Notice, Page, Place};
use i_slint_backend_testing::ElementQuery;
use std::sync::{Arc, atomic::Ordering};

const EMPTY_REMEDY: &str = "填了数据网址的，连上网络后会自动同步；也可以插入带数据包的 U 盘，或在设备上运行：sudo cloud-shelfctl \
                            import 商品推荐表格.xlsx";
const CODE: &str = "用手机淘宝/天猫扫码购买";

#[test]
fn an_empty_shelf_says_what_to_do() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, vec![]);
        rig.screen.set_identity(Some(&binding()));
        rig.pass_seconds(0);
        assert_eq!(rig.screen.page(), Page::Fault);
        assert!(rig.has("货架上还没有商品"), "{shape:?}");
        assert!(rig.has(EMPTY_REMEDY));
        assert!(rig.has("门店码 123456789 · 设备码 0A1B2C3D4E") && rig.has("联系电话 400-000-0000"));
        for place in [Place::Attract, Place::Shelf, Place::Search, Place::Item(id(0))] {
            assert!(rig.screen.show(&place).is_err());
            assert_eq!(rig.screen.page(), Page::Fault);
        }
        rig.swap(2, items(1));
        assert_eq!(rig.screen.page(), Page::Attract, "the first items end it");
    }
}

#[test]
fn a_unit_that_nobody_has_set_up_says_what_is_missing() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, vec![]);
        assert_eq!(rig.screen.page(), Page::Setup, "{shape:?}");
        assert!(
            rig.has("五步开始使用") && rig.has("还缺：门店绑定、商品") && rig.has("联系电话 400-000-0000")
        );
        // All five steps are wholly on the screen
        for words in ["接上电源和网络", "放上商品", "设置服务 PIN，检查后离开", "联系电话 400-000-0000"]
        {
            let [left, top, right, bottom] = place(&rig.the(words));
            assert!(
                left >= 0.0 && top >= 0.0 && right <= shape.0 as f32 && bottom <= shape.1 as f32,
                "{shape:?}: {words}"
            );
        }
        rig.press("English");
        assert!(rig.has("Five steps to start") && !rig.has("五步开始使用"), "{shape:?}");
        rig.screen.set_identity(Some(&binding()));
        rig.pass_seconds(0);
        assert_eq!(rig.screen.page(), Page::Fault, "{shape:?}: bound, but nothing to show");
        rig.screen.set_identity(None);
        rig.pass_seconds(0);
        assert_eq!(rig.screen.page(), Page::Setup, "{shape:?}");
        rig.swap(2, items(1));
        assert_eq!(rig.screen.page(), Page::Attract, "{shape:?}: a table alone will do");
    }
}

#[test]
fn an_old_catalog_and_a_unit_without_a_network_are_marked() {
    let day = cloud_shelf_core::domain::Message::fixed("9月12日", "12 September");
    for shape in SHAPES {
        let rig = Rig::shelf(shape, items(30));
        let marked = |mark: &str| {
            let label = mark.to_owned();
            let found = ElementQuery::from_root(rig.screen.component())
                .match_inherits("FreshnessMark")
                .match_predicate(move |element| {
                    element.accessible_label().is_some_and(|other| other == label)
                })
                .find_all();
            !found.is_empty()
        };
        let mark = |freshness: Freshness| {
            rig.screen.set_freshness(freshness);
            rig.pass_seconds(0);
        };
        assert!(!marked("离线"));
        mark(Freshness { offline: true, old: None });
        assert!(marked("离线"), "{shape:?}");
        mark(Freshness { offline: true, old: Some(day.clone()) });
        assert!(marked("离线 · 商品更新于 9月12日"), "{shape:?}");
        rig.press("English");
        assert!(marked("Offline · items of 12 September"), "{shape:?}");
        // It is in nobody's way: what is below it can be pressed
        rig.press(&title(2));
        assert_eq!(rig.screen.item_id(), Some(id(2)), "{shape:?}");
        assert!(marked("Offline · items of 12 September"), "{shape:?}");
        mark(Freshness { offline: false, old: Some(day.clone()) });
        assert!(marked("Items of 12 September"), "{shape:?}");
        mark(Freshness::default());
        assert!(!marked("Items of 12 September"), "{shape:?}");
    }
}

#[test]
fn a_single_item_is_a_whole_shelf() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, items(1));
        assert_eq!(rig.cards(), [id(0)]);
        rig.press(&title(0));
        assert_eq!(rig.screen.item_id(), Some(id(0)));
        rig.screen.show(&Place::Attract).unwrap();
        for _ in 0..3 {
            rig.pass_seconds(10);
            assert!(rig.has(&title(0)), "{shape:?}");
        }
    }
}

#[test]
fn a_thousand_items_scroll_to_the_last_one() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, items(1000));
        assert!(!rig.has(&title(999)), "{shape:?}: cards far out of sight are not made");
        rig.scroll(&title(1), 10_000_000.0);
        assert_eq!(rig.cards().last(), Some(&id(999)), "{shape:?}");
        let bottom = rig.screen.cards_in_sight().last().unwrap().1;
        assert!(bottom[1] + bottom[3] <= shape.1 as i32, "{shape:?}: the last card is wholly in sight");
        assert!(!rig.has(&title(1)), "{shape:?}: nor are those that were left behind");
        rig.press(&title(999));
        assert_eq!(rig.screen.item_id(), Some(id(999)));
    }
}

#[test]
fn an_item_without_a_picture_has_a_designed_card() {
    let rig = Rig::shelf(PORTRAIT, vec![item(0), with_picture(item(1))]);
    // The title's first characters; the other card waits for its picture
    assert_eq!(rig.all("手作").len(), 1);
    assert_eq!(rig.screen.cards_waiting(), 1);
    assert_eq!(rig.asked.0.borrow().len(), 1);
    rig.deliver([10, 200, 10], |_| true);
    assert_eq!(rig.all("手作").len(), 2, "a picture that can't be made is no different");
    assert_eq!(rig.screen.cards_waiting(), 0);
    // Another catalog may bring a better one
    rig.swap(2, vec![item(0), with_picture(item(1))]);
    rig.deliver([10, 200, 10], |_| false);
    assert_eq!((rig.all("手作").len(), rig.screen.cards_waiting()), (1, 0));
}

#[test]
fn a_picture_is_drawn_where_its_card_is() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, vec![item(0), with_picture(item(1))]);
        let green = [10, 200, 10];
        rig.deliver(green, |_| false);
        let drawn = rig.screen.window().take_snapshot().unwrap();
        let pixel = |[left, top, width, height]: [i32; 4]| {
            let at = (top + height / 3) as u32 * drawn.width() + (left + width / 10) as u32;
            let pixel = drawn.as_slice()[at as usize];
            [pixel.r, pixel.g, pixel.b]
        };
        let cards = rig.screen.cards_in_sight();
        assert_eq!(pixel(cards[1].1), green, "{shape:?}");
        assert_eq!(pixel(cards[0].1), [0x1F, 0x2A, 0x37], "{shape:?}: the brand's own colour");
    }
}

#[test]
fn the_sale_price_leads() {
    let sale = |number: u16| Item { sale_price: Some(Price::from_fen(9_990).unwrap()), ..item(number) };
    for shape in SHAPES {
        let rig = Rig::shelf(shape, vec![sale(0), item(1), Item { price: None, ..item(2) }]);
        assert_eq!(rig.all("¥99.90").len(), 1, "{shape:?}");
        // One list price, and one price that is the only one
        assert_eq!(rig.all("¥199").len(), 2, "{shape:?}");
        rig.press(&title(0));
        assert!(rig.has("¥99.90") && rig.has("¥199"), "{shape:?}");
    }
}

#[test]
fn long_titles_stay_within_their_place() {
    let long = "手作白瓷盖碗，三才杯家用轻奢送礼盒装".repeat(12);
    let words = vec!["一碗两用，不烫手，薄胎透光，高温白瓷".repeat(6); 5];
    for shape in SHAPES {
        let plain = Rig::shelf(shape, items(6));
        let long_item = Item { title: long.clone(), selling_points: words.clone(), ..item(0) };
        let rig = Rig::shelf(shape, [vec![long_item], items(6)[1..].to_vec()].concat());
        let cards = |rig: &Rig| rig.screen.cards_in_sight();
        assert_eq!(cards(&rig), cards(&plain), "{shape:?}: no card moves");
        for rig in [&plain, &rig] {
            rig.screen.show(&Place::Item(id(0))).unwrap();
            rig.pass_seconds(0);
        }
        for label in ["返回", "首页", CODE] {
            assert_eq!(place(&rig.the(label)), place(&plain.the(label)), "{shape:?}: {label}");
        }
        // The title neither runs into the price, nor that into the code
        let [.., title_bottom] = place(&rig.the(&long));
        let [left, price_top, _, price_bottom] = place(&rig.the("¥199"));
        let [code_left, code_top, ..] = place(&rig.the(CODE));
        assert!(title_bottom <= price_top, "{shape:?}: {title_bottom} {price_top}");
        assert!(price_bottom <= code_top || left < code_left, "{shape:?}: {price_bottom} {code_top}");
        let [.., right, bottom] = place(&rig.the(CODE));
        assert!(right <= shape.0 as f32 && bottom <= shape.1 as f32);
    }
}

#[test]
fn selling_points_are_said_and_leave_the_code_alone() {
    let points: Vec<String> = ["薄胎透光", "不烫手"].map(str::to_owned).to_vec();
    for shape in SHAPES {
        let rig = Rig::shelf(shape, vec![Item { selling_points: points.clone(), ..item(0) }, item(2)]);
        rig.press(&title(0));
        let [code_left, code_top, code_right, _] = place(&rig.the(CODE));
        let mut above = 0.0;
        // The small panel has room for one line above the code
        let seen = if shape == COMPACT { 1 } else { 2 };
        for point in &points[..seen] {
            let [left, top, right, bottom] = place(&rig.the(point));
            assert!(top >= above && right <= shape.0 as f32, "{shape:?}: {point}");
            assert!(
                bottom <= code_top || right <= code_left || left >= code_right,
                "{shape:?}: {point} at {left}, {top} runs into the code"
            );
            above = bottom;
        }
    }
}

#[test]
fn a_category_in_which_nothing_is_listed_is_not_offered() {
    let later = |number: u16| Item { listed_from: Some(100), ..item(number) };
    for shape in SHAPES {
        let rig = Rig::shelf(shape, vec![item(0), later(1), item(2)]);
        assert!(rig.has("全部") && rig.has("茶器") && !rig.has("香氛"), "{shape:?}");
        rig.clock.0.store(100, Ordering::Relaxed);
        rig.swap(2, vec![item(0), later(1)]);
        rig.press("香氛");
        assert_eq!(rig.cards(), [id(1)], "{shape:?}");
        // It goes while it is chosen
        rig.swap(3, vec![item(0), Item { listed_until: Some(50), ..item(1) }]);
        assert_eq!(rig.cards(), [id(0)], "{shape:?}");
    }
}

#[test]
fn without_categories_there_are_no_chips_and_no_room_for_them() {
    for shape in SHAPES {
        let plain = |number: u16| Item { category: None, ..item(number) };
        let top = |rig: &Rig| rig.screen.cards_in_sight()[0].1[1];
        let with = Rig::shelf(shape, items(4));
        let rig = Rig::shelf(shape, (0..4).map(plain).collect());
        assert!(!rig.has("全部"), "{shape:?}");
        assert_eq!(top(&rig) < top(&with), shape == PORTRAIT, "{shape:?}");
        rig.press(&title(3));
        assert_eq!(rig.screen.item_id(), Some(id(3)), "{shape:?}");
        rig.swap(2, items(4));
        rig.press("首页");
        assert!(rig.has("全部"), "{shape:?}");
        assert_eq!(top(&rig), top(&with), "{shape:?}");
    }
}

#[test]
fn the_dots_of_many_pictures_stay_on_the_picture() {
    for shape in SHAPES {
        let picture = with_picture(item(0)).pictures[0];
        let rig = Rig::shelf(shape, vec![Item { pictures: vec![picture; 20], ..item(0) }]);
        rig.press(&title(0));
        let [left, ..] = place(&rig.button("第 1 张图片"));
        let [.., right, _] = place(&rig.button("第 20 张图片"));
        let page = if shape == PORTRAIT { shape.0 } else { shape.1 };
        assert!(left >= 0.0 && right <= page as f32, "{shape:?}: {left} to {right}");
    }
}

#[test]
fn items_come_and_go_at_their_times() {
    let from_100_to_200 = Item { listed_from: Some(100), listed_until: Some(200), ..item(1) };
    let rig = Rig::shelf(COMPACT, vec![item(0), from_100_to_200]);
    let at = |now: i64| {
        let before = rig.clock.0.swap(now, Ordering::Relaxed);
        rig.pass_seconds((now - before).unsigned_abs());
    };
    let stay = || rig.screen.show(&Place::Shelf).unwrap();
    at(99);
    stay();
    assert_eq!(rig.cards(), [id(0)]);
    at(100);
    assert_eq!(rig.cards(), [id(0), id(1)], "listed from its very second on");
    at(199);
    stay();
    rig.press(&title(1));
    assert_eq!(rig.screen.item_id(), Some(id(1)));
    at(200);
    assert_eq!((rig.screen.page(), rig.cards()), (Page::Shelf, vec![id(0)]), "gone in its last second");
}

#[test]
fn a_clock_that_is_set_lists_what_is_due_within_a_minute() {
    let rig = Rig::shelf(COMPACT, vec![item(0), Item { listed_from: Some(90_000), ..item(1) }]);
    assert_eq!(rig.cards(), [id(0)]);
    rig.clock.0.store(90_000, Ordering::Relaxed);
    rig.pass_seconds(60);
    let _ = rig.screen.show(&Place::Shelf);
    assert_eq!(rig.cards(), [id(0), id(1)]);
}

#[test]
fn a_clock_that_nobody_has_set_is_not_before_the_items_came() {
    let rig = Rig::new(COMPACT);
    rig.clock.1.store(false, Ordering::Relaxed);
    let items = vec![Item { listed_from: Some(100), ..item(0) }, Item { listed_until: Some(150), ..item(1) }];
    let taken = CatalogSnapshot { taken_at: 200, ..catalog(1, items) };
    rig.screen.set_catalog(Arc::new(taken));
    let _ = rig.screen.show(&Place::Shelf);
    assert_eq!(rig.cards(), [id(0)], "in 1970 it would be the other");
}

#[test]
fn an_open_item_stays_open_through_a_new_catalog() {
    let rig = Rig::shelf(PORTRAIT, items(9));
    rig.press(&title(4));
    // Elsewhere in the order, and under another title
    let renamed = Item { title: "换了名字的样品".into(), ..item(4) };
    rig.swap(2, vec![item(8), renamed, item(2)]);
    assert_eq!((rig.screen.page(), rig.screen.item_id()), (Page::Item, Some(id(4))));
    assert!(rig.has("换了名字的样品") && !rig.has(&title(4)));
    assert!(rig.has(&title(8)) && !rig.has(&title(6)), "the strip is the new catalog's");
    rig.swap(3, vec![item(8), item(2)]);
    assert_eq!((rig.screen.page(), rig.cards()), (Page::Shelf, vec![id(8), id(2)]));
}

#[test]
fn an_open_items_picture_stays_through_whatever_is_told() {
    let rig = Rig::shelf(PORTRAIT, vec![with_picture(item(0)), with_picture(item(1))]);
    rig.press(&title(0));
    let green = [10, 200, 10];
    rig.deliver(green, |_| false);
    let shown = || {
        let drawn = rig.screen.window().take_snapshot().unwrap();
        let pixel = drawn.as_slice()[(drawn.width() * 300 + 300) as usize];
        [pixel.r, pixel.g, pixel.b]
    };
    assert_eq!(shown(), green);
    rig.screen.set_notice(None);
    assert_eq!(shown(), green, "nothing new was told");
    let notice = Notice {
        title: Message::fixed("甲", "a"),
        detail: Message::fixed("乙", "b"),
        remedy: Message::fixed("丙", "c"),
    };
    rig.screen.set_notice(Some(notice));
    assert_eq!(shown(), green);
    rig.screen.set_notice(None);
    assert_eq!(shown(), green);
    rig.swap(2, vec![with_picture(item(0))]);
    assert_eq!(shown(), green, "the same picture in a new catalog");
}

#[test]
fn a_chosen_category_and_the_place_stay_through_a_new_catalog() {
    let rig = Rig::shelf(COMPACT, items(80));
    rig.press("香氛");
    rig.scroll(&title(1), 900.0);
    let (scrolled, cards) = (rig.screen.scrolled(), rig.cards());
    assert!(scrolled > 0);
    rig.swap(2, items(82));
    assert_eq!((rig.screen.scrolled(), rig.cards()), (scrolled, cards));
}

#[test]
fn a_shorter_catalog_leaves_nobody_on_an_empty_page() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, items(400));
        rig.scroll(&title(1), 10_000_000.0);
        rig.swap(2, items(4));
        rig.pass_seconds(3);
        assert!(!rig.cards().is_empty(), "{shape:?}: scrolled {}", rig.screen.scrolled());
        rig.press(&title(3));
        assert_eq!(rig.screen.item_id(), Some(id(3)), "{shape:?}");
    }
}

#[test]
fn every_panel_comes_to_rest_with_all_its_pictures() {
    for shape in SHAPES.into_iter().chain(ODD) {
        let rig = Rig::shelf(shape, items(60).into_iter().map(with_picture).collect());
        let settle = |what: &str| {
            for _ in 0..20 {
                if rig.asked.0.borrow().is_empty() {
                    return;
                }
                rig.deliver([90, 120, 90], |_| false);
            }
            panic!("{shape:?}, {what}: pictures are asked for again and again");
        };
        settle("the shelf");
        assert_eq!(rig.screen.cards_waiting(), 0, "{shape:?}");
        rig.press(&title(1));
        settle("an item");
        let (held, most) = rig.screen.picture_bytes();
        assert!(held <= most && most < 60 << 20, "{shape:?}: {held} of {most}");
    }
}
