//! The attract page: one item after another, two layers that take turns.

use super::{
    card,
    glyphs::drawable,
    item::ItemPage,
    pictures::{Found, Pictures, Urgency},
};
use cloud_shelf_core::domain::CatalogSnapshot;
use cloud_shelf_ui::{AppWindow, Attract as Adapter, SlideView};
use slint::ComponentHandle;

#[derive(Default)]
pub struct Attract {
    /// Place in the list of listed items
    place: usize,
    front: bool,
    /// The slide that waits for its picture
    next: Option<(usize, SlideView)>,
}

impl Attract {
    /// Starts with the first item, without a fade.
    pub fn begin(&mut self, window: &AppWindow, catalog: &CatalogSnapshot, listed: &[usize]) {
        self.place = 0;
        self.prepare(catalog, listed);
        self.front = false;
        let slide = self.next.as_ref().map(|(_, slide)| slide.clone()).unwrap_or_default();
        let adapter = window.global::<Adapter>();
        adapter.set_fade(false);
        adapter.set_back(slide);
        adapter.set_front_shown(false);
    }

    /// Gets the item in sight ready again: it may look otherwise in another catalog or window.
    pub fn renew(&mut self, catalog: &CatalogSnapshot, listed: &[usize]) {
        self.place %= listed.len().max(1);
        self.prepare(catalog, listed);
    }

    /// Gets the next item ready; it is shown by [`Self::fill`] once its picture is there.
    pub fn advance(&mut self, catalog: &CatalogSnapshot, listed: &[usize]) {
        self.place = if listed.is_empty() { 0 } else { (self.place + 1) % listed.len() };
        self.prepare(catalog, listed);
    }

    fn prepare(&mut self, catalog: &CatalogSnapshot, listed: &[usize]) {
        self.next = listed.get(self.place % listed.len().max(1)).map(|&index| {
            let item = &catalog.items[index];
            let selling_point = item.selling_points.first();
            let selling_point =
                selling_point.map(|point| drawable(point).as_ref().into()).unwrap_or_default();
            (index, SlideView { card: card::view(index, item), selling_point })
        });
    }

    /// Shows the waiting slide if its picture is settled. True when one was shown: `first` puts
    /// it on the layer in sight, else the layers take turns.
    pub fn fill(
        &mut self,
        window: &AppWindow,
        catalog: &CatalogSnapshot,
        pictures: &mut Pictures,
        first: bool,
    ) -> bool {
        let Some((index, mut slide)) = self.next.take() else { return false };
        match ItemPage::key(window, &catalog.items[index], 0).map(|key| pictures.get(key, Urgency::Now)) {
            Some(Found::Ready(image)) => (slide.card.picture, slide.card.has_picture) = (image, true),
            Some(Found::Broken) | None => slide.card.designed = true,
            Some(Found::Pending) => {
                self.next = Some((index, slide));
                return false;
            }
        }
        let adapter = window.global::<Adapter>();
        if !first {
            self.front = !self.front;
        }
        if self.front {
            adapter.set_front(slide)
        } else {
            adapter.set_back(slide)
        }
        adapter.set_fade(!first);
        adapter.set_front_shown(self.front);
        true
    }

    /// The picture that a waiting slide needs.
    pub fn key(&self, window: &AppWindow, catalog: &CatalogSnapshot) -> Option<super::PictureKey> {
        let (index, _) = self.next.as_ref()?;
        ItemPage::key(window, &catalog.items[*index], 0)
    }

    /// Lets go of both layers' pictures once the page is left.
    pub fn end(&mut self, window: &AppWindow) {
        self.next = None;
        let adapter = window.global::<Adapter>();
        let hidden = SlideView::default();
        if self.front { adapter.set_back(hidden) } else { adapter.set_front(hidden) }
    }
}
