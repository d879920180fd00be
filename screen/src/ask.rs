//! Are you sure? One question at a time; silence is no.

use super::{desk::Order, screen::Screen};
use cloud_shelf_core::domain::Message;
use cloud_shelf_ui::Ask as Adapter;
use slint::{ComponentHandle, Timer};
use std::{rc::Rc, time::Duration};

/// Something that is done once it was confirmed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Question {
    pub title: Message,
    pub detail: Message,
    pub yes: Message,
    pub then: Order,
    /// What is done if nobody answers, or the answer is no
    pub otherwise: Option<Order>,
    /// Seconds until the answer is no by itself
    pub seconds: u32,
}

#[derive(Default)]
pub(super) struct AskSheet {
    question: Option<Question>,
    left: u32,
    timer: Timer,
}

impl Screen {
    pub(super) fn connect_ask(self: &Rc<Self>) {
        let act = |action| self.handler(action);
        let adapter = self.window.global::<Adapter>();
        adapter.on_accept(act(|screen| screen.answer(true)));
        adapter.on_refuse(act(|screen| screen.answer(false)));
    }

    pub(super) fn ask(&self, question: Question) {
        let seconds = question.seconds;
        *self.asking.borrow_mut() =
            AskSheet { question: Some(question), left: seconds, timer: Timer::default() };
        self.say_question();
        self.count_question_down();
        self.touched();
    }

    fn count_question_down(&self) {
        let asking = self.asking.borrow();
        if asking.left > 0 {
            self.later(&asking.timer, Duration::from_secs(1), |screen| {
                let left = {
                    let mut asking = screen.asking.borrow_mut();
                    asking.left -= 1;
                    asking.left
                };
                if left == 0 {
                    return screen.answer(false);
                }
                screen.say_question();
                screen.count_question_down();
            });
        }
    }

    /// Takes an answer, or silence for no.
    pub(super) fn answer(&self, yes: bool) {
        let asking = std::mem::take(&mut *self.asking.borrow_mut());
        self.say_question();
        if let Some(question) = asking.question {
            let order = if yes { Some(question.then) } else { question.otherwise };
            order.into_iter().for_each(|order| self.order(order));
        }
    }

    pub(super) fn say_question(&self) {
        let adapter = self.window.global::<Adapter>();
        let asking = self.asking.borrow();
        let lang = self.language();
        if let Some(question) = &asking.question {
            adapter.set_title(question.title.get(lang).into());
            adapter.set_detail(question.detail.get(lang).into());
            adapter.set_yes(question.yes.get(lang).into());
            adapter.set_left(asking.left as i32);
        }
        adapter.set_open(asking.question.is_some());
    }
}
