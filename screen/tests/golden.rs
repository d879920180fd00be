//! Every page and state, in every shape and language, held against a picture of it that a person has
//! looked at.
//!
//! The pictures in `tests/golden` are smaller than the screen and have few colours, so that the edges
//! of letters count for little and the places of things for much. `script/goldens` shows what has
//! changed, and `script/accept goldens` accepts it.

mod scenes;

use crate::picture::{FAR, Small};
use crate::rig::{COMPACT, LANDSCAPE, PORTRAIT};
use cloud_shelf_core::domain::Lang;
use image::RgbImage;
use scenes::Scenes;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The shapes, and by how much smaller their pictures are.
const MAIN: [((u32, u32), u32); 3] = [(PORTRAIT, 4), (LANDSCAPE, 4), (COMPACT, 2)];
/// Panels of other sizes, of which the pages are looked at in one contrast only.
const OTHER_SIZES: [((u32, u32), u32); 5] =
    [((1024, 600), 3), ((1280, 800), 3), ((1366, 768), 3), ((3840, 2160), 8), ((800, 1280), 3)];

/// Of a thousand pixels so many may be others: letters differ a little from font to font.
const MOST_PER_MILLE: usize = 3;

/// What differs between two pictures of one size, in red over what was drawn.
struct Difference {
    others: usize,
    marked: RgbImage,
}

fn difference(expected: &RgbImage, found: &RgbImage) -> Difference {
    let mut marked = found.clone();
    let mut others = 0;
    for (mark, before) in marked.pixels_mut().zip(expected.pixels()) {
        if mark.0.iter().zip(before.0).any(|(a, b)| a.abs_diff(b) >= FAR) {
            others += 1;
            mark.0 = [0xE0, 0x10, 0x10];
        } else {
            mark.0 = mark.0.map(|channel| 0xB0 + channel / 4);
        }
    }
    Difference { others, marked }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Holds what was drawn against the picture of that name, such as `1080x1920/zh/shelf`: what is wrong
/// with it, if anything.
pub fn compare(name: &str, whole: &RgbImage, by: u32) -> Option<String> {
    let small = Small::of(whole, by);
    let found = small.rgb();
    let expected = image::open(folder().join(format!("{name}.png")));
    let (problem, difference) = match expected.map(|picture| picture.to_rgb8()) {
        Err(image::ImageError::IoError(_)) => (Some("there is no picture of it yet".to_owned()), None),
        Err(error) => (Some(error.to_string()), None),
        Ok(expected) if expected.dimensions() != found.dimensions() => {
            (Some(format!("{:?} and no more {:?}", found.dimensions(), expected.dimensions())), None)
        }
        Ok(expected) => {
            let difference = difference(&expected, &found);
            let most = found.pixels().len() * MOST_PER_MILLE / 1000;
            let others = difference.others;
            let problem =
                (others > most).then(|| format!("{others} pixels are others, at most {most} may be"));
            (problem, Some(difference))
        }
    };
    // For `script/goldens`
    if let Some(review) = std::env::var_os("CLOUD_SHELF_GOLDENS") {
        let keep = |part: &str, end: &str| {
            let path = Path::new(&review).join(part).join(format!("{name}{end}"));
            fs::create_dir_all(path.parent().expect("a folder")).unwrap();
            path
        };
        fs::write(keep("found", ".png"), small.png()).unwrap();
        if let Some(problem) = &problem {
            whole.save(keep("whole", ".png")).unwrap();
            if let Some(difference) = &difference {
                difference.marked.save(keep("difference", ".png")).unwrap();
            }
            fs::write(keep("problem", ".txt"), problem).unwrap();
        }
    }
    problem.map(|problem| format!("{name}: {problem}"))
}

fn pages_look_as_they_did(shapes: &[((u32, u32), u32)], scenes: Scenes) {
    let mut problems = vec![];
    for (shape, by) in shapes {
        for look in [Lang::Zh, Lang::En].into_iter().flat_map(|lang| scenes.looks(lang)) {
            let folder = format!("{}x{}/{}", shape.0, shape.1, look.name());
            scenes::visit(*shape, look, scenes, |scene, whole| {
                problems.extend(compare(&format!("{folder}/{scene}"), whole, *by));
            });
        }
    }
    assert!(
        problems.is_empty(),
        "\n{}\n\nTo see them side by side:       script/goldens\n\
         If the new look is meant, then: script/accept goldens [NAME…]\n",
        problems.join("\n")
    );
}

#[test]
fn portrait_pages_look_as_they_did() {
    pages_look_as_they_did(&MAIN[..1], Scenes::All);
}

#[test]
fn landscape_pages_look_as_they_did() {
    pages_look_as_they_did(&MAIN[1..2], Scenes::All);
}

#[test]
fn compact_pages_look_as_they_did() {
    pages_look_as_they_did(&MAIN[2..], Scenes::All);
}

#[test]
fn pages_of_other_sizes_look_as_they_did() {
    pages_look_as_they_did(&OTHER_SIZES, Scenes::Main);
}

/// The names of all pictures in the folder.
pub fn kept_pictures() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut folders = vec![folder()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "png") {
                let name = path.strip_prefix(folder()).unwrap().with_extension("");
                names.insert(name.to_str().unwrap().to_owned());
            }
        }
    }
    names
}

#[test]
fn no_picture_is_left_of_a_page_that_is_no_more() {
    let mut drawn = BTreeSet::new();
    let shapes = MAIN.map(|(shape, _)| (shape, Scenes::All)).into_iter();
    for (shape, scenes) in shapes.chain(OTHER_SIZES.map(|(shape, _)| (shape, Scenes::Main))) {
        for look in [Lang::Zh, Lang::En].into_iter().flat_map(|lang| scenes.looks(lang)) {
            let folder = format!("{}x{}/{}", shape.0, shape.1, look.name());
            drawn.extend(scenes::names(shape, look, scenes).map(|scene| format!("{folder}/{scene}")));
        }
    }
    // Those of staff's pages are looked after in golden_staff.rs
    let kept: BTreeSet<_> = kept_pictures().into_iter().filter(|name| !name.contains("/staff/")).collect();
    let left: Vec<_> = kept.difference(&drawn).collect();
    let missing: Vec<_> = drawn.difference(&kept).collect();
    assert!(
        left.is_empty() && missing.is_empty(),
        "no page any more: {left:?}\nno picture yet: {missing:?}\n\
         script/goldens, then script/accept goldens, puts that right"
    );
}

#[test]
fn a_moved_button_would_be_found() {
    let mut before = RgbImage::from_pixel(270, 480, image::Rgb([0xF7, 0xF6, 0xF3]));
    let mut after = before.clone();
    let fill = |picture: &mut RgbImage, top: u32| {
        (0..60).for_each(|x| {
            (0..21).for_each(|y| picture.put_pixel(100 + x, top + y, image::Rgb([0x1F, 0x2A, 0x37])))
        });
    };
    fill(&mut before, 200);
    fill(&mut after, 204);
    let most = before.pixels().len() * MOST_PER_MILLE / 1000;
    assert!(difference(&before, &after).others > most, "16 pixels of the screen");
    assert_eq!(difference(&before, &before).others, 0);
}
