//! Decoding never takes more memory than was reserved, and never more than a unit has: for each
//! format, with pictures made to take as much as possible.

use cloud_shelf_core::{
    clock::{Clock, SystemClock},
    domain::Rgb,
    heap,
    media::{self, Fit, limits},
};
use pictures::{Colors, Form, Png};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[path = "../../tests/support/hostile.rs"]
mod hostile;
#[path = "../../tests/support/pictures.rs"]
mod pictures;

const WHITE: Rgb = Rgb(255, 255, 255);
const QUARTER: &[(u8, u8)] = &[(2, 2), (1, 1), (1, 1)];
const FULL: &[(u8, u8)] = &[(1, 1), (1, 1), (1, 1)];
/// Upper bound for parsing a header.
const HEADER: u64 = 1 << 20;

/// Lets one test run at a time; called first in each test, since the heap of the whole program is measured,
/// and memory used to build a test's pictures counts, too.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Outcome for a picture.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Shown,
    Refused(&'static str),
}
use End::{Refused, Shown};

const TOO_COSTLY: End = Refused("picture_too_costly");
const TOO_MANY: End = Refused("picture_too_many_pixels");
const BROKEN: End = Refused("picture_broken");
const CUT: End = Refused("picture_truncated");

/// Processes a picture, and checks the memory used against the memory reserved.
fn hold<T>(name: &str, bytes: &[u8], work: impl FnOnce() -> Result<T, media::MediaError>) -> End {
    let ((end, asked), took) = heap::measure_peak(|| media::measure_budget(|| work().map(drop)));
    let took = took as u64;
    let file = bytes.len() as u64;
    let may = asked.saturating_sub(file).max(HEADER);
    println!(
        "{name:<44} file {file:>9}  asked {:>5.1} MiB  took {:>5.1} MiB  {end:?}",
        mib(asked),
        mib(took)
    );
    assert!(took <= may, "{name}: took {took} bytes, but {may} were reserved");
    assert!(asked <= limits::DECODING_BYTES, "{name}");
    end.map_or_else(|error| Refused(error.code()), |()| Shown)
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// Decodes in every way that a program does. Checks the outcome when the picture is taken in, and
/// that no way takes more than it reserves.
#[track_caller]
fn each_way(name: &str, bytes: &[u8], wanted: &End) {
    let ends = [
        hold(&format!("{name}: prepare"), bytes, || media::prepare_picture(bytes)),
        hold(&format!("{name}: portable"), bytes, || media::prepare_published(bytes)),
    ];
    ends.iter().for_each(|end| assert_eq!(end, wanted, "{name}"));
    hold(&format!("{name}: mark"), bytes, || media::prepare_logo(bytes));
    for (side, fit) in [(96, Fit::Contain(WHITE)), (400, Fit::Extend), (2160, Fit::Extend), (300, Fit::Cover)]
    {
        hold(&format!("{name}: show {side}"), bytes, || {
            media::decode_scaled(bytes, (side, side), fit, WHITE)
        });
    }
    hold(&format!("{name}: decode"), bytes, || media::decode(bytes));
    let probed = hold(&format!("{name}: probe"), bytes, || media::probe(bytes));
    // Whether the budget suffices is known from the header
    assert!(*wanted != TOO_COSTLY || probed == TOO_COSTLY || probed == Shown, "{name}: {probed:?}");
    if let Ok((width, height)) = media::probe(bytes) {
        let mut rgb = vec![0; 3 * width as usize * height as usize];
        hold(&format!("{name}: decode into"), bytes, || media::decode_into(bytes, width, height, &mut rgb));
    }
}

#[test]
fn png() {
    let _alone = alone();
    let rgba = |side| Png::new(side, side, 8, Colors::Rgba);
    for (name, png, wanted) in [
        ("RGBA 6300²", rgba(6300), Shown),
        ("a real logo, 5400²", rgba(5400), Shown),
        ("RGBA of 16 bits, 6300²", Png::new(6300, 6300, 16, Colors::Rgba), Shown),
        ("gray of one bit, 6300²", Png::new(6300, 6300, 1, Colors::Gray), Shown),
        ("palette, 6300²", Png::new(6300, 6300, 8, Colors::Palette), Shown),
        ("palette with transparency", Png::new(6300, 6300, 8, Colors::Palette), Shown),
        ("16,384 wide", Png::new(16_384, 2_400, 16, Colors::Rgba), Shown),
        ("16,384 high", Png::new(2_400, 16_384, 8, Colors::Rgba), Shown),
        ("interlaced RGBA 6000²", Png { interlaced: true, ..rgba(6000) }, Shown),
        ("interlaced RGBA 6300²", Png { interlaced: true, ..rgba(6300) }, TOO_COSTLY),
        (
            "interlaced RGBA of 16 bits",
            Png { interlaced: true, ..Png::new(5000, 5000, 16, Colors::Rgba) },
            Shown,
        ),
        (
            "interlaced RGB, turned",
            {
                let turned = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
                Png { interlaced: true, ..Png::new(6300, 6300, 8, Colors::Rgb) }.with(b"eXIf", turned)
            },
            Shown,
        ),
        ("too many pixels", rgba(6400), TOO_MANY),
        ("a profile of 500 MB", rgba(600).with(b"iCCP", pictures::profile(500 << 20)), Shown),
        ("a text of 500 MB", rgba(600).with(b"zTXt", pictures::text(500 << 20)), Shown),
        ("an XMP block of 500 MB", rgba(600).with(b"iTXt", pictures::xmp(500 << 20)), Shown),
        ("an EXIF block of 15 MB", rgba(600).with(b"eXIf", vec![0; 15 << 20]), Shown),
        ("15 MB of garbage as a profile", rgba(600).with(b"iCCP", vec![7; 15 << 20]), Shown),
        ("an unknown chunk of 15 MB", rgba(600).with(b"abCd", vec![7; 15 << 20]), Shown),
        (
            "frames of an animation",
            {
                let control =
                    [&[0; 4][..], &600_u32.to_be_bytes(), &600_u32.to_be_bytes(), &[0; 14]].concat();
                let mut png =
                    rgba(600).with(b"acTL", vec![0, 0, 0, 50, 0, 0, 0, 0]).with(b"fcTL", control.clone());
                for _ in 0..50 {
                    png.after.push((b"fcTL", control.clone()));
                    png.after.push((b"fdAT", [&[0; 4][..], &pictures::zeros(600 * 2401)].concat()));
                }
                png
            },
            Shown,
        ),
    ] {
        each_way(&format!("png, {name}"), &png.bytes(), &wanted);
    }
    let many = Png { before: vec![(b"tEXt", b"a\0b".to_vec()); 20_000], ..rgba(600) };
    each_way("png, 20,000 texts", &many.bytes(), &BROKEN);
    let bytes = rgba(600).bytes();
    each_way("png, cut", &bytes[..bytes.len() / 2], &CUT);
}

#[test]
fn jpeg() {
    let _alone = alone();
    let icc = |number: u8| (0xE2, [&b"ICC_PROFILE\0"[..], &[number, 255], &vec![7; 65_000]].concat());
    let exif = |orientation: u8| {
        let block = [
            &b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..],
            &[orientation, 0, 0, 0, 0, 0, 0],
        ];
        (0xE1, block.concat())
    };
    for (name, bytes, wanted) in [
        ("a phone's, 24 MP", pictures::jpeg(6000, 4000, Form::Baseline, QUARTER, &[exif(1)]), Shown),
        ("a phone's, turned", pictures::jpeg(6000, 4000, Form::Baseline, QUARTER, &[exif(6)]), Shown),
        ("40 MP", pictures::jpeg(6320, 6320, Form::Baseline, FULL, &[]), Shown),
        ("40 MP, turned", pictures::jpeg(6320, 6320, Form::Baseline, FULL, &[exif(8)]), Shown),
        ("gray, 40 MP", pictures::jpeg(6320, 6320, Form::Baseline, &[(1, 1)], &[]), Shown),
        ("four components, 40 MP", pictures::jpeg(6320, 6320, Form::Baseline, &[(1, 1); 4], &[]), Shown),
        ("odd sampling", pictures::jpeg(6000, 4000, Form::Baseline, &[(4, 1), (1, 1), (1, 1)], &[]), Shown),
        ("16,384 wide", pictures::jpeg(16_384, 2400, Form::Baseline, QUARTER, &[]), Shown),
        ("16,384 high", pictures::jpeg(2400, 16_384, Form::Baseline, QUARTER, &[]), Shown),
        ("progressive, 12 MP", pictures::jpeg(4000, 3000, Form::Progressive, FULL, &[]), Shown),
        ("progressive, 24 MP", pictures::jpeg(6000, 4000, Form::Progressive, QUARTER, &[]), Shown),
        (
            "progressive, 24 MP, all colours",
            pictures::jpeg(6000, 4000, Form::Progressive, FULL, &[]),
            TOO_COSTLY,
        ),
        ("progressive, 40 MP", pictures::jpeg(6320, 6320, Form::Progressive, QUARTER, &[]), TOO_COSTLY),
        ("progressive, gray, 24 MP", pictures::jpeg(6000, 4000, Form::Progressive, &[(1, 1)], &[]), Shown),
        ("one scan per component, 12 MP", pictures::jpeg(4000, 3000, Form::Split, QUARTER, &[]), Shown),
        ("one scan per component, 40 MP", pictures::jpeg(6320, 6320, Form::Split, FULL, &[]), TOO_COSTLY),
        (
            "profiles of 16 MB",
            pictures::jpeg(1600, 1600, Form::Baseline, QUARTER, &(0..250).map(icc).collect::<Vec<_>>()),
            Shown,
        ),
        (
            "comments of 16 MB",
            pictures::jpeg(1600, 1600, Form::Baseline, QUARTER, &vec![(0xFE, vec![7; 65_000]); 250]),
            Shown,
        ),
        ("too many pixels", pictures::jpeg(6400, 6400, Form::Baseline, QUARTER, &[]), TOO_MANY),
        ("no pixels", pictures::jpeg(0, 64, Form::Baseline, &[(1, 1)], &[]), BROKEN),
    ] {
        each_way(&format!("jpeg, {name}"), &bytes, &wanted);
    }
    let progressive = pictures::jpeg(64, 64, Form::Progressive, QUARTER, &[]);
    each_way("jpeg, 10,000 scans", &pictures::with_scans(&progressive, 10_000), &BROKEN);
    let small = pictures::jpeg(8, 8, Form::Baseline, QUARTER, &[]);
    let large = pictures::jpeg(6320, 6320, Form::Progressive, FULL, &[]);
    // One frame to reserve memory for, and another one to decode
    let (frame, table) = (b"\xFF\xC2", b"\xFF\xC4");
    let from = large.windows(2).position(|pair| pair == frame).unwrap();
    let to = large.windows(2).position(|pair| pair == table).unwrap();
    let place = small.windows(2).position(|pair| pair == b"\xFF\xDA").unwrap();
    let two = [&small[..place], &large[from..to], &small[place..]].concat();
    each_way("jpeg, two frames", &two, &BROKEN);
    let empty: Vec<u8> = [&b"\xFF\xD8"[..], &b"\xFF\xFE\0\x02\xFF\xDB\0\x02".repeat(100_000)].concat();
    each_way("jpeg, nothing but segments", &empty, &BROKEN);
}

#[test]
fn gif() {
    let _alone = alone();
    let comments =
        b"\x21\xFE\xFF".iter().copied().chain([7; 255]).chain([0]).collect::<Vec<u8>>().repeat(50_000);
    let profile: Vec<u8> = {
        let blocks = [&[255][..], &[7; 255]].concat().repeat(50_000);
        [&b"\x21\xFF\x0BICCRGBG1012"[..], &blocks, &[0]].concat()
    };
    for (name, bytes, wanted) in [
        ("6300²", pictures::gif((6300, 6300), (6300, 6300), false, &[]), Shown),
        ("interlaced, 6300²", pictures::gif((6300, 6300), (6300, 6300), true, &[]), Shown),
        ("a frame larger than the picture", pictures::gif((10, 10), (6300, 6300), false, &[]), Shown),
        ("a frame smaller than the picture", pictures::gif((6300, 6300), (10, 10), true, &[]), Shown),
        ("a frame of 65,535²", pictures::gif((10, 10), (65_535, 655), false, &[]), TOO_MANY),
        ("comments of 13 MB", pictures::gif((600, 600), (600, 600), false, &comments), Shown),
        ("a profile of 13 MB", pictures::gif((600, 600), (600, 600), false, &profile), Shown),
        ("too many pixels", pictures::gif((6400, 6400), (1, 1), false, &[]), TOO_MANY),
    ] {
        each_way(&format!("gif, {name}"), &bytes, &wanted);
    }
    let bytes = pictures::gif((6300, 6300), (6300, 6300), false, &[]);
    each_way("gif, cut", &bytes[..bytes.len() / 2], &CUT);
}

#[test]
fn webp() {
    let _alone = alone();
    let still = |kind: &'static [u8; 4], body: Vec<u8>| pictures::webp(&[(kind, body)]);
    for (name, bytes, wanted) in [
        ("lossless, 2000²", still(b"VP8L", pictures::lossless(2000, 2000)), Shown),
        ("lossless, 4000²", still(b"VP8L", pictures::lossless(4000, 4000)), Shown),
        ("lossless, 6300²", still(b"VP8L", pictures::lossless(6300, 6300)), TOO_COSTLY),
        ("6,000 sets of code tables", still(b"VP8L", pictures::lossless_tables(6_000)), TOO_COSTLY),
        ("65,536 sets of code tables", still(b"VP8L", pictures::lossless_tables(65_536)), TOO_COSTLY),
        ("animated, 1500²", pictures::animated(1500, 1500, (b"VP8L", pictures::lossless(1500, 1500))), Shown),
        (
            "animated, 6300²",
            pictures::animated(6300, 6300, (b"VP8L", pictures::lossless(6300, 6300))),
            TOO_COSTLY,
        ),
        ("lossy, cut, 24 MP", still(b"VP8 ", pictures::lossy(6000, 4000)), BROKEN),
        ("lossy, cut, 6300²", still(b"VP8 ", pictures::lossy(6300, 6300)), TOO_COSTLY),
        (
            "a part larger than the picture",
            pictures::webp(&[
                (b"VP8X", pictures::extended(10, 10, 0)),
                (b"VP8 ", pictures::lossy(16_000, 16_000)),
            ]),
            BROKEN,
        ),
        (
            "a frame larger than the animation",
            pictures::animated(10, 10, (b"VP8 ", pictures::lossy(16_000, 16_000))),
            BROKEN,
        ),
        (
            "16 MB of metadata",
            pictures::webp(&[
                (b"VP8X", pictures::extended(600, 600, 0x2C)),
                (b"ICCP", vec![7; 8 << 20]),
                (b"VP8L", pictures::lossless(600, 600)),
                (b"EXIF", vec![7; 4 << 20]),
                (b"XMP ", vec![7; 4 << 20]),
            ]),
            Shown,
        ),
        ("too many pixels", still(b"VP8L", pictures::lossless(6400, 6400)), TOO_MANY),
    ] {
        each_way(&format!("webp, {name}"), &bytes, &wanted);
    }
}

#[test]
fn bmp() {
    let _alone = alone();
    each_way("bmp, run-length coded, 6300²", &pictures::bmp(6300, 6300), &Shown);
    each_way("bmp, too many pixels", &pictures::bmp(6400, 6400), &TOO_MANY);
}

#[test]
fn six_at_a_time_take_their_turns() {
    let _alone = alone();
    let large = pictures::jpeg(6320, 6320, Form::Baseline, FULL, &[]);
    let small = pictures::jpeg(1080, 1080, Form::Baseline, QUARTER, &[]);
    let ((_, asked), took) = heap::measure_peak(|| {
        media::measure_budget(|| {
            std::thread::scope(|scope| {
                for bytes in [&large, &small].into_iter().cycle().take(12) {
                    scope.spawn(|| media::prepare_picture(bytes).unwrap());
                }
            });
        })
    });
    println!("asked {:.1} MiB, took {:.1} MiB", mib(asked), mib(took as u64));
    assert!(took as u64 <= limits::DECODING_BYTES + 2 * HEADER, "{took}");
    // A release build counts nothing, so there the tests check only the budget's own account
    assert_eq!(took as u64 > HEADER, cfg!(debug_assertions), "{took}");
}

/// What the fuzzer found, and its seeds.
#[test]
fn the_fuzzers_corpus() {
    let _alone = alone();
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/picture");
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        hold(&format!("{name}: prepare"), &bytes, || media::prepare_picture(&bytes));
        hold(&format!("{name}: mark"), &bytes, || media::prepare_logo(&bytes));
        hold(&format!("{name}: decode"), &bytes, || media::decode(&bytes));
    }
}

/// `CLOUD_SHELF_WRITE_HOSTILE=DIR` writes the input of `tests/vm/machine.py`: `hostile`, a bundle,
/// and `hostile-address`, its feed address.
#[test]
fn a_whole_machine_gets_them_too() {
    let _alone = alone();
    let Some(dir) = std::env::var_os("CLOUD_SHELF_WRITE_HOSTILE").map(std::path::PathBuf::from) else {
        return;
    };
    let (bundle, items) = hostile::bundle(SystemClock.now());
    std::fs::write(dir.join("hostile"), bundle).unwrap();
    std::fs::write(dir.join("hostile-address"), format!("{} {items}", hostile::address())).unwrap();
}
