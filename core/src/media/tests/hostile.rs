//! Files that are truncated, changed or malicious.

use super::fixture;
use crate::media::{MAX_FILE_BYTES, MediaError, decode, prepare_picture};
use proptest::prelude::*;

const ALL: [&str; 14] = [
    "alpha.png",
    "alpha.webp",
    "animated.gif",
    "cmyk.jpg",
    "gray.jpg",
    "lossy.webp",
    "orientation-6.jpg",
    "palette.png",
    "plain.bmp",
    "progressive.jpg",
    "quarter-chroma.jpg",
    "sixteen-bits.png",
    "split.jpg",
    "split-restarts.jpg",
];

#[test]
fn a_bomb_is_refused_by_its_header() {
    for name in ["bomb.png", "wide-bomb.png"] {
        let error = prepare_picture(&fixture(name)).unwrap_err();
        assert!(matches!(error, MediaError::TooManyPixels { .. } | MediaError::Broken { .. }), "{error:?}");
    }
    let wide = decode(&fixture("wide-bomb.png")).unwrap_err();
    assert_eq!(wide, MediaError::TooManyPixels { width: 16000, height: 16000 });
    let mut jpeg = fixture("quarter-chroma.jpg");
    let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].fill(0xFF);
    assert_eq!(decode(&jpeg), Err(MediaError::TooManyPixels { width: 65535, height: 65535 }));
    let mut split = fixture("split.jpg");
    let frame = split.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    split[frame + 5..frame + 9].fill(0xFF);
    assert_eq!(decode(&split), Err(MediaError::TooManyPixels { width: 65535, height: 65535 }));
    let mut bmp = fixture("plain.bmp");
    bmp[18..26].copy_from_slice(&[0, 0x3F, 0, 0, 0, 0x3F, 0, 0]);
    assert!(matches!(decode(&bmp), Err(MediaError::TooManyPixels { .. })));
    let large = vec![0xFF; MAX_FILE_BYTES + 1];
    assert_eq!(decode(&large), Err(MediaError::FileTooLarge { bytes: large.len() }));
}

#[test]
fn a_file_that_was_cut_is_refused_not_shown_half_gray() {
    for name in ["truncated.jpg", "truncated.png"] {
        let error = decode(&fixture(name)).unwrap_err();
        assert!(matches!(error, MediaError::Truncated | MediaError::Broken { .. }), "{name}: {error:?}");
    }
    let whole = fixture("orientation-6.jpg");
    assert_eq!(decode(&whole[..whole.len() - 2]), Err(MediaError::Truncated));
    // Phones append data after the picture, which does not matter
    let mut longer = whole.clone();
    longer.extend_from_slice(b"film after the picture");
    assert_eq!(decode(&longer), decode(&whole));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn changed_bytes_are_survived(
        name in prop::sample::select(&ALL[..]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = fixture(name);
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(prepared) = prepare_picture(&bytes) {
            for rendition in prepared.renditions {
                let pixels = decode(&rendition.jpeg).unwrap();
                prop_assert_eq!((pixels.width, pixels.height), (rendition.width, rendition.height));
            }
        }
    }

    #[test]
    fn any_bytes_after_a_magic_are_survived(
        magic in prop::sample::select(vec![
            b"\xFF\xD8\xFF".to_vec(), b"\x89PNG\r\n\x1A\n".to_vec(), b"GIF89a".to_vec(), b"BM".to_vec(),
            b"RIFF\x40\0\0\0WEBPVP8 ".to_vec(), b"RIFF\x40\0\0\0WEBPVP8L".to_vec(), Vec::new(),
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let _ = prepare_picture(&[magic, rest].concat());
    }
}
