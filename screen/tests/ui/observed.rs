//! What whoever counts is told of.

use crate::rig::{PORTRAIT, Rig, id, items, title};
use cloud_shelf_core::domain::{ItemId, Lang};
use cloud_shelf_screen::{Observer, Place};
use std::{cell::RefCell, rc::Rc, time::Duration};

#[derive(Default)]
pub struct Heard(pub RefCell<Vec<String>>);

impl Observer for Heard {
    fn woken(&self) {
        self.0.borrow_mut().push("woken".into());
    }

    fn item_opened(&self, item: &ItemId) {
        self.0.borrow_mut().push(format!("opened {item}"));
    }

    fn code_shown(&self, item: &ItemId, _: Duration) {
        self.0.borrow_mut().push(format!("shown {item}"));
    }

    fn search_empty(&self) {
        self.0.borrow_mut().push("nothing found".into());
    }

    fn language_chosen(&self, lang: Lang) {
        self.0.borrow_mut().push(format!("{lang:?}"));
    }
}

#[test]
fn presses_are_told_and_what_comes_from_elsewhere_is_not() {
    let rig = Rig::shelf(PORTRAIT, items(12));
    let heard = Rc::new(Heard::default());
    rig.screen.set_observer(heard.clone());
    rig.screen.show(&Place::Attract).unwrap();
    rig.press("轻触屏幕，开始选购");
    rig.press(&title(1));
    rig.press("返回");
    rig.press(&title(2));
    // Another of the same category, from the strip below it
    rig.press(&title(4));
    rig.press("首页");
    rig.press("English");
    let (one, two, four) = (id(1), id(2), id(4));
    let expected = [
        "woken".to_owned(),
        format!("opened {one}"),
        format!("shown {one}"),
        format!("opened {two}"),
        format!("shown {two}"),
        format!("opened {four}"),
        format!("shown {four}"),
        "En".to_owned(),
    ];
    assert_eq!(heard.0.take(), expected);
    for place in [Place::Item(id(3)), Place::Shelf, Place::Item(id(5)), Place::Attract, Place::Shelf] {
        rig.screen.show(&place).unwrap();
        rig.pass(Duration::from_secs(1));
    }
    assert!(heard.0.take().is_empty());
}

#[test]
fn a_shopper_who_walks_away_has_seen_the_code_until_the_page_is_left() {
    let rig = Rig::shelf(PORTRAIT, items(12));
    let heard = Rc::new(Heard::default());
    rig.screen.set_observer(heard.clone());
    rig.press(&title(1));
    assert_eq!(heard.0.borrow().len(), 1);
    rig.pass_seconds(120);
    for _ in 0..10 {
        rig.pass_seconds(1);
    }
    assert_eq!(heard.0.take(), [format!("opened {}", id(1)), format!("shown {}", id(1))]);
    // An item that is taken off the shelf while it is looked at
    rig.press("轻触屏幕，开始选购");
    rig.press(&title(2));
    rig.swap(2, items(2));
    let last = heard.0.take().pop();
    assert_eq!(last, Some(format!("shown {}", id(2))));
}
