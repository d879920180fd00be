//! The item page: one item, its gallery, its code, and more of the same category.

use super::{
    card,
    glyphs::drawable,
    pictures::{Found, PictureKey, Pictures, Urgency},
    shelf::PAGE,
};
use cloud_shelf_core::{
    domain::{CatalogSnapshot, Item, ItemLink},
    qr,
};
use cloud_shelf_ui::{AppWindow, CardView, ItemDetail as Adapter, Theme};
use slint::{ComponentHandle, Image, Model, ModelRc, Rgb8Pixel, SharedPixelBuffer, SharedString, VecModel};
use std::rc::Rc;

/// Cards in the strip below an item.
const MORE: usize = 12;

pub struct ItemPage {
    /// The item on the page; an index into the catalog
    shown: Option<usize>,
    link: Option<ItemLink>,
    picture: usize,
    more: Vec<usize>,
    more_cards: Rc<VecModel<CardView>>,
}

impl ItemPage {
    pub fn new(window: &AppWindow) -> Self {
        let more_cards = Rc::new(VecModel::default());
        window.global::<Adapter>().set_more(ModelRc::from(more_cards.clone()));
        Self { shown: None, link: None, picture: 0, more: vec![], more_cards }
    }

    pub fn link(&self) -> Option<&ItemLink> {
        self.link.as_ref()
    }

    pub fn more_at(&self, place: i32) -> Option<usize> {
        self.more.get(usize::try_from(place).ok()?).copied()
    }

    /// The large picture of an item, at the size that the page has for it.
    pub fn key(window: &AppWindow, item: &Item, picture: usize) -> Option<PictureKey> {
        let theme = window.global::<Theme>();
        let scale = window.window().scale_factor();
        item.pictures.get(picture).map(|picture| PictureKey {
            object: picture.object,
            width: (theme.get_hero_width() * scale).round() as u32,
            height: (theme.get_hero_height() * scale).round() as u32,
            radius: 0,
            around: PAGE,
            mark: false,
        })
    }

    /// Puts an item on the page. Its picture may come later: see [`Self::fill`].
    pub fn open(&mut self, window: &AppWindow, catalog: &CatalogSnapshot, listed: &[usize], index: usize) {
        let item = &catalog.items[index];
        self.shown = Some(index);
        self.link = Some(item.link.clone());
        self.picture = 0;
        self.more = more_like(catalog, listed, index);
        let adapter = window.global::<Adapter>();
        adapter.set_item(card::view(index, item));
        let points: Vec<SharedString> =
            item.selling_points.iter().map(|point| drawable(point).as_ref().into()).collect();
        adapter.set_selling_points(ModelRc::new(VecModel::from(points)));
        adapter.set_picture_index(0);
        adapter.set_picture_count(item.pictures.len() as i32);
        adapter.set_has_picture(false);
        adapter.set_picture(Image::default());
        let code = self.code(window, &item.link);
        adapter.set_has_code(code.is_some());
        adapter.set_code(code.unwrap_or_default());
        let cards =
            self.more.iter().enumerate().map(|(place, &other)| card::view(place, &catalog.items[other]));
        self.more_cards.set_vec(cards.collect::<Vec<_>>());
    }

    /// The code at whole pixels: black on white, whatever the theme.
    fn code(&self, window: &AppWindow, link: &ItemLink) -> Option<Image> {
        let room = window.global::<Theme>().get_code_size() * window.window().scale_factor();
        let bitmap = qr::draw(&link.to_string(), room as u32).ok()?;
        let mut buffer = SharedPixelBuffer::<Rgb8Pixel>::new(bitmap.side, bitmap.side);
        for (pixel, &value) in buffer.make_mut_slice().iter_mut().zip(&bitmap.pixels) {
            *pixel = Rgb8Pixel { r: value, g: value, b: value };
        }
        Some(Image::from_rgb8(buffer))
    }

    /// Shows another picture of the gallery.
    pub fn show_picture(&mut self, window: &AppWindow, catalog: &CatalogSnapshot, picture: i32) {
        let Some(index) = self.shown else { return };
        let count = catalog.items[index].pictures.len();
        if let Ok(picture) = usize::try_from(picture)
            && picture < count
            && picture != self.picture
        {
            self.picture = picture;
            let adapter = window.global::<Adapter>();
            adapter.set_picture_index(picture as i32);
            adapter.set_has_picture(false);
        }
    }

    /// Puts the pictures that are there on the page and asks for the others.
    pub fn fill(&self, window: &AppWindow, catalog: &CatalogSnapshot, pictures: &mut Pictures) {
        let Some(index) = self.shown else { return };
        let adapter = window.global::<Adapter>();
        let item = &catalog.items[index];
        if !adapter.get_has_picture() {
            match Self::key(window, item, self.picture).map(|key| pictures.get(key, Urgency::Awaited)) {
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
        self.fill_more(window, catalog, pictures);
    }

    fn fill_more(&self, window: &AppWindow, catalog: &CatalogSnapshot, pictures: &mut Pictures) {
        for (place, mut card) in self.more_cards.iter().enumerate() {
            if card.has_picture || card.designed {
                continue;
            }
            let Some(key) = self.more_key(window, catalog, place) else { continue };
            match pictures.get(key, Urgency::Now) {
                Found::Ready(image) => (card.picture, card.has_picture) = (image, true),
                Found::Broken => card.designed = true,
                Found::Pending => continue,
            }
            self.more_cards.set_row_data(place, card);
        }
    }

    fn more_key(&self, window: &AppWindow, catalog: &CatalogSnapshot, place: usize) -> Option<PictureKey> {
        let theme = window.global::<Theme>();
        if theme.get_compact() {
            // The small panel has no room for the strip
            return None;
        }
        let scale = window.window().scale_factor();
        let side = (theme.get_more_size() * scale).round() as u32;
        catalog.items[*self.more.get(place)?].pictures.first().map(|picture| PictureKey {
            object: picture.object,
            width: side,
            height: side,
            radius: (theme.get_radius() * scale).round() as u32,
            around: PAGE,
            mark: false,
        })
    }

    /// Pictures that the page needs now.
    pub fn keys(&self, window: &AppWindow, catalog: &CatalogSnapshot) -> Vec<PictureKey> {
        let Some(index) = self.shown else { return vec![] };
        let large = Self::key(window, &catalog.items[index], self.picture);
        let more = (0..self.more.len()).filter_map(|place| self.more_key(window, catalog, place));
        large.into_iter().chain(more).collect()
    }

    pub fn close(&mut self) {
        self.shown = None;
        self.link = None;
    }
}

/// Others of the same category, from the item's place on, round the end.
fn more_like(catalog: &CatalogSnapshot, listed: &[usize], index: usize) -> Vec<usize> {
    let category = catalog.items[index].category;
    let alike: Vec<usize> =
        listed.iter().copied().filter(|&other| catalog.items[other].category == category).collect();
    let start = alike.iter().position(|&other| other == index).map_or(0, |place| place + 1);
    alike
        .iter()
        .cycle()
        .skip(start)
        .take(alike.len())
        .copied()
        .filter(|&other| other != index)
        .take(MORE)
        .collect()
}
