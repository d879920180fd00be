//! Whether everything can be read and pressed: contrast measured on the drawn pixels, and the sizes of
//! targets, on every page.

use crate::rig::{COMPACT, LANDSCAPE, ODD, PORTRAIT, Rig, SHAPES, item, place, title, with_picture};
use crate::staff::{every_setup_page, every_staff_page, unit};
use cloud_shelf_core::domain::{Item, Price, Rgb};
use cloud_shelf_screen::{Freshness, Page, Place};
use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};
use slint::{Rgba8Pixel, SharedPixelBuffer};
use std::{collections::HashMap, sync::atomic::Ordering};

/// Brands have such colours: middle greys, neon, pastel, near white, near black, and those on which
/// neither black nor white stands out.
const AWKWARD: [&str; 13] = [
    "#808080", "#777777", "#ff6600", "#00a0e9", "#ffd400", "#39ff14", "#ff00ff", "#f7f6f3", "#ffffff",
    "#000000", "#1d1c1a", "#c83c23", "#9e7bb5",
];

/// So much of a glyph's stroke is drawn in full even where it is thin.
const DRAWN: f64 = 0.97;

/// What a shopper or an installer comes to, one after another.
pub fn every_page(rig: &Rig, mut look: impl FnMut(&str)) {
    let mut shown = |what: &str| {
        for _ in 0..3 {
            rig.deliver([0x7A, 0x9E, 0x9F], |_| false);
            rig.pass_seconds(1);
        }
        look(what);
    };
    shown("shelf");
    rig.press(&title(1));
    shown("item");
    rig.press("返回");
    rig.search("");
    shown("search");
    rig.type_keys("SZ");
    shown("results");
    rig.type_keys("QX");
    shown("nothing found");
    (0..45).for_each(|_| rig.pass_seconds(1));
    assert!(rig.screen.countdown() > 0);
    look("still looking?");
}

pub fn shelf(shape: (u32, u32), file: &str) -> Rig {
    let sale = |number: u16| Item { sale_price: Some(Price::from_fen(9_990).unwrap()), ..item(number) };
    let picture = with_picture(item(1)).pictures[0];
    let many = Item { pictures: vec![picture; 3], ..sale(1) };
    let rig = Rig::shelf(shape, vec![item(0), many, with_picture(item(2)), sale(3)]);
    rig.set(file);
    rig
}

pub fn elements(rig: &Rig) -> Vec<ElementHandle> {
    ElementQuery::from_root(rig.screen.component())
        .match_inherits(rig.in_sight())
        .match_descendants()
        .match_predicate(|element| element.size().width > 0.0 && element.size().height > 0.0)
        .find_all()
}

/// The pixels of a text: the commonest is what it stands on, and the one that stands out most is its
/// own. `None` where nothing is drawn.
fn contrast(drawn: &SharedPixelBuffer<Rgba8Pixel>, [left, top, right, bottom]: [f32; 4]) -> Option<f64> {
    let mut counts: HashMap<[u8; 3], usize> = HashMap::new();
    for y in top.max(0.0) as u32..(bottom as u32).min(drawn.height()) {
        for x in left.max(0.0) as u32..(right as u32).min(drawn.width()) {
            let pixel = drawn.as_slice()[(y * drawn.width() + x) as usize];
            *counts.entry([pixel.r, pixel.g, pixel.b]).or_default() += 1;
        }
    }
    let rgb = |[r, g, b]: [u8; 3]| Rgb(r, g, b);
    let (&ground, _) = counts.iter().max_by_key(|(_, count)| **count)?;
    let others = counts.keys().filter(|color| **color != ground);
    others.map(|color| rgb(*color).contrast(rgb(ground))).max_by(f64::total_cmp)
}

/// Texts of the page in sight that stand out too little; and how many were measured.
fn pale(rig: &Rig, least: f64) -> (Vec<String>, usize) {
    let drawn = rig.screen.window().take_snapshot().unwrap();
    let texts = elements(rig).into_iter().filter(|element| {
        element.accessible_role() == Some(AccessibleRole::Text) && element.computed_opacity() > 0.0
    });
    let mut measured = 0;
    let pale = texts.filter_map(|text| {
        let label = text.accessible_label().filter(|label| !label.is_empty())?;
        let found = contrast(&drawn, place(&text))?;
        measured += 1;
        (found < least * DRAWN).then(|| format!("{label:?} has {found:.2}:1"))
    });
    (pale.collect(), measured)
}

fn all_is_legible(shape: (u32, u32), color: &str, high: bool) {
    let file = format!("[brand]\nprimary = '{color}'\naccent = '{color}'");
    let rig = shelf(shape, &file);
    rig.screen.set_freshness(Freshness { offline: true, old: None });
    if high {
        rig.press("高对比");
    }
    let least = if high { 7.0 } else { 4.5 };
    let mut problems = vec![];
    let mut look = |what: &str, rig: &Rig| {
        let (pale, measured) = pale(rig, least);
        assert!(measured > 1, "{shape:?}, {color}, {what}: {measured} texts were measured");
        problems
            .extend(pale.into_iter().map(|text| format!("{shape:?}, {color}, high {high}, {what}: {text}")));
    };
    every_page(&rig, |what| look(what, &rig));
    if !high {
        rig.screen.show(&Place::Attract).unwrap();
        rig.deliver([0x7A, 0x9E, 0x9F], |_| false);
        rig.pass_seconds(1);
        look("attract", &rig);
        rig.clock.0.store(1_802_631_600, Ordering::Relaxed);
        rig.set(&format!("{file}\n[hours.week]\nmon = ['09:00-12:00']"));
        rig.screen.show(&Place::Attract).unwrap();
        rig.pass_seconds(1);
        assert_eq!(rig.screen.page(), Page::Closed);
        look("closed", &rig);
        for bound in [None, Some(crate::rig::binding())] {
            let empty = Rig::shelf(shape, vec![]);
            empty.set(&file);
            empty.screen.set_identity(bound.as_ref());
            empty.pass_seconds(0);
            look("without items", &empty);
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_text_stands_out_whatever_the_brands_colours_are() {
    for color in AWKWARD {
        all_is_legible(PORTRAIT, color, false);
    }
}

#[test]
fn every_text_stands_out_more_in_high_contrast() {
    for color in AWKWARD {
        all_is_legible(PORTRAIT, color, true);
    }
}

#[test]
fn every_text_stands_out_on_the_other_shapes_too() {
    for shape in [LANDSCAPE, COMPACT].into_iter().chain(ODD) {
        for color in ["#808080", "#ffd400"] {
            all_is_legible(shape, color, false);
            all_is_legible(shape, color, true);
        }
    }
}

#[test]
fn a_pale_text_would_be_found() {
    let mut picture = SharedPixelBuffer::<Rgba8Pixel>::new(10, 10);
    picture.make_mut_slice().fill(Rgba8Pixel { r: 255, g: 255, b: 255, a: 255 });
    assert_eq!(contrast(&picture, [0.0, 0.0, 10.0, 10.0]), None, "nothing is drawn");
    picture.make_mut_slice()[5] = Rgba8Pixel { r: 0x99, g: 0x99, b: 0x99, a: 255 };
    let found = contrast(&picture, [0.0, 0.0, 10.0, 10.0]).unwrap();
    assert!((2.5..3.0).contains(&found), "{found}");
}

#[test]
fn every_target_is_wide_enough_for_a_finger() {
    // 15 mm, as far as the shape has room for it: see Theme.touch
    let panels = [
        (PORTRAIT, 21.5, 120.0),
        (LANDSCAPE, 21.5, 110.0),
        (COMPACT, 7.0, 84.0_f32),
        ((1024, 600), 7.0, 105.0),
        ((1280, 800), 10.1, 82.0),
        ((1366, 768), 15.6, 86.0),
        ((3840, 2160), 27.0, 220.0),
    ];
    for (shape, inches, most) in panels {
        let per_mm = f64::from(shape.0).hypot(f64::from(shape.1)) as f32 / inches / 25.4;
        let least = (15.0 * per_mm).round().min(most) - 1.0;
        let rig = shelf(shape, &format!("[screen]\ndiagonal_in = {inches}"));
        let mut problems = vec![];
        every_page(&rig, |what| {
            let targets = elements(&rig)
                .into_iter()
                .filter(|element| element.accessible_role() == Some(AccessibleRole::Button));
            let mut count = 0;
            for target in targets {
                let size = target.size();
                count += 1;
                if size.width < least || size.height < least {
                    problems.push(format!(
                        "{shape:?}, {what}: {:?} has {}x{}, not {least}",
                        target.accessible_label(),
                        size.width,
                        size.height
                    ));
                }
            }
            assert!(count > 0, "{what} has nothing to press");
        });
        assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    }
}

#[test]
fn everything_that_is_pressed_has_a_name() {
    for shape in SHAPES {
        let rig = shelf(shape, "");
        every_page(&rig, |what| {
            let nameless = elements(&rig).into_iter().filter(|element| {
                element.accessible_role() == Some(AccessibleRole::Button)
                    && element.accessible_label().is_none_or(|label| label.is_empty())
            });
            // An empty slot of the pool is not seen
            assert_eq!(
                nameless.filter(|element| element.computed_opacity() > 0.0).count(),
                0,
                "{shape:?}: {what}"
            );
        });
    }
}

#[test]
fn the_pages_for_staff_can_be_read_and_pressed() {
    let mut problems = vec![];
    for (shape, inches, most) in [(PORTRAIT, 21.5, 120.0), (LANDSCAPE, 21.5, 110.0), (COMPACT, 7.0, 84.0_f32)]
    {
        let per_mm = f64::from(shape.0).hypot(f64::from(shape.1)) as f32 / inches / 25.4;
        let least = (15.0 * per_mm).round().min(most) - 1.0;
        let mut look = |what: &str, rig: &Rig| {
            rig.pass_seconds(0);
            // The screen tests are what they are: circles and colours
            let (pale, measured) = pale(rig, 4.5);
            assert!(measured > 0, "{what} has no words");
            problems.extend(pale.into_iter().map(|text| format!("{shape:?}, {what}: {text}")));
            let keys = matches!(what, "pass-phrase" | "signs" | "feed");
            for target in elements(rig) {
                let size = target.size();
                // Ten keys beside each other have what the panel gives them: 15 mm or a little less
                let width = if keys { (shape.0 as f32 / 10.0 - 1.0).floor().min(least) } else { least };
                let height = if keys { 60.0_f32.min(least) } else { least };
                let small = size.width < width || size.height < height;
                if target.accessible_role() == Some(AccessibleRole::Button) && small {
                    problems.push(format!(
                        "{shape:?}, {what}: {:?} has {size:?}, not {least}",
                        target.accessible_label()
                    ));
                }
            }
        };
        let (rig, _) = unit(shape, 12, true, true);
        rig.set(&format!("[screen]\ndiagonal_in = {inches}"));
        every_staff_page(&rig, |what| look(what, &rig));
        let (rig, _) = unit(shape, 0, false, false);
        rig.set(&format!("[screen]\ndiagonal_in = {inches}"));
        every_setup_page(&rig, |what| look(what, &rig));
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
