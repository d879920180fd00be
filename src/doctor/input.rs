//! Parses `/proc/bus/input/devices`: one paragraph per device, with bit maps as hexadecimal words, most
//! significant first. Bit numbers are those of `linux/input-event-codes.h`.

/// `INPUT_PROP_DIRECT`: a touch acts at the place touched
const DIRECT: u32 = 1;
const ABS_X: u32 = 0x00;
const ABS_MT_POSITION_X: u32 = 0x35;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Device {
    pub name: String,
    direct: bool,
    absolute: bool,
}

impl Device {
    /// Returns whether this is a touch screen, not a touch pad, a mouse or a tablet's buttons.
    pub const fn is_touch(&self) -> bool {
        self.direct && self.absolute
    }
}

/// Parses a listing. Lines that are not understood are skipped.
pub(super) fn parse(listing: &str) -> Vec<Device> {
    let device = |paragraph: &str| {
        let mut device = Device::default();
        for line in paragraph.lines() {
            if let Some(name) = line.strip_prefix("N: Name=") {
                device.name = name.trim().trim_matches('"').to_owned();
            } else if let Some(bits) = line.strip_prefix("B: PROP=") {
                device.direct = has(bits, DIRECT);
            } else if let Some(bits) = line.strip_prefix("B: ABS=") {
                device.absolute = has(bits, ABS_X) || has(bits, ABS_MT_POSITION_X);
            }
        }
        device
    };
    listing.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()).map(device).collect()
}

/// Returns whether a bit is set. Words have 64 bits, or 32 bits on a 32-bit system.
fn has(bits: &str, bit: u32) -> bool {
    let words: Vec<&str> = bits.split_whitespace().collect();
    let width = if cfg!(target_pointer_width = "32") { 32 } else { 64 };
    let word = words.iter().rev().nth((bit / width) as usize);
    let word = word.and_then(|word| u64::from_str_radix(word, 16).ok());
    word.is_some_and(|word| word >> (bit % width) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LISTING: &str = "\
I: Bus=0019 Vendor=0000 Product=0001 Version=0000
N: Name=\"Power Button\"
H: Handlers=kbd event0
B: PROP=0
B: EV=3
B: KEY=10000000000000 0

I: Bus=0018 Vendor=0000 Product=0000 Version=0000
N: Name=\"10-0038 generic ft5x06 (79)\"
H: Handlers=mouse0 event1
B: PROP=2
B: EV=b
B: KEY=400 0 0 0 0 0
B: ABS=260800000000003

I: Bus=0003 Vendor=046d Product=c077 Version=0111
N: Name=\"USB Optical Mouse\"
B: PROP=0
B: REL=903

I: Bus=0011 Vendor=0002 Product=000e Version=0000
N: Name=\"Touchpad\"
B: PROP=5
B: ABS=660800011000003
";

    #[test]
    fn a_touch_panel_is_told_from_pads_mice_and_buttons() {
        let devices = parse(LISTING);
        assert_eq!(devices.len(), 4);
        let panels: Vec<_> =
            devices.iter().filter(|device| device.is_touch()).map(|device| &device.name).collect();
        assert_eq!(panels, ["10-0038 generic ft5x06 (79)"]);
    }

    proptest! {
        #[test]
        fn any_listing_is_read_without_harm(text in "(?s)(B: (PROP|ABS)=[0-9a-f ]{0,40}\n|N: Name=.{0,9}\n|\n|.{0,9}){0,20}") {
            let devices = parse(&text);
            prop_assert!(devices.len() <= text.len());
        }

        #[test]
        fn a_bit_is_found_where_it_was_set(bit in 0..128u32) {
            let words: Vec<_> = (0..2).rev().map(|n| format!("{:x}", if bit / 64 == n { 1u64 << (bit % 64) } else { 0 })).collect();
            for other in 0..140 {
                prop_assert_eq!(has(&words.join(" "), other), other == bit);
            }
        }
    }
}
