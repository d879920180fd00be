//! The item page: one item, its gallery, its code, and more of the same category.

use super::Pages;
use crate::{
    cards,
    effect::Effect,
    glyphs::drawable,
    listing::{Listed, Listing},
    pictures::{Found, PictureKey, Urgency},
    theme::PAGE,
};
use cloud_shelf_core::{
    domain::{ItemLink, Picture},
    qr,
};
use cloud_shelf_ui::{CardView, ItemDetail as Adapter, Theme};
use slint::{ComponentHandle, Image, Model, ModelRc, Rgb8Pixel, SharedPixelBuffer, SharedString, VecModel};
use std::rc::Rc;

/// Cards in the strip below an item.
const MORE: usize = 12;

pub struct ItemPage {
    shown: Option<Shown>,
    /// Which of its pictures is in sight
    picture: usize,
    more: Listing,
    more_cards: Rc<VecModel<CardView>>,
}

/// The item on the page.
struct Shown {
    item: Listed,
    pictures: Vec<Picture>,
}

impl ItemPage {
    pub fn new(pages: &Pages) -> Self {
        let more_cards = Rc::new(VecModel::default());
        pages.global::<Adapter>().set_more(ModelRc::from(more_cards.clone()));
        Self { shown: None, picture: 0, more: pages.catalog.clone(), more_cards }
    }

    pub fn link(&self) -> Option<&ItemLink> {
        self.shown.as_ref().map(|shown| shown.item.link())
    }

    /// Puts an item on the page, if it is still listed. Its picture may come later: see [`Self::fill`].
    pub fn open(&mut self, pages: &Pages, item: Listed) -> bool {
        let place = pages.catalog.place_of(&item);
        let Some((place, found)) = place.and_then(|place| Some((place, pages.catalog.get(place)?))) else {
            return false;
        };
        self.picture = 0;
        self.more = pages.catalog.more_like(place, MORE);
        let adapter = pages.global::<Adapter>();
        adapter.set_item(cards::show_item(place, found));
        let points: Vec<SharedString> =
            found.selling_points.iter().map(|point| drawable(point).as_ref().into()).collect();
        adapter.set_selling_points(ModelRc::new(VecModel::from(points)));
        adapter.set_picture_index(0);
        adapter.set_picture_count(found.pictures.len() as i32);
        adapter.set_has_picture(false);
        adapter.set_picture(Image::default());
        let code = draw_code(pages, &found.link);
        adapter.set_has_code(code.is_some());
        adapter.set_code(code.unwrap_or_default());
        let cards = self.more.iter().enumerate().map(|(place, other)| cards::show_item(place, other));
        self.more_cards.set_vec(cards.collect::<Vec<_>>());
        self.shown = Some(Shown { item, pictures: found.pictures.clone() });
        true
    }

    /// Shows the same item of another catalog; false where it is gone.
    pub fn renew(&mut self, pages: &Pages) -> bool {
        let place = self.shown.as_ref().and_then(|shown| pages.catalog.place_of(&shown.item));
        let item = place.and_then(|place| pages.catalog.item_at(place));
        item.is_some_and(|item| self.open(pages, item))
    }

    /// Opens another item, of the strip.
    pub fn open_card(&self, place: i32) -> Vec<Effect> {
        let place = usize::try_from(place).ok();
        place.and_then(|place| self.more.item_at(place)).map(Effect::OpenItem).into_iter().collect()
    }

    /// Shows another picture of the gallery.
    pub fn show_picture(&mut self, pages: &Pages, picture: i32) -> Vec<Effect> {
        let count = self.shown.as_ref().map_or(0, |shown| shown.pictures.len());
        if let Ok(picture) = usize::try_from(picture)
            && picture < count
            && picture != self.picture
        {
            self.picture = picture;
            let adapter = pages.global::<Adapter>();
            adapter.set_picture_index(picture as i32);
            adapter.set_has_picture(false);
        }
        vec![Effect::PicturesDue]
    }

    /// Puts the pictures that are there on the page and asks for the others.
    pub fn fill(&self, pages: &Pages) {
        if self.shown.is_none() {
            return;
        }
        let adapter = pages.global::<Adapter>();
        if !adapter.get_has_picture() {
            match self.large_key(pages).map(|key| pages.get_picture(key, Urgency::Awaited)) {
                Some(Found::Ready(image)) => {
                    adapter.set_picture(image);
                    adapter.set_has_picture(true);
                }
                Some(Found::Broken) | None => {
                    adapter.set_item(CardView { designed: true, ..adapter.get_item() });
                }
                Some(Found::Pending) => {}
            }
        }
        self.fill_more(pages);
    }

    fn fill_more(&self, pages: &Pages) {
        for (place, mut card) in self.more_cards.iter().enumerate() {
            if card.has_picture || card.designed {
                continue;
            }
            let Some(key) = self.more_key(pages, place) else { continue };
            match pages.get_picture(key, Urgency::Now) {
                Found::Ready(image) => (card.picture, card.has_picture) = (image, true),
                Found::Broken => card.designed = true,
                Found::Pending => continue,
            }
            self.more_cards.set_row_data(place, card);
        }
    }

    fn large_key(&self, pages: &Pages) -> Option<PictureKey> {
        let picture = self.shown.as_ref()?.pictures.get(self.picture)?;
        Some(pages.large_picture_key(picture))
    }

    fn more_key(&self, pages: &Pages, place: usize) -> Option<PictureKey> {
        let theme = pages.global::<Theme>();
        if theme.get_compact() {
            // The small panel has no room for the strip
            return None;
        }
        let side = pages.pixels(theme.get_more_size());
        self.more.get(place)?.pictures.first().map(|picture| PictureKey {
            object: picture.object,
            width: side,
            height: side,
            radius: pages.pixels(theme.get_radius()),
            around: PAGE,
            mark: false,
        })
    }

    /// Pictures that the page needs now.
    pub fn keys(&self, pages: &Pages) -> Vec<PictureKey> {
        let more = (0..self.more.len()).filter_map(|place| self.more_key(pages, place));
        self.large_key(pages).into_iter().chain(more.filter(|_| self.shown.is_some())).collect()
    }

    pub fn close(&mut self) {
        self.shown = None;
    }
}

/// The code at whole pixels: black on white, whatever the theme.
fn draw_code(pages: &Pages, link: &ItemLink) -> Option<Image> {
    let room = pages.global::<Theme>().get_code_size() * pages.window.window().scale_factor();
    let bitmap = qr::draw(&link.to_string(), room as u32).ok()?;
    let mut buffer = SharedPixelBuffer::<Rgb8Pixel>::new(bitmap.side, bitmap.side);
    for (pixel, &value) in buffer.make_mut_slice().iter_mut().zip(&bitmap.pixels) {
        *pixel = Rgb8Pixel { r: value, g: value, b: value };
    }
    Some(Image::from_rgb8(buffer))
}
