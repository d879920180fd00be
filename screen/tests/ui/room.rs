//! Whether words have room: in a language that is twice as long as English no text leaves the screen
//! or its button, and none runs into another.

use crate::{
    rig::{CATEGORIES, COMPACT, LANDSCAPE, ODD, PORTRAIT, Rig, SHAPES, binding, place, title},
    staff::{every_setup_page, every_staff_page, unit},
    ui::legible::{elements, every_page, shelf},
};
use cloud_shelf_screen::{Page, Place};
use cloud_shelf_ui::Theme;
use i_slint_backend_testing::AccessibleRole;
use slint::ComponentHandle;

/// So many pixels are a rounding, or the empty part of a line.
const SLACK: f32 = 3.0;

struct Seen {
    label: String,
    /// Left, top, right, bottom
    at: [f32; 4],
}

fn with_role(rig: &Rig, role: AccessibleRole) -> Vec<Seen> {
    let found = elements(rig)
        .into_iter()
        .filter(|element| element.accessible_role() == Some(role) && element.computed_opacity() > 0.0);
    let seen = found.filter_map(|element| {
        let label = element.accessible_label()?.to_string();
        (!label.is_empty()).then(|| Seen { at: place(&element), label })
    });
    seen.collect()
}

/// How far two things lie over each other.
fn common([left, top, right, bottom]: [f32; 4], other: [f32; 4]) -> (f32, f32) {
    (right.min(other[2]) - left.max(other[0]), bottom.min(other[3]) - top.max(other[1]))
}

fn within(inner: [f32; 4], outer: [f32; 4]) -> bool {
    inner[0] >= outer[0] - SLACK && inner[2] <= outer[2] + SLACK
}

/// What has no room on the page in sight.
fn cramped(rig: &Rig, (width, height): (u32, u32)) -> Vec<String> {
    let window = [0.0, 0.0, width as f32, height as f32];
    let inside = |seen: &Seen| {
        let (x, y) = common(seen.at, window);
        x > 0.0 && y > 0.0
    };
    let mut texts: Vec<Seen> = with_role(rig, AccessibleRole::Text).into_iter().filter(inside).collect();
    // What was found scrolls out of sight behind the pad
    let theme = rig.screen.component().global::<Theme>();
    let edge = theme.get_reach_top() + theme.get_results_height();
    if rig.screen.page() == Page::Search && theme.get_portrait() {
        texts.iter_mut().filter(|seen| seen.at[1] < edge).for_each(|seen| seen.at[3] = seen.at[3].min(edge));
    }
    let buttons: Vec<Seen> = with_role(rig, AccessibleRole::Button).into_iter().filter(inside).collect();
    let mut problems = vec![];
    for button in &buttons {
        // What scrolls may stand partly outside
        let words =
            texts.iter().filter(|text| text.label == button.label && common(text.at, button.at).1 > SLACK);
        for text in words.filter(|text| common(text.at, button.at).0 > 0.0 && !within(text.at, button.at)) {
            problems.push(format!("{:?} at {:?} leaves its button at {:?}", text.label, text.at, button.at));
        }
    }
    // Categories, cards and what belongs to them scroll sideways
    let scrolls = |label: &str| {
        let figures = label.chars().all(|c| !c.is_alphabetic());
        figures
            || label.contains("样品")
            || label.starts_with("All")
            || label == "全部"
            || CATEGORIES.contains(&label)
    };
    for seen in texts.iter().chain(&buttons).filter(|seen| !scrolls(&seen.label) && !within(seen.at, window))
    {
        problems.push(format!("{:?} at {:?} leaves the screen", seen.label, seen.at));
    }
    for (place, text) in texts.iter().enumerate() {
        for other in &texts[place + 1..] {
            let (x, y) = common(text.at, other.at);
            // A price's figures say together what their box says, which has a label of its own
            let same = text.label.contains(&other.label) || other.label.contains(&text.label);
            let figures = |label: &str| label.chars().all(|c| !c.is_alphabetic());
            if x > SLACK && y > SLACK && !same && !(figures(&text.label) && figures(&other.label)) {
                problems.push(format!(
                    "{:?} at {:?} runs into {:?} at {:?}",
                    text.label, text.at, other.label, other.at
                ));
            }
        }
    }
    problems
}

fn speak_at_length() {
    slint::select_bundled_translation("qps").expect("debug builds have the long language");
}

#[test]
fn a_language_twice_as_long_as_english_has_room() {
    has_room(&SHAPES);
}

#[test]
fn a_language_twice_as_long_as_english_has_room_on_panels_of_other_sizes() {
    has_room(&ODD);
}

fn has_room(shapes: &[(u32, u32)]) {
    let mut problems = vec![];
    for &shape in shapes {
        let rig = shelf(shape, "");
        let mut look = |what: &str, rig: &Rig| {
            // The page is looked at in the long language and pressed in Chinese
            speak_at_length();
            rig.pass_seconds(0);
            problems.extend(
                cramped(rig, shape).into_iter().map(|problem| format!("{shape:?}, {what}: {problem}")),
            );
            slint::select_bundled_translation("zh_CN").unwrap();
            rig.pass_seconds(0);
            problems.extend(
                cramped(rig, shape).into_iter().map(|problem| format!("{shape:?}, zh, {what}: {problem}")),
            );
        };
        every_page(&rig, |what| look(what, &rig));
        for large in [false, true] {
            rig.screen.show(&Place::Shelf).unwrap();
            rig.pass_seconds(0);
            if large {
                rig.press("大字");
                every_page(&rig, |what| look(&format!("large {what}"), &rig));
            }
        }
        rig.screen.show(&Place::Attract).unwrap();
        rig.pass_seconds(1);
        look("attract", &rig);
        let (staff, _) = unit(shape, 12, true, true);
        every_staff_page(&staff, |what| look(what, &staff));
        let (new, _) = unit(shape, 0, false, false);
        every_setup_page(&new, |what| look(what, &new));
        let empty = Rig::shelf(shape, vec![]);
        assert_eq!(empty.screen.page(), Page::Setup);
        look("setup", &empty);
        empty.screen.set_identity(Some(&binding()));
        empty.pass_seconds(0);
        look("fault", &empty);
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn nothing_covers_the_code_or_its_words() {
    for shape in SHAPES.into_iter().chain(ODD) {
        for large in [false, true] {
            let rig = shelf(shape, "");
            if large {
                rig.press("大字");
            }
            rig.press(&title(1));
            rig.pass_seconds(1);
            // The whole card has the name that is written on it
            let panel = place(&rig.the("用手机淘宝/天猫扫码购买"));
            assert!(panel[3] - panel[1] > rig.screen.component().global::<Theme>().get_code_size());
            for button in with_role(&rig, AccessibleRole::Button) {
                let (x, y) = common(button.at, panel);
                assert!(x <= 0.0 || y <= 0.0, "{shape:?}, large {large}: {:?} covers the code", button.label);
            }
        }
    }
}

#[test]
fn what_has_no_room_would_be_found() {
    assert_eq!(common([0.0, 0.0, 10.0, 10.0], [5.0, 8.0, 20.0, 20.0]), (5.0, 2.0));
    assert!(common([0.0, 0.0, 10.0, 10.0], [12.0, 0.0, 20.0, 10.0]).0 < 0.0);
    assert!(!within([0.0, 0.0, 30.0, 10.0], [0.0, 0.0, 20.0, 10.0]));
    for shape in [PORTRAIT, LANDSCAPE, COMPACT] {
        let rig = shelf(shape, "");
        assert!(with_role(&rig, AccessibleRole::Text).len() > 4, "texts are found");
        assert!(with_role(&rig, AccessibleRole::Button).iter().any(|button| button.label == "搜索"));
    }
}
