//! Pictures that are small as files and huge in memory, built bit by bit.

#![allow(dead_code, reason = "each test program uses some of them")]

use flate2::{Compression, write::ZlibEncoder};
use std::io::Write;

/// Returns zlib data that unpacks to so many zero bytes.
pub fn zeros(length: usize) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    let some = vec![0; 1 << 20];
    for at in (0..length).step_by(some.len()) {
        packed.write_all(&some[..some.len().min(length - at)]).unwrap();
    }
    packed.finish().unwrap()
}

fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(kind);
    crc.update(body);
    let length = u32::try_from(body.len()).unwrap();
    [&length.to_be_bytes()[..], kind, body, &crc.sum().to_be_bytes()].concat()
}

/// Colour type of a PNG.
#[derive(Clone, Copy)]
pub enum Colors {
    Gray,
    Rgb,
    Palette,
    Rgba,
}

/// A black PNG, with extra chunks before and after its pixels.
pub struct Png {
    pub width: u32,
    pub height: u32,
    pub bits: u8,
    pub colors: Colors,
    pub interlaced: bool,
    pub before: Vec<(&'static [u8; 4], Vec<u8>)>,
    pub after: Vec<(&'static [u8; 4], Vec<u8>)>,
}

impl Png {
    pub const fn new(width: u32, height: u32, bits: u8, colors: Colors) -> Self {
        Self { width, height, bits, colors, interlaced: false, before: Vec::new(), after: Vec::new() }
    }

    pub fn with(mut self, kind: &'static [u8; 4], body: Vec<u8>) -> Self {
        self.before.push((kind, body));
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let (color, samples) = match self.colors {
            Colors::Gray => (0, 1),
            Colors::Rgb => (2, 3),
            Colors::Palette => (3, 1),
            Colors::Rgba => (6, 4),
        };
        let row = |width: u32| match width {
            0 => 0,
            width => 1 + (width as usize * samples * usize::from(self.bits)).div_ceil(8),
        };
        let length = if self.interlaced {
            let passes = [
                (8, 8, 0, 0),
                (8, 8, 4, 0),
                (4, 8, 0, 4),
                (4, 4, 2, 0),
                (2, 4, 0, 2),
                (2, 2, 1, 0),
                (1, 2, 0, 1),
            ];
            let pass = |(dx, dy, x, y): (u32, u32, u32, u32)| {
                let columns = self.width.saturating_sub(x).div_ceil(dx);
                row(columns) * self.height.saturating_sub(y).div_ceil(dy) as usize
            };
            passes.into_iter().map(pass).sum()
        } else {
            row(self.width) * self.height as usize
        };
        let mut header = [self.width.to_be_bytes(), self.height.to_be_bytes()].concat();
        header.extend([self.bits, color, 0, 0, u8::from(self.interlaced)]);
        let mut bytes = b"\x89PNG\r\n\x1A\n".to_vec();
        bytes.extend(chunk(b"IHDR", &header));
        for (kind, body) in &self.before {
            bytes.extend(chunk(kind, body));
        }
        if matches!(self.colors, Colors::Palette) {
            bytes.extend(chunk(b"PLTE", &[200, 10, 10, 0, 0, 0]));
        }
        bytes.extend(chunk(b"IDAT", &zeros(length)));
        for (kind, body) in &self.after {
            bytes.extend(chunk(kind, body));
        }
        bytes.extend(chunk(b"IEND", &[]));
        bytes
    }
}

/// Returns an `iCCP` chunk (colour profile) that unpacks to so many bytes.
pub fn profile(length: usize) -> Vec<u8> {
    [&b"profile\0\0"[..], &zeros(length)].concat()
}

/// Returns a `zTXt` chunk (text) that unpacks to so many bytes.
pub fn text(length: usize) -> Vec<u8> {
    [&b"Comment\0\0"[..], &zeros(length)].concat()
}

/// Returns an `iTXt` chunk (XMP) that unpacks to so many bytes.
pub fn xmp(length: usize) -> Vec<u8> {
    [&b"XML:com.adobe.xmp\0\x01\0\0\0"[..], &zeros(length)].concat()
}

/// Coding of a JPEG.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Baseline,
    /// One scan per component
    Split,
    Progressive,
}

/// Returns a gray JPEG that consists of the shortest codes. `sampling` has each component's
/// horizontal and vertical factors; `segments` precede the frame.
pub fn jpeg(
    width: u16,
    height: u16,
    form: Form,
    sampling: &[(u8, u8)],
    segments: &[(u8, Vec<u8>)],
) -> Vec<u8> {
    let segment = |marker: u8, body: &[u8]| {
        let length = u16::try_from(body.len() + 2).unwrap();
        [&[0xFF, marker][..], &length.to_be_bytes(), body].concat()
    };
    let mut bytes = vec![0xFF, 0xD8];
    for (marker, body) in segments {
        bytes.extend(segment(*marker, body));
    }
    bytes.extend(segment(0xDB, &[&[0][..], &[1; 64]].concat()));
    let mut frame = vec![8];
    frame.extend([height.to_be_bytes(), width.to_be_bytes()].concat());
    frame.push(sampling.len() as u8);
    for (number, (across, down)) in (1..).zip(sampling) {
        frame.extend([number, across << 4 | down, 0]);
    }
    bytes.extend(segment(if form == Form::Progressive { 0xC2 } else { 0xC0 }, &frame));
    // One code of one bit, for "no difference" and for "end of block"
    let table = |class: u8| [&[class << 4, 1][..], &[0; 15], &[0]].concat();
    bytes.extend(segment(0xC4, &[table(0), table(1)].concat()));
    let (most_across, most_down) =
        (sampling.iter().map(|of| of.0).max().unwrap(), sampling.iter().map(|of| of.1).max().unwrap());
    let blocks =
        |side: u16, of: u8, most: u8| usize::from(side).div_ceil(8 * usize::from(most)) * usize::from(of);
    // A scan of one component has only the blocks it needs
    let alone =
        |side: u16, of: u8, most: u8| (usize::from(side) * usize::from(of)).div_ceil(8 * usize::from(most));
    let mut scan = |components: &[usize], bits: usize| {
        let mut header = vec![components.len() as u8];
        components.iter().for_each(|number| header.extend([*number as u8 + 1, 0]));
        header.extend(if form == Form::Progressive { [0, 0, 0] } else { [0, 63, 0] });
        bytes.extend(segment(0xDA, &header));
        bytes.extend(vec![0; bits / 8]);
        bytes.extend((!bits.is_multiple_of(8)).then(|| 0xFF_u8 >> (bits % 8)));
    };
    let code = if form == Form::Progressive { 1 } else { 2 };
    if form == Form::Split || sampling.len() == 1 {
        for (number, &(across, down)) in sampling.iter().enumerate() {
            scan(&[number], code * alone(width, across, most_across) * alone(height, down, most_down));
        }
    } else {
        let all: usize = sampling
            .iter()
            .map(|&(across, down)| blocks(width, across, most_across) * blocks(height, down, most_down))
            .sum();
        scan(&(0..sampling.len()).collect::<Vec<_>>(), code * all);
    }
    bytes.extend([0xFF, 0xD9]);
    bytes
}

/// Returns a progressive JPEG whose last scan is repeated.
pub fn with_scans(jpeg: &[u8], count: usize) -> Vec<u8> {
    let scan = jpeg.windows(2).rposition(|pair| pair == [0xFF, 0xDA]).unwrap();
    let (head, rest) = jpeg.split_at(scan);
    let once = &rest[..rest.len() - 2];
    [head, &once.repeat(count), &[0xFF, 0xD9]].concat()
}

/// Returns a GIF with one frame, which may differ in size from the picture; `extensions` precede
/// it.
pub fn gif(screen: (u16, u16), frame: (u16, u16), interlaced: bool, extensions: &[u8]) -> Vec<u8> {
    let mut bytes = b"GIF89a".to_vec();
    bytes.extend([screen.0.to_le_bytes(), screen.1.to_le_bytes()].concat());
    bytes.extend([0x80, 0, 0, 200, 10, 10, 0, 0, 0]);
    bytes.extend(extensions);
    bytes.extend([0x2C, 0, 0, 0, 0]);
    bytes.extend([frame.0.to_le_bytes(), frame.1.to_le_bytes()].concat());
    bytes.extend([u8::from(interlaced) << 6, 2]);
    for part in lzw_zeros(usize::from(frame.0) * usize::from(frame.1)).chunks(255) {
        bytes.push(part.len() as u8);
        bytes.extend(part);
    }
    bytes.extend([0, 0x3B]);
    bytes
}

/// Returns zeros as LZW codes of at least three bits: each code stands for one more than the
/// previous one.
fn lzw_zeros(length: usize) -> Vec<u8> {
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u64, 0);
    let mut put = |code: u32, width: u32, bytes: &mut Vec<u8>| {
        bits |= u64::from(code) << held;
        held += width;
        while held >= 8 {
            bytes.push(bits as u8);
            bits >>= 8;
            held -= 8;
        }
    };
    const CLEAR: u32 = 4;
    let mut left = length;
    while left > 0 {
        put(CLEAR, if left == length { 3 } else { 12 }, &mut bytes);
        let (mut next, mut width, mut run) = (6_u32, 3, 1);
        while left > 0 && next < 4096 {
            let taken = run.min(left);
            // A shorter run has an earlier code
            let code = if taken == 1 { 0 } else { 6 + taken as u32 - 2 };
            put(code, width, &mut bytes);
            left -= taken;
            if run > 1 {
                next += 1;
            }
            run += 1;
            if next + 1 > 1 << width && width < 12 {
                width += 1;
            }
        }
    }
    put(5, 12, &mut bytes);
    put(0, 12, &mut bytes);
    bytes
}

/// Bit writer for WebP, least significant bit first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        self.held |= u64::from(value) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.held as u8);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    /// Writes a prefix code with one symbol, which takes no bits.
    fn single(&mut self, symbol: u8) {
        self.put(0b101, 3);
        self.put(u32::from(symbol), 8);
    }

    fn end(mut self) -> Vec<u8> {
        self.put(0, 16);
        self.bytes
    }
}

fn lossless_head(width: u16, height: u16) -> Bits {
    let mut bits = Bits::default();
    bits.put(0x2F, 8);
    bits.put(u32::from(width) - 1, 14);
    bits.put(u32::from(height) - 1, 14);
    // Alpha unused, version 0, no transform
    bits.put(0, 1 + 3 + 1);
    bits
}

/// Returns a lossless picture of one colour: 30 bytes, whatever its size.
pub fn lossless(width: u16, height: u16) -> Vec<u8> {
    let mut bits = lossless_head(width, height);
    bits.put(0, 2);
    (0..5).for_each(|_| bits.single(0));
    bits.end()
}

/// Returns a lossless picture with so many sets of code tables, each 68 KiB in memory and 16 bytes
/// in the file.
pub fn lossless_tables(sets: usize) -> Vec<u8> {
    let mut bits = lossless_head(64, 64);
    // A cache of 2^11 colours, and an entropy image that maps every block to the last of 65,536
    // sets
    bits.put(1 | 11 << 1, 5);
    bits.put(1, 1);
    bits.put(0, 3);
    bits.put(0, 1);
    [0xFF, 0xFF, 0, 0, 0].into_iter().for_each(|symbol| bits.single(symbol));
    for _ in 0..sets {
        // Each of 2,048 symbols has a code of 11 bits
        bits.put(0, 1);
        bits.put(11, 4);
        (0..15).for_each(|place| bits.put(u32::from(place == 14), 3));
        bits.put(1 | 5 << 1, 4);
        bits.put(2046, 12);
        (0..4).for_each(|_| bits.single(0));
    }
    bits.end()
}

/// Returns the start of a lossy picture.
pub fn lossy(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = vec![0x10, 2, 0, 0x9D, 0x01, 0x2A];
    bytes.extend([width.to_le_bytes(), height.to_le_bytes()].concat());
    bytes.extend([0; 2000]);
    bytes
}

fn riff_chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap();
    [kind, &length.to_le_bytes()[..], body, &[0][..body.len() % 2]].concat()
}

/// Returns a WebP with these chunks.
pub fn webp(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let body: Vec<u8> = chunks.iter().flat_map(|(kind, body)| riff_chunk(kind, body)).collect();
    riff_chunk(b"RIFF", &[b"WEBP", &body[..]].concat())
}

/// Returns the header chunk of an extended WebP.
pub fn extended(width: u32, height: u32, flags: u8) -> Vec<u8> {
    let side = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
    [vec![flags, 0, 0, 0], side(width), side(height)].concat()
}

/// Returns an animation of one frame.
pub fn animated(width: u16, height: u16, part: (&[u8; 4], Vec<u8>)) -> Vec<u8> {
    let side = |side: u16| (u32::from(side) - 1).to_le_bytes()[..3].to_vec();
    let frame =
        [vec![0; 6], side(width), side(height), vec![100, 0, 0, 0], riff_chunk(part.0, &part.1)].concat();
    let head = extended(width.into(), height.into(), 0x12);
    webp(&[(b"VP8X", head), (b"ANIM", vec![0; 6]), (b"ANMF", frame)])
}

/// Returns an 8-bit BMP with a palette, run-length encoded, which ends at once.
pub fn bmp(width: i32, height: i32) -> Vec<u8> {
    let palette = [[0, 0, 0, 0], [10, 10, 200, 0]].concat();
    let data = [0, 1];
    let offset = 14 + 40 + palette.len() as u32;
    let mut bytes = b"BM".to_vec();
    bytes.extend((offset + data.len() as u32).to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(offset.to_le_bytes());
    bytes.extend(40_u32.to_le_bytes());
    bytes.extend([width.to_le_bytes(), height.to_le_bytes()].concat());
    bytes.extend([1, 0, 8, 0, 1, 0, 0, 0]);
    bytes.extend([0; 12]);
    bytes.extend(2_u32.to_le_bytes());
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend(palette);
    bytes.extend(data);
    bytes
}

/// Returns one small picture of each kind, by name.
pub fn small() -> Vec<(&'static str, Vec<u8>)> {
    const QUARTER: &[(u8, u8)] = &[(2, 2), (1, 1), (1, 1)];
    let rgba = || Png::new(64, 48, 8, Colors::Rgba);
    let bytes = |webp: &[(&[u8; 4], Vec<u8>)]| self::webp(webp);
    vec![
        ("rgba.png", rgba().bytes()),
        ("large.png", Png::new(900, 700, 8, Colors::Rgba).bytes()),
        ("sixteen-bits.png", Png::new(64, 48, 16, Colors::Rgba).bytes()),
        ("palette.png", Png::new(64, 48, 4, Colors::Palette).bytes()),
        ("gray.png", Png::new(64, 48, 1, Colors::Gray).bytes()),
        ("interlaced.png", Png { interlaced: true, ..Png::new(64, 48, 8, Colors::Rgb) }.bytes()),
        ("profile.png", rgba().with(b"iCCP", profile(2 << 20)).bytes()),
        ("text.png", rgba().with(b"zTXt", text(2 << 20)).bytes()),
        ("xmp.png", rgba().with(b"iTXt", xmp(2 << 20)).bytes()),
        ("baseline.jpg", jpeg(64, 48, Form::Baseline, QUARTER, &[])),
        ("progressive.jpg", jpeg(64, 48, Form::Progressive, QUARTER, &[])),
        ("split.jpg", jpeg(64, 48, Form::Split, QUARTER, &[])),
        ("inks.jpg", jpeg(64, 48, Form::Baseline, &[(1, 1); 4], &[])),
        ("scans.jpg", with_scans(&jpeg(16, 16, Form::Progressive, QUARTER, &[]), 120)),
        (
            "comments.jpg",
            jpeg(64, 48, Form::Baseline, QUARTER, &[(0xFE, vec![7; 500]), (0xE2, vec![7; 500])]),
        ),
        ("plain.gif", gif((64, 48), (64, 48), false, &[])),
        ("interlaced.gif", gif((64, 48), (64, 48), true, &[])),
        ("frame-larger.gif", gif((10, 10), (300, 200), false, &[])),
        ("comments.gif", gif((64, 48), (64, 48), false, &b"\x21\xFE\x03abc\0".repeat(50))),
        ("lossless.webp", bytes(&[(b"VP8L", lossless(64, 48))])),
        ("tables.webp", bytes(&[(b"VP8L", lossless_tables(200))])),
        ("lossy-cut.webp", bytes(&[(b"VP8 ", lossy(64, 48))])),
        ("animated.webp", animated(64, 48, (b"VP8L", lossless(64, 48)))),
        ("part-larger.webp", bytes(&[(b"VP8X", extended(10, 10, 0)), (b"VP8 ", lossy(300, 300))])),
        ("run-length.bmp", bmp(64, 48)),
    ]
}
