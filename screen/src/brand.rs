//! Whose shelf this is: name, mark and colours.

use super::{
    card::color,
    glyphs::drawable,
    pictures::{Found, PictureKey, Pictures, Urgency},
    shelf::PAGE,
    theme,
};
use cloud_shelf_core::domain::{Brand, Rgb};
use cloud_shelf_ui::{AppWindow, Brand as Adapter, Theme};
use slint::ComponentHandle;

/// The closed page; the mark's transparent parts show it.
const NIGHT: Rgb = Rgb(0x12, 0x11, 0x10);
/// From this contrast on an area is seen on another one.
const STANDS_OUT: f64 = 1.3;

/// Puts the brand on the pages; its mark comes later: see [`fill`].
pub fn show(window: &AppWindow, brand: &Brand) {
    let adapter = window.global::<Adapter>();
    let name = drawable(&brand.name);
    adapter.set_name(name.as_ref().into());
    adapter.set_initial(name.chars().take(1).collect::<String>().into());
    let theme = window.global::<Theme>();
    let least = if theme.get_high_contrast() { theme::HIGH_CONTRAST } else { theme::MIN_CONTRAST };
    let (primary, accent) = (theme::readable(brand.primary, least), theme::readable(brand.accent, least));
    theme.set_primary(color(primary).into());
    theme.set_on_primary(color(theme::on(primary)).into());
    theme.set_primary_lost(primary.contrast(PAGE) < STANDS_OUT);
    theme.set_accent_lost(accent.contrast(primary) < STANDS_OUT);
    theme.set_accent(color(accent).into());
    theme.set_on_accent(color(theme::on(accent)).into());
}

/// The marks that the pages need: on the page, on the brand's own colour, and on the closed page.
pub fn keys(window: &AppWindow, brand: &Brand) -> Option<[PictureKey; 3]> {
    let object = brand.logo?;
    let theme = window.global::<Theme>();
    let key = |side: f32, around: Rgb| {
        let side = (side * window.window().scale_factor()).round() as u32;
        PictureKey { object, width: side, height: side, radius: 0, around, mark: true }
    };
    Some([
        key(theme.get_mark_page(), PAGE),
        key(theme.get_mark_hero(), theme::readable(brand.primary, theme::MIN_CONTRAST)),
        key(theme.get_mark_hero(), NIGHT),
    ])
}

/// Puts the marks on the pages, if they are there.
pub fn fill(window: &AppWindow, brand: &Brand, pictures: &mut Pictures) {
    let adapter = window.global::<Adapter>();
    let found = keys(window, brand).map(|keys| keys.map(|key| pictures.get(key, Urgency::Now)));
    if let Some([Found::Ready(on_page), Found::Ready(on_primary), Found::Ready(on_night)]) = found {
        adapter.set_mark(on_page);
        adapter.set_mark_on_primary(on_primary);
        adapter.set_mark_on_night(on_night);
        adapter.set_has_mark(true);
    } else {
        adapter.set_has_mark(false);
    }
}
