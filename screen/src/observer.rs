//! Who is told what shoppers do, and how long a code has been on the screen.

use cloud_shelf_core::domain::{ItemId, Lang};
use std::{
    rc::Rc,
    time::{Duration, Instant},
};

/// Is told what shoppers do, on the UI thread: it must not wait. What somebody asks for from
/// outside the screen is not told.
pub trait Observer {
    /// Somebody touched the attract page
    fn woken(&self);
    fn item_opened(&self, item: &ItemId);
    /// An item's page was left, which had its code on it for so long
    fn code_shown(&self, item: &ItemId, time: Duration);
    /// A query was left that had found nothing; what it was is not told
    fn search_empty(&self);
    fn language_chosen(&self, lang: Lang);
}

/// A shopper before the screen, as far as the observer is told of them: which item is on the page because
/// a finger asked for it, and since when.
#[derive(Default)]
pub struct Visit {
    observer: Option<Rc<dyn Observer>>,
    /// A finger has asked for the item whose page opens next
    asked: bool,
    open: Option<(ItemId, Instant)>,
}

impl Visit {
    pub fn set_observer(&mut self, observer: Rc<dyn Observer>) {
        self.observer = Some(observer);
    }

    pub fn woken(&self) {
        self.tell(|observer| observer.woken());
    }

    pub fn language_chosen(&self, lang: Lang) {
        self.tell(|observer| observer.language_chosen(lang));
    }

    pub fn search_empty(&self) {
        self.tell(|observer| observer.search_empty());
    }

    pub fn asked(&mut self) {
        self.asked = true;
    }

    pub fn opened(&mut self, item: &ItemId, now: Instant) {
        let asked = self.asked;
        self.left(now);
        if asked {
            self.tell(|observer| observer.item_opened(item));
            self.open = Some((item.clone(), now));
        }
    }

    /// No item's page is on the screen any more, or another's.
    pub fn left(&mut self, now: Instant) {
        self.asked = false;
        if let Some((item, since)) = self.open.take() {
            self.tell(|observer| observer.code_shown(&item, now.saturating_duration_since(since)));
        }
    }

    fn tell(&self, what: impl FnOnce(&dyn Observer)) {
        if let Some(observer) = &self.observer {
            what(observer.as_ref());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    #[derive(Default)]
    struct Heard(RefCell<Vec<String>>);

    impl Observer for Heard {
        fn woken(&self) {
            self.0.borrow_mut().push("woken".into());
        }

        fn item_opened(&self, item: &ItemId) {
            self.0.borrow_mut().push(format!("{item} opened"));
        }

        fn code_shown(&self, item: &ItemId, time: Duration) {
            self.0.borrow_mut().push(format!("{item} for {} s", time.as_secs()));
        }

        fn search_empty(&self) {
            self.0.borrow_mut().push("nothing found".into());
        }

        fn language_chosen(&self, lang: Lang) {
            self.0.borrow_mut().push(format!("{lang:?}"));
        }
    }

    #[test]
    fn an_item_is_open_from_the_touch_to_the_next_page() {
        let heard = Rc::new(Heard::default());
        let mut visit = Visit::default();
        visit.set_observer(heard.clone());
        let (one, two) = (ItemId::parse("10001").unwrap(), ItemId::parse("10002").unwrap());
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        // Nobody touched for this one
        visit.opened(&one, at(0));
        visit.left(at(5));
        assert!(heard.0.take().is_empty());
        visit.asked();
        visit.opened(&one, at(10));
        visit.asked();
        visit.opened(&two, at(13));
        visit.left(at(20));
        visit.left(at(30));
        assert_eq!(heard.0.take(), ["10001 opened", "10001 for 3 s", "10002 opened", "10002 for 7 s"]);
        // A touch whose page never came
        visit.asked();
        visit.left(at(40));
        visit.opened(&one, at(41));
        visit.left(at(42));
        assert!(heard.0.take().is_empty());
    }
}
