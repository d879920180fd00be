//! What a list does at its edges: it follows a finger by less and less, and comes back exactly.

use crate::rig::{LANDSCAPE, PORTRAIT, Rig, SHAPES, id, item, items, place, title, with_picture};
use cloud_shelf_core::domain::{Item, Picture, Sha256};
use cloud_shelf_screen::{Page, Place};
use cloud_shelf_ui::Theme;
use slint::{
    ComponentHandle, LogicalPosition,
    platform::{PointerEventButton, WindowEvent},
};
use std::time::Duration;

const FRAME: Duration = Duration::from_millis(16);

/// A finger on the glass, as the platform tells the pages of it: it hovers until it leaves.
struct Finger<'a> {
    rig: &'a Rig,
    at: LogicalPosition,
}

impl<'a> Finger<'a> {
    fn down(rig: &'a Rig, x: f32, y: f32) -> Self {
        let position = LogicalPosition::new(x, y);
        let button = PointerEventButton::Left;
        rig.screen.window().dispatch_event(WindowEvent::PointerMoved { position });
        rig.screen.window().dispatch_event(WindowEvent::PointerPressed { position, button });
        rig.pass(FRAME);
        Self { rig, at: position }
    }

    /// Drags by so many pixels, in so many frames.
    fn drag(&mut self, x: f32, y: f32, frames: u8) {
        for _ in 0..frames {
            self.at.x += x / f32::from(frames);
            self.at.y += y / f32::from(frames);
            self.rig.screen.window().dispatch_event(WindowEvent::PointerMoved { position: self.at });
            self.rig.pass(FRAME);
        }
    }

    fn up(self) {
        let (position, button) = (self.at, PointerEventButton::Left);
        self.rig.screen.window().dispatch_event(WindowEvent::PointerReleased { position, button });
        self.rig.lift();
    }
}

/// Where something stands in each frame of the next second, and at last.
fn course(rig: &Rig, at: impl Fn() -> f32) -> Vec<f32> {
    let mut course = vec![at()];
    for _ in 0..60 {
        rig.pass(FRAME);
        course.push(at());
    }
    assert!(course[45..].iter().all(|at| at == &course[60]), "it has come to rest: {course:?}");
    course
}

fn top(rig: &Rig, number: u16) -> f32 {
    place(&rig.the(&title(number)))[1]
}

#[test]
fn a_pull_is_followed_less_and_less_both_ways_and_taken_back() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, items(60));
        let (x, y) = (shape.0 as f32 * 0.7, shape.1 as f32 * 0.4);
        let pull = shape.1 as f32 / 6.0;
        let rest = top(&rig, 0);
        let mut finger = Finger::down(&rig, x, y);
        finger.drag(0.0, pull, 6);
        let once = top(&rig, 0) - rest;
        assert!(once > pull / 5.0 && once < pull / 2.0, "{shape:?}: {once} of {pull}");
        finger.drag(0.0, pull, 6);
        let twice = top(&rig, 0) - rest;
        assert!(twice > once + 2.0 && twice < once * 2.0, "{shape:?}: {once}, then {twice}");
        rig.pass_seconds(2);
        assert_eq!(top(&rig, 0) - rest, twice, "{shape:?}: a finger holds it");
        finger.drag(0.0, -2.0 * pull, 12);
        assert!((top(&rig, 0) - rest).abs() < 0.1, "{shape:?}: back with the finger");
        assert_eq!(rig.screen.scrolled(), 0);
        finger.drag(0.0, -pull, 6);
        assert!((top(&rig, 0) - rest + pull).abs() < 0.1, "{shape:?}: and on with it");
        finger.drag(0.0, 2.0 * pull, 12);
        finger.up();
        let course = course(&rig, || top(&rig, 0));
        assert!(course.is_sorted_by(|a, b| a >= b), "{shape:?}: {course:?}");
        assert_eq!(course.last(), Some(&rest), "{shape:?}: it is back exactly");
        assert_eq!((rig.screen.page(), rig.screen.scrolled()), (Page::Shelf, 0));
    }
}

#[test]
fn the_far_edge_gives_too() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, items(60));
        rig.scroll(&title(0), 100_000.0);
        let (rest, scrolled) = (top(&rig, 59), rig.screen.scrolled());
        let mut finger = Finger::down(&rig, shape.0 as f32 * 0.7, shape.1 as f32 * 0.6);
        finger.drag(0.0, -(shape.1 as f32) / 5.0, 6);
        assert!(top(&rig, 59) < rest - 10.0, "{shape:?}");
        assert_eq!(rig.screen.scrolled(), scrolled, "{shape:?}: what is beyond is no place on the shelf");
        finger.up();
        assert_eq!(course(&rig, || top(&rig, 59)).last(), Some(&rest), "{shape:?}");
        assert_eq!(rig.screen.scrolled(), scrolled);
    }
}

#[test]
fn a_flick_that_arrives_at_the_edge_gives_a_little() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, items(60));
        let rest = top(&rig, 0);
        rig.scroll(&title(0), 300.0);
        assert_eq!(rig.screen.scrolled(), 300);
        let flick = || {
            let mut finger = Finger::down(&rig, shape.0 as f32 * 0.7, shape.1 as f32 * 0.3);
            finger.drag(0.0, 150.0, 5);
            finger.up();
            course(&rig, || top(&rig, 0))
        };
        let course = flick();
        let most = course.iter().fold(rest, |most, at| most.max(*at));
        let give = rig.screen.component().global::<Theme>().get_give();
        assert!(most > rest + 5.0 && most < rest + give / 2.0, "{shape:?}: {rest}, at most {most}");
        assert_eq!(course.last(), Some(&rest), "{shape:?}: it is back exactly");
        assert_eq!((rig.screen.page(), rig.screen.scrolled()), (Page::Shelf, 0));
    }
}

#[test]
fn a_wheel_never_gives() {
    let rig = Rig::shelf(PORTRAIT, items(60));
    let turn = |number: u16, pixels: f32| {
        rig.the(&title(number)).scroll(0.0, pixels);
        rig.lift();
        course(&rig, || top(&rig, number))
    };
    let rest = top(&rig, 0);
    assert!(turn(0, 300.0).into_iter().all(|at| at == rest));
    assert!(turn(0, -200.0).last().unwrap() < &rest);
    let course_back = turn(0, 400.0);
    assert!(course_back.iter().all(|at| *at <= rest), "{course_back:?}");
    assert_eq!(course_back.last(), Some(&rest));
    rig.scroll(&title(0), 100_000.0);
    let rest = top(&rig, 59);
    assert!(turn(59, -300.0).into_iter().all(|at| at == rest));
}

#[test]
fn with_reduced_motion_nothing_gives() {
    let rig = Rig::shelf(PORTRAIT, items(60));
    rig.scroll(&title(0), 200.0);
    rig.set("[screen]\nreduced_motion = true");
    assert_eq!(rig.screen.scrolled(), 200, "who has scrolled stays where they are");
    rig.scroll(&title(0), -200.0);
    let rest = top(&rig, 0);
    let mut finger = Finger::down(&rig, 700.0, 700.0);
    finger.drag(0.0, 400.0, 6);
    assert_eq!(top(&rig, 0), rest);
    finger.up();
    assert!(course(&rig, || top(&rig, 0)).into_iter().all(|at| at == rest));
    rig.scroll(&title(0), 100.0);
    let mut finger = Finger::down(&rig, 700.0, 700.0);
    finger.drag(0.0, 300.0, 6);
    finger.up();
    assert!(course(&rig, || top(&rig, 0)).into_iter().all(|at| at == rest), "nor does it for a flick");
}

#[test]
fn a_touch_on_its_way_back_presses_nothing() {
    let rig = Rig::shelf(PORTRAIT, items(60));
    let [left, top, right, bottom] = place(&rig.button(&title(4)));
    let middle = ((left + right) / 2.0, (top + bottom) / 2.0);
    let mut finger = Finger::down(&rig, middle.0, middle.1);
    finger.drag(0.0, 300.0, 6);
    finger.up();
    rig.pass(3 * FRAME);
    let tap = || {
        Finger::down(&rig, middle.0, middle.1).up();
        rig.pass_seconds(1);
        rig.screen.page()
    };
    assert_eq!(tap(), Page::Shelf);
    assert_eq!(tap(), Page::Item, "once it is at rest a touch is one");
}

#[test]
fn what_is_not_longer_than_its_place_stays() {
    let rig = Rig::shelf(PORTRAIT, items(3));
    let rest = top(&rig, 0);
    let mut finger = Finger::down(&rig, 700.0, 900.0);
    finger.drag(0.0, 300.0, 6);
    assert_eq!(top(&rig, 0), rest);
    finger.up();
}

#[test]
fn a_strip_gives_sideways() {
    for shape in [PORTRAIT, LANDSCAPE] {
        let rig = Rig::shelf(shape, items(60));
        rig.screen.show(&Place::Item(id(2))).unwrap();
        rig.pass_seconds(1);
        let [left, top, ..] = place(&rig.button(&title(4)));
        let at = || place(&rig.button(&title(4)))[0];
        let mut finger = Finger::down(&rig, left + 30.0, top + 30.0);
        finger.drag(150.0, 0.0, 6);
        assert!(at() > left + 20.0, "{shape:?}: at {} of {left}", at());
        finger.up();
        assert_eq!(course(&rig, at).last(), Some(&left), "{shape:?}");
        assert_eq!(rig.screen.item_id(), Some(id(2)), "{shape:?}");
    }
}

#[test]
fn a_gallery_gives_before_its_first_picture_and_behind_its_last() {
    for (reduced, gives) in [(false, true), (true, false)] {
        let first = with_picture(item(0));
        let second = Picture { object: Sha256::digest(b"another"), ..first.pictures[0] };
        let pictures = vec![first.pictures[0], second];
        let rig = Rig::shelf(PORTRAIT, vec![Item { pictures, ..first }]);
        rig.set(&format!("[screen]\nreduced_motion = {reduced}"));
        rig.press(&title(0));
        for color in [[200, 60, 60], [60, 60, 200]] {
            rig.deliver(color, |_| false);
        }
        let look = || rig.screen.window().take_snapshot().unwrap().as_bytes().to_vec();
        let swipe = |by: f32| {
            let before = look();
            let mut finger = Finger::down(&rig, 540.0, 400.0);
            finger.drag(by, 0.0, 6);
            let during = look();
            finger.up();
            rig.pass_seconds(1);
            assert!(!rig.screen.window().has_active_animations());
            (during != before, look() != before)
        };
        assert_eq!(swipe(300.0), (gives, false), "nothing is before the first");
        assert_eq!(swipe(-300.0), (false, true), "the second");
        rig.deliver([60, 60, 200], |_| false);
        rig.pass_seconds(1);
        assert_eq!(swipe(-300.0), (gives, false), "nothing is behind the last");
    }
}

#[test]
fn a_press_shows_in_the_very_next_frame() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, items(60));
        let look = || rig.screen.window().take_snapshot().unwrap().as_bytes().to_vec();
        rig.pass(Duration::from_secs(1));
        let [left, card_top, ..] = place(&rig.the(&title(1)));
        let before = look();
        // A list holds a press back for 100 ms, since it may become a drag; its look does not wait
        let finger = Finger::down(&rig, left + 10.0, card_top + 10.0);
        assert!(look() != before, "{shape:?}");
        finger.up();
        assert_eq!(rig.screen.page(), Page::Item, "{shape:?}");
    }
}
