//! JPEG markers that the decoder does not expose.

/// Frame header, and position of the first scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// Sequential, 8 bits, Huffman coded: decodes in one pass
    pub baseline: bool,
    /// Gray, or 4:2:0 colour: decodes fast
    pub light: bool,
    pub colored: bool,
    /// Offset of the entropy-coded data
    pub scan: usize,
    /// Offset of the height, two bytes
    pub height_at: usize,
    /// Offset of the restart interval (in blocks), two bytes
    pub restart_at: Option<usize>,
}

/// Walks the markers up to the first scan.
pub(super) fn frame(bytes: &[u8]) -> Option<Frame> {
    let (mut at, mut found, mut restart_at) = (2, None, None);
    loop {
        // Any number of fill bytes may precede a marker
        while bytes.get(at) == Some(&0xFF) && bytes.get(at + 1) == Some(&0xFF) {
            at += 1;
        }
        let [0xFF, marker, high, low] = *bytes.get(at..at + 4)? else { return None };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let body = bytes.get(at + 4..at + 2 + length)?;
        match marker {
            0xDA => {
                let (coding, precision, light, components, height_at) = found?;
                let baseline = coding == 0xC0 && precision == 8;
                let (colored, scan) = (components == 3, at + 2 + length);
                return Some(Frame { baseline, light, colored, scan, height_at, restart_at });
            }
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                let components = body.get(6..)?;
                let sampling = |n: usize| components.get(3 * n + 1).copied();
                let light = match body.get(5)? {
                    1 => true,
                    3 => [sampling(0), sampling(1), sampling(2)] == [Some(0x22), Some(0x11), Some(0x11)],
                    _ => false,
                };
                found = Some((marker, *body.first()?, light, *body.get(5)?, at + 5));
            }
            0xDD if length == 4 => restart_at = Some(at + 4),
            _ => {}
        }
        at += 2 + length;
    }
}
