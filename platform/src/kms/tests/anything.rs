//! Anything in any order.

use super::{
    super::{super::display::Display as _, PROBE},
    HD, Pages, SMALL,
    fake::{Bench, mode},
    software,
};
use cloud_shelf_core::panel::{Rotation, ScreenSetup};
use proptest::prelude::*;
use std::time::Duration;

/// What may happen to a panel.
#[derive(Clone, Debug)]
enum Happening {
    Plug(usize, usize),
    Unplug(usize),
    Refresh,
    Wait(u64),
    Paint,
    Follow,
    Lit(bool),
    Turn(usize),
    Taken(bool),
    Silent(bool),
    Refuse(usize),
    Broken(bool),
}

const SCREENS: [&[&str]; 4] = [HD, SMALL, &["800x480@50*", "640x480@60"], &["0x0@60*", "1024x768@0"]];
const CONNECTORS: [&str; 2] = ["HDMI-A-1", "DSI-1"];

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    use Happening::*;
    let happening = prop_oneof![
        (0_usize..2, 0_usize..4).prop_map(|(connector, screen)| Plug(connector, screen)),
        (0_usize..2).prop_map(Unplug),
        Just(Refresh),
        (0_u64..2500).prop_map(Wait),
        Just(Paint),
        Just(Follow),
        any::<bool>().prop_map(Lit),
        (0_usize..4).prop_map(Turn),
        any::<bool>().prop_map(Taken),
        any::<bool>().prop_map(Silent),
        (0_usize..4).prop_map(Refuse),
        any::<bool>().prop_map(Broken),
    ];
    prop::collection::vec(happening, 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Whatever has happened, a panel that is plugged in then shows the pages within the time of a look, and no
    /// more is held than what shows them.
    #[test]
    fn after_anything_a_good_panel_shows_the_pages(happenings in happenings()) {
        let bench = Bench::new(&["HDMI-A-1"]);
        bench.add_card(&["DSI-1"]);
        let mut pages = Pages::open(&bench, software());
        for happening in happenings {
            match happening {
                Happening::Plug(connector, screen) => bench.plug(CONNECTORS[connector], SCREENS[screen]),
                Happening::Unplug(connector) => bench.unplug(CONNECTORS[connector]),
                Happening::Refresh => bench.refresh(),
                Happening::Wait(ms) => bench.pass(Duration::from_millis(ms)),
                Happening::Paint if pages.kms.is_ready() => pages.paint(7),
                Happening::Paint | Happening::Follow => drop(pages.follow()),
                Happening::Lit(lit) => drop(pages.kms.set_lit(lit)),
                Happening::Turn(turn) => {
                    let setup = ScreenSetup { rotation: Rotation::ALL[turn], ..software() };
                    pages.kms.set_up(&setup);
                }
                Happening::Taken(taken) => bench.card(0, |card| card.taken = taken),
                Happening::Silent(silent) => bench.card(0, |card| card.is_silent = silent),
                Happening::Refuse(screen) => {
                    let refused = SCREENS[screen].iter().map(|text| mode(text)).collect();
                    bench.card(0, |card| card.refuses = refused);
                }
                Happening::Broken(broken) => {
                    bench.card(0, |card| card.broken = broken.then_some(libc::EIO));
                }
            }
            let (files, frames, memory) = bench.held();
            prop_assert!(files <= 3 && frames <= 2 && memory <= 2, "{:?}", bench.held());
        }
        bench.card(0, |card| {
            (card.taken, card.is_silent, card.broken) = (false, false, None);
            card.refuses.clear();
        });
        bench.unplug("DSI-1");
        bench.plug("HDMI-A-1", &["1024x768@60*"]);
        pages.kms.set_lit(true);
        pages.kms.set_up(&software());
        pages.follow();
        pages.pass(PROBE);
        pages.pass(PROBE);
        pages.assert_shown("HDMI-A-1", (1024, 768));
    }
}
