//! The picture on a panel that hangs turned. Pure.

use super::super::{display::Damage, mix::Pixel};
use cloud_shelf_core::panel::Rotation;
use std::ops::Range;

/// So many lines of the picture at a time: each is read a pixel at a time, and has to stay in the
/// nearest cache until its neighbours are wanted.
const TILE: usize = 128;

/// Copies a rectangle of a picture of a size to where a panel of `stride` pixels a line shows it.
/// Parts of the rectangle that the picture or the panel does not have are left out.
pub fn copy(
    picture: &[Pixel],
    (width, height): (u16, u16),
    area: &Damage,
    rotation: Rotation,
    panel: &mut [Pixel],
    stride: usize,
) {
    let (width, height) = (usize::from(width), usize::from(height));
    let columns = within(area.x, area.width, width);
    let rows = within(area.y, area.height, height);
    let row_of = |row: usize| part(picture, row * width, &columns);
    match rotation {
        Rotation::None => {
            for row in rows {
                let line = part_mut(panel, row * stride, &columns);
                for (to, from) in line.iter_mut().zip(row_of(row)) {
                    *to = *from;
                }
            }
        }
        Rotation::Half => {
            let to = width - columns.end..width - columns.start;
            for row in rows {
                let line = part_mut(panel, (height - 1 - row) * stride, &to);
                for (to, from) in line.iter_mut().rev().zip(row_of(row)) {
                    *to = *from;
                }
            }
        }
        Rotation::Quarter => {
            for tile in tiles(rows) {
                let to = height - tile.end..height - tile.start;
                for column in columns.clone() {
                    let line = part_mut(panel, column * stride, &to);
                    for (to, from) in line.iter_mut().rev().zip(column_of(picture, width, column, &tile)) {
                        *to = *from;
                    }
                }
            }
        }
        Rotation::ThreeQuarters => {
            for tile in tiles(rows) {
                for column in columns.clone() {
                    let line = part_mut(panel, (width - 1 - column) * stride, &tile);
                    for (to, from) in line.iter_mut().zip(column_of(picture, width, column, &tile)) {
                        *to = *from;
                    }
                }
            }
        }
    }
}

/// A part of the line that begins at a pixel; empty where there is none.
fn part<'a>(pixels: &'a [Pixel], start: usize, part: &Range<usize>) -> &'a [Pixel] {
    pixels.get(start + part.start..start + part.end).unwrap_or_default()
}

fn part_mut<'a>(pixels: &'a mut [Pixel], start: usize, part: &Range<usize>) -> &'a mut [Pixel] {
    pixels.get_mut(start + part.start..start + part.end).unwrap_or_default()
}

/// A column's pixels in some rows, from above.
fn column_of<'a>(
    picture: &'a [Pixel],
    width: usize,
    column: usize,
    rows: &Range<usize>,
) -> impl Iterator<Item = &'a Pixel> {
    let first = picture.get(rows.start * width + column..).unwrap_or_default();
    first.iter().step_by(width.max(1)).take(rows.len())
}

fn within(start: i16, length: u16, most: usize) -> Range<usize> {
    let side = |at: i32| usize::try_from(at).unwrap_or(0).min(most);
    side(start.into())..side(i32::from(start) + i32::from(length))
}

fn tiles(rows: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let end = rows.end;
    rows.step_by(TILE).map(move |start| start..end.min(start + TILE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIZE: (u16, u16) = (3, 2);

    /// Where 1 to 6, row by row, are on the panel.
    fn panel(rotation: Rotation) -> Vec<Vec<u32>> {
        let picture: Vec<Pixel> = (1..=6).map(Pixel).collect();
        let (width, height) = rotation.turn_size(SIZE);
        let (width, height) = (usize::from(width), usize::from(height));
        let stride = width + 1;
        let mut pixels = vec![Pixel(0); stride * height];
        copy(&picture, SIZE, &Damage::whole(SIZE), rotation, &mut pixels, stride);
        pixels.chunks(stride).map(|line| line[..width].iter().map(|pixel| pixel.0).collect()).collect()
    }

    #[test]
    fn the_picture_turns_clockwise() {
        assert_eq!(panel(Rotation::None), [[1, 2, 3], [4, 5, 6]]);
        assert_eq!(panel(Rotation::Quarter), [[4, 1], [5, 2], [6, 3]]);
        assert_eq!(panel(Rotation::Half), [[6, 5, 4], [3, 2, 1]]);
        assert_eq!(panel(Rotation::ThreeQuarters), [[3, 6], [2, 5], [1, 4]]);
    }

    proptest! {
        /// What is copied in parts is what is copied whole, and touches land where they are seen.
        #[test]
        fn parts_make_the_whole(
            width in 1_u16..300, height in 1_u16..300, x in -9_i16..310, y in -9_i16..310,
            part_width in 0_u16..320, part_height in 0_u16..320, turn in 0_usize..4,
        ) {
            let (size, rotation) = ((width, height), Rotation::ALL[turn]);
            let picture: Vec<Pixel> =
                (1..=u32::from(width) * u32::from(height)).map(Pixel).collect();
            let (panel_width, panel_height) = rotation.turn_size(size);
            let stride = usize::from(panel_width);
            let mut panel = vec![Pixel(0); picture.len()];
            let part = Damage { x, y, width: part_width, height: part_height };
            copy(&picture, size, &part, rotation, &mut panel, stride);
            for (at, pixel) in panel.iter().enumerate() {
                let place = (
                    ((at % stride) as f64 + 0.5) / f64::from(panel_width),
                    ((at / stride) as f64 + 0.5) / f64::from(panel_height),
                );
                let (across, down) = rotation.to_picture(place);
                let (column, row) =
                    ((across * f64::from(width)) as i32, (down * f64::from(height)) as i32);
                let inside = (i32::from(x)..i32::from(x) + i32::from(part_width)).contains(&column)
                    && (i32::from(y)..i32::from(y) + i32::from(part_height)).contains(&row);
                let expected = picture[row as usize * usize::from(width) + column as usize];
                prop_assert_eq!(*pixel, if inside { expected } else { Pixel(0) });
            }
        }
    }
}
