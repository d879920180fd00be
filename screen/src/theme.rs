//! How the pages look: the brand's name, mark and colours, on which text stays readable, and what a
//! shopper has chosen to see and reach them better.

use crate::{
    glyphs::drawable,
    pictures::{Found, PictureKey, Pictures, Urgency},
};
use cloud_shelf_core::domain::{Brand, Rgb};
use cloud_shelf_ui::{AppWindow, Brand as Adapter, Theme};
use slint::ComponentHandle;

/// The page behind the cards; their corners are blended against it.
pub const PAGE: Rgb = Rgb(0xF7, 0xF6, 0xF3);
/// The closed page; the mark's transparent parts show it.
const NIGHT: Rgb = Rgb(0x12, 0x11, 0x10);
const INK: Rgb = Rgb(0x1D, 0x1C, 0x1A);
const WHITE: Rgb = Rgb(0xFF, 0xFF, 0xFF);

/// WCAG 2.2 AA for text.
const MIN_CONTRAST: f64 = 4.5;
/// AAA, where a shopper asks for high contrast.
const HIGH_CONTRAST: f64 = 7.0;
/// From this contrast on an area is seen on another one.
const STANDS_OUT: f64 = 1.3;

/// What a shopper can switch on and off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aid {
    Reach,
    LargeText,
    HighContrast,
}

/// Switches an aid on or off. Lengths and colours are others then.
pub fn toggle_aid(window: &AppWindow, aid: Aid) {
    let theme = window.global::<Theme>();
    match aid {
        Aid::Reach => theme.set_reach(!theme.get_reach()),
        Aid::LargeText => theme.set_large_text(!theme.get_large_text()),
        Aid::HighContrast => theme.set_high_contrast(!theme.get_high_contrast()),
    }
}

/// Switches all aids off. True if one was on.
pub fn clear_aids(window: &AppWindow) -> bool {
    let theme = window.global::<Theme>();
    let any = theme.get_reach() || theme.get_large_text() || theme.get_high_contrast();
    if any {
        theme.set_reach(false);
        theme.set_large_text(false);
        theme.set_high_contrast(false);
    }
    any
}

/// Puts the brand on the pages; its mark comes later: see [`fill_marks`].
pub fn show_brand(window: &AppWindow, brand: &Brand) {
    let adapter = window.global::<Adapter>();
    let name = drawable(&brand.name);
    adapter.set_name(name.as_ref().into());
    adapter.set_initial(name.chars().take(1).collect::<String>().into());
    let theme = window.global::<Theme>();
    let least = if theme.get_high_contrast() { HIGH_CONTRAST } else { MIN_CONTRAST };
    let (primary, accent) = (make_readable(brand.primary, least), make_readable(brand.accent, least));
    theme.set_primary(to_color(primary).into());
    theme.set_on_primary(to_color(text_color_on(primary)).into());
    theme.set_primary_lost(primary.contrast(PAGE) < STANDS_OUT);
    theme.set_accent_lost(accent.contrast(primary) < STANDS_OUT);
    theme.set_accent(to_color(accent).into());
    theme.set_on_accent(to_color(text_color_on(accent)).into());
}

/// Puts the marks on the pages, if they are there: on the page, on the brand's own colour, and on the
/// closed page.
pub fn fill_marks(window: &AppWindow, brand: &Brand, pictures: &mut Pictures) {
    let adapter = window.global::<Adapter>();
    let found = mark_keys(window, brand).map(|keys| keys.map(|key| pictures.get(key, Urgency::Now)));
    if let Some([Found::Ready(on_page), Found::Ready(on_primary), Found::Ready(on_night)]) = found {
        adapter.set_mark(on_page);
        adapter.set_mark_on_primary(on_primary);
        adapter.set_mark_on_night(on_night);
        adapter.set_has_mark(true);
    } else {
        adapter.set_has_mark(false);
    }
}

fn mark_keys(window: &AppWindow, brand: &Brand) -> Option<[PictureKey; 3]> {
    let object = brand.logo?;
    let theme = window.global::<Theme>();
    let key = |side: f32, around: Rgb| {
        let side = (side * window.window().scale_factor()).round() as u32;
        PictureKey { object, width: side, height: side, radius: 0, around, mark: true }
    };
    Some([
        key(theme.get_mark_page(), PAGE),
        key(theme.get_mark_hero(), make_readable(brand.primary, MIN_CONTRAST)),
        key(theme.get_mark_hero(), NIGHT),
    ])
}

pub fn to_color(rgb: Rgb) -> slint::Color {
    slint::Color::from_rgb_u8(rgb.0, rgb.1, rgb.2)
}

/// The text colour for a background: white or ink, whichever stands out more.
fn text_color_on(background: Rgb) -> Rgb {
    if background.contrast(WHITE) >= background.contrast(INK) { WHITE } else { INK }
}

/// Neither white nor ink has enough contrast on middle tones: those are darkened until white has.
fn make_readable(mut background: Rgb, least: f64) -> Rgb {
    while background.contrast(text_color_on(background)) < least {
        let darker = |v: u8| (u16::from(v) * 31 / 32) as u8;
        background = Rgb(darker(background.0), darker(background.1), darker(background.2));
    }
    background
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_good_colour_is_left_alone() {
        for good in [Rgb(0x1F, 0x2A, 0x37), WHITE, Rgb(0, 0, 0), Rgb(0xFF, 0xD4, 0x00)] {
            assert_eq!(make_readable(good, MIN_CONTRAST), good);
        }
    }

    proptest! {
        #[test]
        fn text_is_readable_on_any_brand_colour(r: u8, g: u8, b: u8) {
            for least in [MIN_CONTRAST, HIGH_CONTRAST] {
                let background = make_readable(Rgb(r, g, b), least);
                prop_assert!(background.contrast(text_color_on(background)) >= least);
            }
        }
    }
}
