//! What makes the pages easier to see and to reach.

use crate::rig::{ODD, PORTRAIT, Rig, SHAPES, id, items, place, title};
use cloud_shelf_core::domain::Rgb;
use cloud_shelf_screen::{Page, Place};
use cloud_shelf_ui::Theme;
use slint::ComponentHandle;

fn theme_says(rig: &Rig) -> [bool; 3] {
    let theme = rig.screen.component().global::<Theme>();
    [theme.get_reach(), theme.get_large_text(), theme.get_high_contrast()]
}

#[test]
fn one_press_moves_what_matters_to_the_lower_half_and_one_moves_it_back() {
    let rig = Rig::shelf(PORTRAIT, items(30));
    let middle = PORTRAIT.1 as f32 / 2.0;
    let before = rig.screen.cards_in_sight();
    rig.press("够得着");
    for label in ["搜索", "English", "全部", "大字", "高对比"] {
        assert!(place(&rig.button(label))[1] > middle * 0.7, "{label} is not within reach");
    }
    let cards = rig.screen.cards_in_sight();
    assert!(cards[0].1[1] as f32 > middle * 0.9, "{cards:?}");
    // The whole shelf is still there
    rig.scroll(&title(0), 100_000.0);
    assert_eq!(rig.cards().last(), Some(&id(29)));
    rig.press(&title(29));
    assert_eq!(rig.screen.item_id(), Some(id(29)));
    for label in ["返回", "首页", "用手机淘宝/天猫扫码购买"] {
        assert!(place(&rig.the(label))[1] > middle, "{label} is not within reach");
    }
    rig.press("首页");
    rig.search("SZ");
    assert!(rig.screen.cards_in_sight()[0].1[1] as f32 > middle * 0.7);
    rig.press(&title(1));
    rig.press("首页");
    rig.press("够得着");
    assert_eq!(rig.screen.cards_in_sight(), before);
}

#[test]
fn large_text_is_larger_and_everything_still_fits() {
    for shape in SHAPES.into_iter().chain(ODD) {
        let rig = Rig::shelf(shape, items(30));
        let height = |rig: &Rig| {
            let [_, top, _, bottom] = place(&rig.the("¥199"));
            bottom - top
        };
        let before = height(&rig);
        rig.press("大字");
        assert!(height(&rig) > before * 1.15, "{shape:?}");
        rig.press(&title(1));
        let [left, top, right, bottom] = place(&rig.the("用手机淘宝/天猫扫码购买"));
        assert!(
            left >= 0.0 && top >= 0.0 && right <= shape.0 as f32 && bottom <= shape.1 as f32,
            "{shape:?}"
        );
        let [.., title_bottom] = place(&rig.the(&title(1)));
        let [price_left, price_top, _, price_bottom] = place(&rig.the("¥199"));
        assert!(title_bottom <= price_top, "{shape:?}");
        assert!(price_bottom <= top || price_left < left, "{shape:?}: the price runs into the code");
        rig.press("返回");
        rig.press("大字");
        assert!((height(&rig) - before).abs() < 0.5, "{shape:?}");
    }
}

#[test]
fn the_next_shopper_finds_the_pages_as_they_are_for_everybody() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, items(30));
        let before = rig.screen.cards_in_sight();
        for choice in ["大字", "高对比", "够得着"] {
            if choice != "够得着" || shape == PORTRAIT {
                rig.press(choice);
            }
        }
        assert_eq!(theme_says(&rig), [shape == PORTRAIT, true, true], "{shape:?}");
        (0..120).for_each(|_| rig.pass_seconds(1));
        assert_eq!((rig.screen.page(), theme_says(&rig)), (Page::Attract, [false; 3]), "{shape:?}");
        rig.screen.show(&Place::Shelf).unwrap();
        rig.pass_seconds(0);
        assert_eq!(rig.screen.cards_in_sight(), before, "{shape:?}");
    }
}

#[test]
fn high_contrast_holds_for_the_brands_colours_too() {
    for color in ["#808080", "#ff6600", "#00a0e9", "#ffd400", "#123456"] {
        let rig = Rig::shelf(PORTRAIT, items(3));
        rig.set(&format!("[brand]\nprimary = '{color}'\naccent = '{color}'"));
        rig.press("高对比");
        let theme = rig.screen.component().global::<Theme>();
        let rgb = |brush: slint::Brush| {
            let color = brush.color();
            Rgb(color.red(), color.green(), color.blue())
        };
        for (fill, ink) in
            [(theme.get_primary(), theme.get_on_primary()), (theme.get_accent(), theme.get_on_accent())]
        {
            let contrast = rgb(fill).contrast(rgb(ink));
            assert!(contrast >= 7.0, "{color}: {contrast}");
        }
    }
}
