//! Which mode a panel is driven at. Pure.

use cloud_shelf_core::panel::Mode;

/// A mode that the panel offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    pub size: (u16, u16),
    pub hertz: u32,
    pub preferred: bool,
}

/// Pixels that two small cores can fill in time; a larger panel scales up by itself.
const COMFORT: u32 = 1920 * 1200;

/// The number of the best offer for what was asked for; `None` without offers. A mode that the
/// panel does not have is not forced on it.
pub fn best(offers: &[Offer], asked: Option<Mode>) -> Option<usize> {
    let area = |offer: &Offer| u32::from(offer.size.0) * u32::from(offer.size.1);
    let best_of = |fits: &dyn Fn(&Offer) -> bool| {
        let fitting = offers.iter().enumerate().filter(|(_, offer)| fits(offer));
        // Of equals the first: the panel names its better ones first
        fitting.rev().max_by_key(|(_, offer)| (offer.preferred, area(offer), offer.hertz)).map(|(at, _)| at)
    };
    let as_asked = asked.and_then(|mode| {
        let size = (mode.width, mode.height);
        let exact = |offer: &Offer| {
            offer.size == size && mode.hertz.is_none_or(|hertz| offer.hertz == u32::from(hertz))
        };
        best_of(&exact).or_else(|| best_of(&|offer| offer.size == size))
    });
    let own = best_of(&|_| true)?;
    let comfortable = || {
        let shape = |offer: &Offer| f64::from(offer.size.0) / f64::from(offer.size.1);
        let same_shape = |offer: &Offer| (shape(offer) - shape(&offers[own])).abs() < 0.02;
        (area(&offers[own]) > COMFORT)
            .then(|| best_of(&|offer| area(offer) <= COMFORT && offer.hertz >= 50 && same_shape(offer)))
            .flatten()
    };
    as_asked.or_else(comfortable).or(Some(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn offer(width: u16, height: u16, hertz: u32, preferred: bool) -> Offer {
        Offer { size: (width, height), hertz, preferred }
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
            (&[], None, None),
        ] {
            let asked = asked.map(|mode| mode.parse().unwrap());
            assert_eq!(best(offers, asked), expected, "{asked:?} of {offers:?}");
        }
    }
}
