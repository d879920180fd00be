//! The attract page: one item after another, two layers that take turns.

use super::Pages;
use crate::{
    cards,
    effect::{Alarm, Effect},
    glyphs::drawable,
    pictures::{Found, PictureKey, Urgency},
};
use cloud_shelf_core::domain::Picture;
use cloud_shelf_ui::{Attract as Adapter, SlideView};
use std::time::Duration;

#[derive(Default)]
pub struct AttractPage {
    /// Place in what is listed
    place: usize,
    /// Which layer is in sight
    front: bool,
    /// No slide has been shown since the page was opened
    fresh: bool,
    /// The slide that waits for its picture
    next: Option<Slide>,
}

struct Slide {
    view: SlideView,
    picture: Option<Picture>,
}

impl AttractPage {
    /// Starts with the first item, without a fade.
    pub fn open(&mut self, pages: &Pages) {
        self.place = 0;
        self.prepare(pages);
        self.fresh = true;
        self.front = false;
        let slide = self.next.as_ref().map(|slide| slide.view.clone()).unwrap_or_default();
        let adapter = pages.global::<Adapter>();
        adapter.set_fade(false);
        adapter.set_back(slide);
        adapter.set_front_shown(false);
    }

    /// Gets the item in sight ready again: it may look otherwise in another catalog or window.
    pub fn renew(&mut self, pages: &Pages) {
        self.prepare(pages);
        self.fresh = true;
    }

    /// Gets the next item ready; it is shown by [`Self::fill`] once its picture is there.
    pub fn advance(&mut self, pages: &Pages) {
        self.place += 1;
        self.prepare(pages);
    }

    fn prepare(&mut self, pages: &Pages) {
        self.place %= pages.catalog.len().max(1);
        self.next = pages.catalog.get(self.place).map(|item| {
            let selling_point = item.selling_points.first();
            let selling_point =
                selling_point.map(|point| drawable(point).as_ref().into()).unwrap_or_default();
            Slide {
                view: SlideView { card: cards::show_item(self.place, item), selling_point },
                picture: item.pictures.first().copied(),
            }
        });
    }

    /// Shows the waiting slide if its picture is settled: the first one on the layer in sight, else the
    /// layers take turns.
    pub fn fill(&mut self, pages: &Pages) -> Vec<Effect> {
        let Some(Slide { mut view, picture }) = self.next.take() else { return vec![] };
        let key = picture.as_ref().map(|picture| pages.large_picture_key(picture));
        match key.map(|key| pages.get_picture(key, Urgency::Now)) {
            Some(Found::Ready(image)) => (view.card.picture, view.card.has_picture) = (image, true),
            Some(Found::Broken) | None => view.card.designed = true,
            Some(Found::Pending) => {
                self.next = Some(Slide { view, picture });
                return vec![];
            }
        }
        let first = std::mem::take(&mut self.fresh);
        if !first {
            self.front = !self.front;
        }
        let adapter = pages.global::<Adapter>();
        if self.front {
            adapter.set_front(view)
        } else {
            adapter.set_back(view)
        }
        adapter.set_fade(!first);
        adapter.set_front_shown(self.front);
        let drift = (!first).then_some(Effect::Drift);
        drift.into_iter().chain(self.wait_for_next(pages)).collect()
    }

    /// The page moves on when its time has come and the next picture is there.
    pub fn wait_for_next(&self, pages: &Pages) -> Option<Effect> {
        let slide = Duration::from_secs(pages.settings.slide_s.value.into());
        (pages.catalog.len() > 1).then_some(Effect::Start(Alarm::Slide, slide))
    }

    /// The picture that a waiting slide needs.
    pub fn key(&self, pages: &Pages) -> Option<PictureKey> {
        let picture = self.next.as_ref()?.picture.as_ref()?;
        Some(pages.large_picture_key(picture))
    }

    /// Lets go of both layers' pictures once the page is left.
    pub fn close(&mut self, pages: &Pages) -> Effect {
        self.next = None;
        let adapter = pages.global::<Adapter>();
        let hidden = SlideView::default();
        if self.front {
            adapter.set_back(hidden)
        } else {
            adapter.set_front(hidden)
        }
        Effect::Stop(Alarm::Slide)
    }
}
