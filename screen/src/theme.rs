//! A brand's colours on the pages: whatever they are, the text on them stays readable.

use cloud_shelf_core::domain::Rgb;

const INK: Rgb = Rgb(0x1D, 0x1C, 0x1A);
const WHITE: Rgb = Rgb(0xFF, 0xFF, 0xFF);

/// WCAG 2.2 AA for text.
pub const MIN_CONTRAST: f64 = 4.5;
/// AAA, where a shopper asks for high contrast.
pub const HIGH_CONTRAST: f64 = 7.0;

/// The text colour for a background: white or ink, whichever stands out more.
pub fn on(background: Rgb) -> Rgb {
    if background.contrast(WHITE) >= background.contrast(INK) { WHITE } else { INK }
}

/// Neither white nor ink has enough contrast on middle tones: those are darkened until white has.
pub fn readable(mut background: Rgb, least: f64) -> Rgb {
    while background.contrast(on(background)) < least {
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
            assert_eq!(readable(good, MIN_CONTRAST), good);
        }
    }

    proptest! {
        #[test]
        fn text_is_readable_on_any_brand_colour(r: u8, g: u8, b: u8) {
            for least in [MIN_CONTRAST, HIGH_CONTRAST] {
                let background = readable(Rgb(r, g, b), least);
                prop_assert!(background.contrast(on(background)) >= least);
            }
        }
    }
}
