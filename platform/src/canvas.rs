//! What Slint's renderer draws on: a buffer of pixels that draws pictures, glyphs and the window's
//! background itself.

use super::mix::{self, Pixel};
use i_slint_renderer_software::{
    DrawTextureArgs, PhysicalRegion, RenderingRotation, TargetPixel as _, TargetPixelBuffer,
    TexturePixelFormat,
};
use slint::Brush;
use std::ops::Range;

/// A frame to draw on, row by row.
pub struct Canvas<'a> {
    pixels: &'a mut [Pixel],
    /// Pixels a line
    stride: usize,
    /// What the background is still to be drawn on: nothing is where a picture covers it
    bare: Vec<Area>,
    background: Pixel,
}

/// A rectangle in pixels.
#[derive(Clone, PartialEq, Eq)]
struct Area {
    columns: Range<usize>,
    rows: Range<usize>,
}

impl Area {
    fn common(&self, other: &Self) -> Self {
        let part = |a: &Range<usize>, b: &Range<usize>| a.start.max(b.start)..a.end.min(b.end);
        Self { columns: part(&self.columns, &other.columns), rows: part(&self.rows, &other.rows) }
    }

    fn is_empty(&self) -> bool {
        self.columns.is_empty() || self.rows.is_empty()
    }
}

/// The parts of a region, which may lie over each other.
fn areas(region: &PhysicalRegion) -> impl Iterator<Item = Area> {
    let side = |start: i32, length: u32| start.max(0) as usize..(start + length as i32).max(0) as usize;
    region.iter().map(move |(position, size)| Area {
        columns: side(position.x, size.width),
        rows: side(position.y, size.height),
    })
}

impl TargetPixelBuffer for Canvas<'_> {
    type TargetPixel = Pixel;

    fn line_slice(&mut self, line: usize) -> &mut [Pixel] {
        self.lay_background();
        let stride = self.stride;
        self.part_mut(line, &(0..stride))
    }

    fn num_lines(&self) -> usize {
        self.pixels.len() / self.stride
    }

    fn fill_background(&mut self, brush: &Brush, region: &PhysicalRegion) -> bool {
        let Brush::SolidColor(color) = brush else { return false };
        if color.alpha() < 255 {
            return false;
        }
        self.background = Pixel::from_rgb(color.red(), color.green(), color.blue());
        self.bare = areas(region).collect();
        true
    }

    fn draw_texture(&mut self, args: &DrawTextureArgs, clip: &PhysicalRegion) -> bool {
        let source = args.source();
        let as_it_is = args.rotation == RenderingRotation::NoRotation
            && args.tiling.is_none()
            && (source.width as usize, source.height as usize) == (args.dst_width, args.dst_height);
        let alpha = args.alpha;
        if (source.pixel_format, args.colorize, alpha) == (TexturePixelFormat::Rgb, None, 255) {
            let place = self.place(args);
            let covered = |area: &Area| areas(clip).any(|part| part.common(&place).common(area) == *area);
            self.bare.retain(|area| !covered(area));
        }
        self.lay_background();
        if !as_it_is {
            return false;
        }
        match (source.pixel_format, args.colorize) {
            (TexturePixelFormat::Rgb, None) if alpha == 255 => self.each_row(args, 3, clip, mix::copy),
            (TexturePixelFormat::Rgb, None) => {
                self.each_row(args, 3, clip, |to, from| mix::fade(to, from, alpha))
            }
            // The colour's own alpha is in `alpha` already
            (TexturePixelFormat::AlphaMap, Some(color)) => {
                let ink = Pixel::from_rgb(color.red(), color.green(), color.blue());
                self.each_row(args, 1, clip, |to, from| mix::ink(to, from, ink, alpha))
            }
            _ => false,
        }
    }
}

impl<'a> Canvas<'a> {
    pub const fn new(pixels: &'a mut [Pixel], stride: usize) -> Self {
        Self { pixels, stride, bare: Vec::new(), background: Pixel(0) }
    }

    fn lay_background(&mut self) {
        for Area { columns, rows } in std::mem::take(&mut self.bare) {
            for line in rows {
                let background = self.background;
                self.part_mut(line, &columns).fill(background);
            }
        }
    }

    /// A part of a line; empty where there is none.
    fn part_mut(&mut self, line: usize, columns: &Range<usize>) -> &mut [Pixel] {
        let start = line * self.stride;
        self.pixels.get_mut(start + columns.start..start + columns.end).unwrap_or_default()
    }

    /// What a texture lies on.
    fn place(&self, args: &DrawTextureArgs) -> Area {
        let side = |start: isize, length: usize, most: usize| {
            let within = |at: isize| at.clamp(0, most as isize) as usize;
            within(start)..within(start + length as isize)
        };
        Area {
            columns: side(args.dst_x, args.dst_width, self.stride),
            rows: side(args.dst_y, args.dst_height, self.num_lines()),
        }
    }

    /// Draws a texture's rows where they are within the clip. False, with nothing drawn, where
    /// parts of the clip lie over each other: what is there would be mixed in twice.
    fn each_row(
        &mut self,
        args: &DrawTextureArgs,
        bytes_a_pixel: usize,
        clip: &PhysicalRegion,
        draw: impl Fn(&mut [Pixel], &[u8]),
    ) -> bool {
        let areas: Vec<Area> = areas(clip).collect();
        let overlap =
            |(at, area): (usize, &Area)| areas.iter().take(at).any(|other| !area.common(other).is_empty());
        if areas.iter().enumerate().any(overlap) {
            return false;
        }
        let source = args.source();
        let place = self.place(args);
        for area in areas {
            let area = area.common(&place);
            if area.is_empty() {
                continue;
            }
            let left = (area.columns.start as isize - args.dst_x) as usize * bytes_a_pixel;
            let length = area.columns.len() * bytes_a_pixel;
            for line in area.rows {
                let from = (line as isize - args.dst_y) as usize * source.byte_stride + left;
                let from = source.data.get(from..from + length).unwrap_or_default();
                draw(self.part_mut(line, &area.columns), from);
            }
        }
        true
    }
}

impl Drop for Canvas<'_> {
    /// What nothing was drawn on is background.
    fn drop(&mut self) {
        self.lay_background();
    }
}
