//! The loops that fill a row of pixels. Pure.

use slint::platform::software_renderer::{PremultipliedRgbaColor, TargetPixel};

/// A pixel as X servers and DRM take it: `0x00RRGGBB`.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
pub struct Pixel(pub u32);

/// Every second byte of a pixel, so that two channels are worked on at once.
const HALF: u32 = 0x00FF_00FF;

impl Pixel {
    pub const fn red_green_blue(self) -> [u8; 3] {
        let [_, red, green, blue] = self.0.to_be_bytes();
        [red, green, blue]
    }
}

impl TargetPixel for Pixel {
    fn blend(&mut self, color: PremultipliedRgbaColor) {
        let over = u32::from_be_bytes([0, color.red, color.green, color.blue]);
        self.0 = over + scaled(self.0, 255 - u32::from(color.alpha));
    }

    fn from_rgb(red: u8, green: u8, blue: u8) -> Self {
        Self(u32::from_be_bytes([0, red, green, blue]))
    }
}

/// Each channel times `by` / 255, rounded.
#[inline(always)]
fn scaled(pixel: u32, by: u32) -> u32 {
    let half = |channels: u32| {
        let product = channels * by + 0x0080_0080;
        (product + ((product >> 8) & HALF)) >> 8 & HALF
    };
    half(pixel & HALF) | half((pixel >> 8) & HALF) << 8
}

/// Between two pixels: `by` / 255 of `over`, the rest of `under`, each channel rounded once.
#[inline(always)]
fn between(under: u32, over: u32, by: u32) -> u32 {
    let rest = 255 - by;
    let half = |under: u32, over: u32| {
        let product = under * rest + over * by + 0x0080_0080;
        (product + ((product >> 8) & HALF)) >> 8 & HALF
    };
    half(under & HALF, over & HALF) | half((under >> 8) & HALF, (over >> 8) & HALF) << 8
}

/// Makes a loop anew for processors with registers of 32 bytes, which nearly all of x86 have and its
/// first one had not. The loop has to be inlined.
macro_rules! with_wide_registers {
    ($(#[$doc:meta])* pub fn $name:ident($($arg:ident: $kind:ty),*) = $each:path;) => {
        $(#[$doc])*
        pub fn $name($($arg: $kind),*) {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                fn wide($($arg: $kind),*) {
                    $each($($arg),*);
                }
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: the processor has what this is made for.
                    return unsafe { wide($($arg),*) };
                }
            }
            $each($($arg),*);
        }
    };
}

with_wide_registers! {
    /// Puts a row of red, green, blue bytes in place.
    pub fn copy(to: &mut [Pixel], from: &[u8]) = widen;
}

with_wide_registers! {
    /// Lays a row of red, green, blue bytes over what is there, at `alpha` / 255.
    pub fn fade(to: &mut [Pixel], from: &[u8], alpha: u8) = lay_over;
}

#[inline(always)]
fn widen(to: &mut [Pixel], from: &[u8]) {
    const COLORS: u32 = 0x00FF_FFFF;
    let (fours, rest) = to.as_chunks_mut::<4>();
    let (dozens, rest_from) = from.as_chunks::<12>();
    // Four pixels by four loads: each of the last three begins with a byte of the pixel before it
    for (pixels, bytes) in fours.iter_mut().zip(dozens) {
        let &[a, b, c, d, e, f, g, h, i, j, k, l] = bytes;
        let word = u32::from_be_bytes;
        *pixels = [
            Pixel(word([a, b, c, d]) >> 8),
            Pixel(word([c, d, e, f]) & COLORS),
            Pixel(word([f, g, h, i]) & COLORS),
            Pixel(word([i, j, k, l]) & COLORS),
        ];
    }
    for (pixel, &[red, green, blue]) in rest.iter_mut().zip(rest_from.as_chunks::<3>().0) {
        *pixel = Pixel::from_rgb(red, green, blue);
    }
}

/// Pixels that are mixed at once.
const BLOCK: usize = 64;

/// Byte by byte: products of 16 bits, which every processor has many of at once.
#[inline(always)]
fn lay_over(to: &mut [Pixel], from: &[u8], alpha: u8) {
    // In 256ths, of which a shift makes whole ones: 0 stays 0, and 255 is all
    let by = u16::from(alpha) + u16::from(alpha >> 7);
    let rest = 256 - by;
    let mut over = [Pixel(0); BLOCK];
    for (to, from) in to.chunks_mut(BLOCK).zip(from.chunks(3 * BLOCK)) {
        let Some(over) = over.get_mut(..to.len()) else { continue };
        widen(over, from);
        let over: &[u8] = bytemuck::cast_slice(over);
        for (under, &over) in bytemuck::cast_slice_mut::<_, u8>(to).iter_mut().zip(over) {
            *under = ((u16::from(*under) * rest + u16::from(over) * by + 128) >> 8) as u8;
        }
    }
}

/// Lays a colour over what is there where a row of coverage says so, such as a glyph's.
pub fn ink(to: &mut [Pixel], coverage: &[u8], color: Pixel, alpha: u8) {
    let alpha = u32::from(alpha);
    let lay = |pixel: &mut Pixel, cover: u8| {
        // Both factors up to 255 make 65025, of which 128 more and 257ths are 255ths, rounded
        let by = ((u32::from(cover) * alpha + 128) * 257) >> 16;
        pixel.0 = between(pixel.0, color.0, by);
    };
    let (eights, rest) = to.as_chunks_mut::<8>();
    let (covers, rest_covers) = coverage.as_chunks::<8>();
    for (pixels, covers) in eights.iter_mut().zip(covers) {
        // Half of a glyph's box is empty
        if u64::from_ne_bytes(*covers) != 0 {
            for (pixel, &cover) in pixels.iter_mut().zip(covers) {
                lay(pixel, cover);
            }
        }
    }
    for (pixel, &cover) in rest.iter_mut().zip(rest_covers) {
        lay(pixel, cover);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn channel(under: u8, over: u8, alpha: u8) -> u8 {
        ((u32::from(under) * (255 - u32::from(alpha)) + u32::from(over) * u32::from(alpha) + 127) / 255) as u8
    }

    fn near(a: [u8; 3], b: [u8; 3]) -> bool {
        a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= 1)
    }

    proptest! {
        #[test]
        fn a_copied_row_is_the_row(row in prop::collection::vec(any::<[u8; 3]>(), 0..40)) {
            let mut to = vec![Pixel(0x0012_3456); row.len()];
            copy(&mut to, row.as_flattened());
            let back: Vec<_> = to.iter().map(|pixel| pixel.red_green_blue()).collect();
            prop_assert_eq!(back, row);
        }

        #[test]
        fn a_faded_row_lies_between(under: [u8; 3], over: [u8; 3], alpha: u8) {
            let mut to = [Pixel::from_rgb(under[0], under[1], under[2])];
            fade(&mut to, &over, alpha);
            let wanted = std::array::from_fn(|at| channel(under[at], over[at], alpha));
            prop_assert!(near(to[0].red_green_blue(), wanted), "{to:?} is not {wanted:?}");
            prop_assert_eq!(to[0].0 >> 24, 0);
        }

        #[test]
        fn a_faded_row_is_faded_from_end_to_end(row in prop::collection::vec(any::<[u8; 3]>(), 0..200), alpha: u8) {
            let under = Pixel(0x0012_3456);
            let mut to = vec![under; row.len()];
            fade(&mut to, row.as_flattened(), alpha);
            for (pixel, over) in to.iter().zip(row) {
                let [a, b, c] = under.red_green_blue();
                let wanted = [(a, over[0]), (b, over[1]), (c, over[2])].map(|(a, b)| channel(a, b, alpha));
                prop_assert!(near(pixel.red_green_blue(), wanted), "{pixel:?} is not {wanted:?}");
            }
        }

        #[test]
        fn ink_covers_as_much_as_it_says(under: [u8; 3], over: [u8; 3], cover: u8, alpha: u8) {
            let mut to = [Pixel::from_rgb(under[0], under[1], under[2])];
            ink(&mut to, &[cover], Pixel::from_rgb(over[0], over[1], over[2]), alpha);
            let by = ((u32::from(cover) * u32::from(alpha) + 127) / 255) as u8;
            let wanted = std::array::from_fn(|at| channel(under[at], over[at], by));
            prop_assert!(near(to[0].red_green_blue(), wanted), "{to:?} is not {wanted:?}");
        }

        #[test]
        fn a_premultiplied_colour_never_overflows(under: [u8; 3], color: [u8; 3], alpha: u8) {
            let part = |channel: u8| (u32::from(channel) * u32::from(alpha) / 255) as u8;
            let mut pixel = Pixel::from_rgb(under[0], under[1], under[2]);
            pixel.blend(PremultipliedRgbaColor {
                red: part(color[0]), green: part(color[1]), blue: part(color[2]), alpha,
            });
            let wanted = std::array::from_fn(|at| channel(under[at], color[at], alpha));
            prop_assert!(near(pixel.red_green_blue(), wanted), "{pixel:?} is not {wanted:?}");
        }
    }
}
