//! Are you sure? One question at a time; silence is no.

use super::Pages;
use crate::effect::{Alarm, Effect, Question};
use cloud_shelf_ui::Ask as Adapter;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

#[derive(Default)]
pub struct AskSheet {
    question: Option<Question>,
    /// Seconds until the answer is no by itself
    left: u32,
}

impl AskSheet {
    pub fn ask(&mut self, pages: &Pages, question: Question) -> Vec<Effect> {
        self.left = question.seconds;
        self.question = Some(question);
        self.show(pages);
        let timer = if self.left > 0 {
            Effect::Start(Alarm::Question, SECOND)
        } else {
            Effect::Stop(Alarm::Question)
        };
        vec![timer, Effect::Touched]
    }

    /// A second has passed.
    pub fn count_down(&mut self, pages: &Pages) -> Vec<Effect> {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return self.answer(pages, false);
        }
        self.show(pages);
        vec![Effect::Start(Alarm::Question, SECOND)]
    }

    /// Takes an answer, or silence for no.
    pub fn answer(&mut self, pages: &Pages, yes: bool) -> Vec<Effect> {
        let asked = self.question.take();
        self.left = 0;
        self.show(pages);
        let order = asked.and_then(|asked| if yes { Some(asked.then) } else { asked.otherwise });
        [Effect::Stop(Alarm::Question)].into_iter().chain(order.map(Effect::Order)).collect()
    }

    /// In the page's language.
    pub fn show(&self, pages: &Pages) {
        let adapter = pages.global::<Adapter>();
        let lang = pages.language;
        if let Some(question) = &self.question {
            adapter.set_title(question.title.get(lang).into());
            adapter.set_detail(question.detail.get(lang).into());
            adapter.set_yes(question.yes.get(lang).into());
            adapter.set_left(self.left as i32);
        }
        adapter.set_open(self.question.is_some());
    }
}
