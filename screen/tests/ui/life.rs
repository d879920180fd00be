//! Screens that stand for years: nothing bright stays where it is, and the panel goes off and on by
//! opening hours.

use crate::rig::{COMPACT, PORTRAIT, Rig, SHAPES, items, place, title};
use cloud_shelf_core::domain::Message;
use cloud_shelf_screen::{Notice, Page, Place};
use std::{cell::RefCell, collections::BTreeSet, rc::Rc, sync::atomic::Ordering};

/// What is said on the attract page of the rig's brand.
const CALL: &str = "轻触屏幕，开始选购";
const NAME: &str = "檐汀";

/// Monday, 2027-02-15, 00:00 in China.
const MONDAY: i64 = 1_802_620_800;
const HOUR: i64 = 3600;

/// Where these stand, in whole pixels.
fn places(rig: &Rig, labels: &[&str]) -> Vec<(i32, i32)> {
    let corner = |label: &&str| {
        let [left, top, ..] = place(&rig.the(label));
        (left.round() as i32, top.round() as i32)
    };
    labels.iter().map(corner).collect()
}

#[test]
fn attract_moves_a_little_with_every_slide() {
    for shape in SHAPES {
        let rig = Rig::shelf(shape, items(5));
        rig.screen.show(&Place::Attract).unwrap();
        rig.pass_seconds(1);
        let first = places(&rig, &[NAME, CALL]);
        let mut been: Vec<BTreeSet<(i32, i32)>> = vec![BTreeSet::new(); first.len()];
        let mut before = first.clone();
        // Ten minutes of slides
        for _ in 0..100 {
            rig.pass_seconds(6);
            let now = places(&rig, &[NAME, CALL]);
            for (number, (now, before)) in now.iter().zip(&before).enumerate() {
                let moved = ((now.0 - before.0).abs(), (now.1 - before.1).abs());
                assert!(moved.0 <= 1 && moved.1 <= 1, "{shape:?}: a jump by {moved:?}");
                been[number].insert(*now);
            }
            before = now;
        }
        for (been, first) in been.iter().zip(&first) {
            assert!(been.len() > 40, "{shape:?}: at {been:?} only");
            assert!(been.iter().all(|at| (at.0 - first.0).abs() <= 7 && (at.1 - first.1).abs() <= 7));
        }
    }
}

#[test]
fn what_has_no_slides_moves_all_the_same() {
    let one = Rig::shelf(PORTRAIT, items(1));
    one.screen.show(&Place::Attract).unwrap();
    one.pass_seconds(1);
    let at = places(&one, &[NAME, CALL]);
    one.pass_seconds(300);
    assert!(places(&one, &[NAME, CALL]).iter().zip(&at).all(|(now, before)| now != before));

    let empty = Rig::shelf(PORTRAIT, vec![]);
    let moves = |page: Page, label: &str| {
        assert_eq!(empty.screen.page(), page);
        let at = places(&empty, &[label]);
        empty.pass_seconds(300);
        assert_ne!(places(&empty, &[label]), at, "{page:?}");
    };
    moves(Page::Setup, "五步开始使用");
    let words = Message::fixed("坏了", "broken");
    let notice = Notice { title: words.clone(), detail: words.clone(), remedy: words };
    empty.screen.set_notice(Some(notice));
    moves(Page::Fault, "坏了");

    let closed = closed(COMPACT);
    let at = places(&closed.0, &["休息中"]);
    closed.0.pass_seconds(300);
    assert_ne!(places(&closed.0, &["休息中"]), at);
}

#[test]
fn a_page_that_a_shopper_is_on_stays_where_it_is() {
    let rig = Rig::shelf(PORTRAIT, items(3));
    rig.set("[idle]\nidle_s = 3600");
    let at = places(&rig, &[NAME, &title(0)]);
    rig.pass_seconds(1200);
    assert_eq!(places(&rig, &[NAME, &title(0)]), at);
}

/// A shop that is closed, and what its panel was told.
fn closed(shape: (u32, u32)) -> (Rig, Rc<RefCell<Vec<bool>>>) {
    let rig = Rig::new(shape);
    let told = Rc::new(RefCell::new(vec![]));
    let panel = told.clone();
    rig.screen.set_panel(Box::new(move |lit| panel.borrow_mut().push(lit)));
    rig.clock.0.store(MONDAY + 8 * HOUR, Ordering::Relaxed);
    rig.swap(1, items(3));
    rig.set("[hours.week]\nmon = ['09:00-12:00']");
    rig.screen.show(&Place::Attract).unwrap();
    rig.pass_seconds(0);
    assert_eq!(rig.screen.page(), Page::Closed);
    (rig, told)
}

fn live(rig: &Rig, seconds: u64) {
    for _ in 0..seconds {
        rig.clock.0.fetch_add(1, Ordering::Relaxed);
        rig.pass_seconds(1);
    }
}

#[test]
fn the_panel_goes_off_and_on_by_opening_hours() {
    let (rig, told) = closed(PORTRAIT);
    live(&rig, 50);
    assert!(told.borrow().is_empty(), "whoever has just been here may still read when the shop opens");
    live(&rig, 15);
    assert_eq!(told.borrow().last(), Some(&false));
    live(&rig, 600);
    assert!(told.take().iter().all(|lit| !lit), "it stays off, and is kept off");

    rig.tap();
    assert_eq!(told.take(), [true], "a touch shows the hours");
    live(&rig, 59);
    assert!(told.take().is_empty());
    live(&rig, 5);
    assert_eq!(told.take(), [false]);

    live(&rig, HOUR as u64);
    assert_eq!(rig.screen.page(), Page::Attract);
    assert_eq!(told.borrow().last(), Some(&true), "it is on when the shop is open");
    told.take();
    live(&rig, 600);
    assert!(told.take().is_empty());
}

#[test]
fn a_panel_may_be_left_on() {
    let (rig, told) = closed(PORTRAIT);
    live(&rig, 70);
    assert_eq!(told.take().last(), Some(&false));
    rig.set("[screen]\npanel_off = false\n[hours.week]\nmon = ['09:00-12:00']");
    assert_eq!(told.take().last(), Some(&true));
    live(&rig, 600);
    assert!(told.take().is_empty());
}

#[test]
fn an_installer_who_looks_finds_it_lit() {
    let (rig, told) = closed(PORTRAIT);
    live(&rig, 70);
    told.take();
    rig.screen.show(&Place::Shelf).unwrap();
    assert_eq!(told.take(), [true]);
    live(&rig, 40);
    assert!(told.take().is_empty());
}
