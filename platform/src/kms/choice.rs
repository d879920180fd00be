//! Which mode a panel is driven at. Pure.

use cloud_shelf_core::panel::Mode;
use drm::control::{self, ModeFlags, ModeTypeFlags};
use std::ops::RangeInclusive;

/// Sides of a panel that there may be. A damaged EDID can name any others.
const SIDE: RangeInclusive<u16> = 64..=8192;
/// Pixels of the largest panel: two frames in memory have 253 MiB.
const MOST_PIXELS: u32 = 7680 * 4320;
/// Pixels that two small cores can fill in time; a larger panel scales up by itself.
const COMFORT: u32 = 1920 * 1200;

/// The best of a panel's modes for what was asked for. Modes that no panel can have, and those that the card
/// has refused, are left out; `None` if there is no other.
pub fn choose_mode(
    modes: &[control::Mode],
    asked: Option<Mode>,
    refused: &[control::Mode],
) -> Option<control::Mode> {
    let usable = modes.iter().filter(|mode| is_possible(mode.size()) && !refused.contains(mode));
    let usable: Vec<_> = usable.copied().collect();
    let offers: Vec<_> = usable.iter().map(Offer::from).collect();
    usable.get(find_best(&offers, asked)?).copied()
}

fn is_possible(size: (u16, u16)) -> bool {
    SIDE.contains(&size.0) && SIDE.contains(&size.1) && area(size) <= MOST_PIXELS
}

fn area((width, height): (u16, u16)) -> u32 {
    u32::from(width) * u32::from(height)
}

/// What matters of a mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Offer {
    size: (u16, u16),
    hertz: u32,
    preferred: bool,
    interlaced: bool,
}

impl From<&control::Mode> for Offer {
    fn from(mode: &control::Mode) -> Self {
        Self {
            size: mode.size(),
            hertz: mode.vrefresh(),
            preferred: mode.mode_type().contains(ModeTypeFlags::PREFERRED),
            interlaced: mode.flags().contains(ModeFlags::INTERLACE),
        }
    }
}

/// The number of the best offer for what was asked for; `None` without offers. A mode that the
/// panel does not have is not forced on it.
fn find_best(offers: &[Offer], asked: Option<Mode>) -> Option<usize> {
    let area = |offer: &Offer| area(offer.size);
    let best_of = |fits: &dyn Fn(&Offer) -> bool| {
        let fitting = offers.iter().enumerate().filter(|(_, offer)| fits(offer));
        let rank = |offer: &Offer| (!offer.interlaced, offer.preferred, area(offer), offer.hertz);
        // Of equals the first: the panel names its better ones first
        fitting.rev().max_by_key(|(_, offer)| rank(offer)).map(|(at, _)| at)
    };
    let as_asked = asked.and_then(|mode| {
        let size = (mode.width, mode.height);
        let exact = |offer: &Offer| {
            offer.size == size && mode.hertz.is_none_or(|hertz| offer.hertz == u32::from(hertz))
        };
        best_of(&exact).or_else(|| best_of(&|offer| offer.size == size))
    });
    let own = best_of(&|_| true)?;
    let own_offer = offers.get(own)?;
    let comfortable = || {
        let shape = |offer: &Offer| f64::from(offer.size.0) / f64::from(offer.size.1);
        let same_shape = |offer: &Offer| (shape(offer) - shape(own_offer)).abs() < 0.02;
        (area(own_offer) > COMFORT)
            .then(|| best_of(&|offer| area(offer) <= COMFORT && offer.hertz >= 50 && same_shape(offer)))
            .flatten()
    };
    as_asked.or_else(comfortable).or(Some(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn offer(width: u16, height: u16, hertz: u32, preferred: bool) -> Offer {
        Offer { size: (width, height), hertz, preferred, interlaced: false }
    }

    const fn interlaced(offer: Offer) -> Offer {
        Offer { interlaced: true, ..offer }
    }

    const TELEVISION: [Offer; 5] = [
        offer(3840, 2160, 30, true),
        offer(1920, 1080, 60, false),
        offer(1920, 1080, 24, false),
        offer(1280, 1024, 75, false),
        offer(720, 576, 50, false),
    ];

    #[test]
    fn what_is_asked_for_else_what_the_panel_likes() {
        let office = [offer(1920, 1080, 75, false), offer(1920, 1080, 60, true), offer(1280, 720, 60, false)];
        for (offers, asked, expected) in [
            (&office[..], None, Some(1)),
            (&office, Some("1920x1080@75"), Some(0)),
            (&office, Some("1920x1080"), Some(1)),
            (&office, Some("1280x720@50"), Some(2)),
            (&office, Some("640x480"), Some(1)),
            (&TELEVISION, None, Some(1)),
            (&TELEVISION, Some("3840x2160"), Some(0)),
            (&TELEVISION[..1], None, Some(0)),
            (&[offer(800, 480, 60, false)], None, Some(0)),
            (&[interlaced(offer(1920, 1080, 50, true)), offer(1280, 720, 50, false)], None, Some(1)),
            (&[interlaced(offer(1920, 1080, 50, true))], None, Some(0)),
            (&[], None, None),
        ] {
            let asked = asked.map(|mode| mode.parse().unwrap());
            assert_eq!(find_best(offers, asked), expected, "{asked:?} of {offers:?}");
        }
    }

    #[test]
    fn what_no_panel_can_have_is_left_out() {
        for (size, expected) in [
            ((1920, 1080), true),
            ((800, 480), true),
            ((480, 1920), true),
            ((7680, 4320), true),
            ((0, 0), false),
            ((1920, 0), false),
            ((0, 1080), false),
            ((1, 1), false),
            ((8192, 8192), false),
            ((u16::MAX, u16::MAX), false),
        ] {
            assert_eq!(is_possible(size), expected, "{size:?}");
        }
    }
}
