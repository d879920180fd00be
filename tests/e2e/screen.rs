//! What the installer's command does to a running kiosk, and what the kiosk does by itself.

use super::{
    kiosk::{COMPACT, Kiosk, LANDSCAPE, PATIENT, PORTRAIT, program},
    shelf::{self, Shelf},
};
use cloud_shelf::control::PageName;
use std::time::Duration;
use x11rb::protocol::xproto::ConnectionExt as _;

/// How long nothing may happen.
const STILL: Duration = Duration::from_secs(3);

#[test]
fn show_opens_the_page_asked_for() {
    let shelf = Shelf::demo();
    let rows = shelf.rows(&shelf::demo_table());
    let mut kiosk = Kiosk::start(&shelf, LANDSCAPE, PATIENT);
    let row = &rows[rows.len() / 2];
    assert!(shelf.ctl(&["show", "item", &row.item_id]).status.success());
    let status = kiosk.wait("the item page", |status| status.page == PageName::Item);
    assert_eq!(status.item_id.as_ref(), Some(&row.item_id));
    assert_eq!(kiosk.code(), row.url);

    let unknown = shelf.ctl(&["show", "item", "99999999999"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("99999999999"), "{unknown:?}");
    let said = shelf.json(&["status"]);
    assert_eq!(said["kiosk"]["page"], "item");
    assert_eq!(said["kiosk"]["item_id"], row.item_id.as_str());

    for (page, expected) in [("shelf", PageName::Shelf), ("attract", PageName::Attract)] {
        assert!(shelf.ctl(&["show", page]).status.success());
        kiosk.wait(page, |status| status.page == expected);
    }
    drop(kiosk);
    assert_eq!(shelf.ctl(&["show", "shelf"]).status.code(), Some(6), "no kiosk is running");
}

#[test]
fn a_screenshot_is_what_is_on_the_screen() {
    let shelf = Shelf::demo();
    let rows = shelf.rows(&shelf::demo_table());
    let mut kiosk = Kiosk::start_awake(&shelf, COMPACT, PATIENT);
    for item_id in [None, Some(&rows[2].item_id)] {
        if let Some(item_id) = item_id {
            kiosk.open(item_id);
        }
        let on_screen = kiosk.settled_picture();
        let path = shelf.folder().join("screenshot.png");
        assert!(shelf.ctl(&["screenshot", path.to_str().unwrap()]).status.success());
        let taken = image::open(&path).unwrap().to_rgb8();
        assert_eq!((taken.width() as usize, taken.height() as usize), (on_screen.width, on_screen.height));
        let differ = taken.pixels().zip(&on_screen.rgb).filter(|(taken, seen)| {
            taken.0.iter().zip(seen.iter()).any(|(taken, seen)| taken.abs_diff(*seen) > 8)
        });
        let differ = differ.count();
        assert!(differ * 1000 < on_screen.rgb.len(), "{differ} pixels differ");
        // Two empty pictures would be equal, too
        assert!(on_screen.rgb.iter().any(|pixel| *pixel != on_screen.rgb[0]));
    }
}

#[test]
fn several_who_ask_for_a_screenshot_at_once_all_get_it() {
    let shelf = Shelf::demo();
    let mut kiosk = Kiosk::start_awake(&shelf, COMPACT, PATIENT);
    let on_screen = kiosk.settled_picture();
    let pictures = std::thread::scope(|scope| {
        let ask = |_| scope.spawn(|| shelf.ctl(&["screenshot", "-"]));
        let asked: Vec<_> = (0..6).map(ask).collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect::<Vec<_>>()
    });
    for taken in pictures {
        assert!(taken.status.success(), "{}", String::from_utf8_lossy(&taken.stderr));
        let taken = image::load_from_memory(&taken.stdout).unwrap();
        assert_eq!((taken.width() as usize, taken.height() as usize), (on_screen.width, on_screen.height));
    }
    // No picture of what a shopper looked at stays behind
    let left = std::fs::read_dir(shelf.state()).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().contains("screenshot")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_second_kiosk_on_the_same_state_refuses() {
    let shelf = Shelf::of(&shelf::rows(2));
    let mut kiosk = Kiosk::start(&shelf, COMPACT, PATIENT);
    let mut second = program(&shelf, COMPACT, PATIENT, &kiosk.x.display);
    let ended = second.wait().unwrap();
    assert!(!ended.success());
    assert!(kiosk.log().contains("another kiosk runs on"), "{}", kiosk.log());
    assert!(kiosk.is_alive());
    kiosk.wait("the first one's answer", |status| status.page == PageName::Attract);
}

/// Returns the seconds until the X server blanks the screen; 0 means never.
fn screen_saver(display: &str) -> u16 {
    let (connection, _) = x11rb::connect(Some(display)).unwrap();
    connection.get_screen_saver().unwrap().reply().unwrap().timeout
}

#[test]
fn the_x_server_does_not_black_the_attract_page_out() {
    let shelf = Shelf::of(&shelf::rows(2));
    let window = Kiosk::start(&shelf, COMPACT, PATIENT);
    assert!(screen_saver(&window.x.display) > 0, "a window must not change a desktop's screen saver");
    drop(window);
    let mut kiosk = Kiosk::start_full_screen(&shelf, COMPACT, PATIENT);
    kiosk.wait("the attract page", |status| status.page == PageName::Attract);
    assert_eq!(screen_saver(&kiosk.x.display), 0);
    assert_eq!(kiosk.status().map(|status| (status.width, status.height)), Some(COMPACT.size));
    assert!(!kiosk.log().contains("the panel"), "{}", kiosk.log());
}

#[test]
fn a_still_screen_draws_nothing() {
    let shelf = Shelf::demo();
    let rows = shelf.rows(&shelf::demo_table());
    let mut kiosk = Kiosk::start_awake(&shelf, PORTRAIT, PATIENT);
    for item_id in [None, Some(&rows[0].item_id)] {
        if let Some(item_id) = item_id {
            kiosk.open(item_id);
        }
        kiosk.settled_picture();
        let before = kiosk.status().unwrap().frames;
        assert!(before > 0);
        // The wait itself is what is measured
        std::thread::sleep(STILL);
        assert_eq!(kiosk.status().unwrap().frames, before, "an untouched page must draw no frames");
    }
}

#[test]
fn a_window_that_is_resized_shows_its_pages_in_the_new_size() {
    let shelf = Shelf::demo();
    let mut kiosk = Kiosk::start_awake(&shelf, LANDSCAPE, PATIENT);
    kiosk.settled_picture();
    let (connection, screen) = x11rb::connect(Some(&kiosk.x.display)).unwrap();
    let root = x11rb::connection::Connection::setup(&connection).roots[screen].root;
    let window = connection.query_tree(root).unwrap().reply().unwrap().children[0];
    for (width, height) in [(800, 480), (1080, 1000), (1920, 1080)] {
        let size = x11rb::protocol::xproto::ConfigureWindowAux::new().width(width).height(height);
        connection.configure_window(window, &size).unwrap().check().unwrap();
        let status = kiosk.wait("the new size", |status| (status.width, status.height) == (width, height));
        assert_eq!(status.page, PageName::Shelf);
        kiosk.wait("its pictures", |status| status.cards_waiting == 0);
    }
    assert!(kiosk.is_alive());
}
