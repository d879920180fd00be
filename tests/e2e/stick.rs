//! A stick with `bind.toml` binds the running kiosk, whose service page then asks for the PIN.

use super::{
    kiosk::{COMPACT, Kiosk, PATIENT},
    shelf::{Shelf, rows},
};
use cloud_shelf::control::PageName;
use std::fs;

#[test]
fn a_stick_binds_a_unit_and_gives_it_its_pin() {
    let shelf = Shelf::empty();
    let mut kiosk = Kiosk::start(&shelf, COMPACT, PATIENT);
    kiosk.wait("the setup page", |status| status.page == PageName::Setup);
    let plug =
        |name: &str, text: &str| shelf.plug(name, |stick| fs::write(stick.join("bind.toml"), text).unwrap());
    plug("rubbish", "run = \"reboot\"");
    plug("one", "store = \"184454101\"\ndevice = \"8F6A77C73E\"\npin = \"4711\"\n");
    kiosk.wait("the binding", |_| {
        let status = shelf.json(&["status"]);
        status["device_id"] == "8F6A77C73E" && status["pin_set"] == true
    });
    // Another stick without the right PIN
    plug("two", "store = \"1\"\ndevice = \"2\"\npin = \"8520\"\n");
    let tries = shelf.state().join("pin-tries.json");
    kiosk.wait("the try of a wrong PIN", |_| {
        fs::read_to_string(&tries).is_ok_and(|tries| tries.contains("\"wrong\":1"))
    });
    assert_eq!(shelf.json(&["status"])["device_id"], "8F6A77C73E");
    assert!(shelf.ctl(&["show", "service"]).status.success());
    kiosk.wait("the service page", |status| status.page == PageName::Service);
    assert!(shelf.ctl(&["show", "attract"]).status.code() == Some(1), "there is nothing on the shelf yet");
}

#[test]
fn a_bound_unit_without_a_pin_does_not_open() {
    let shelf = Shelf::of(&rows(3));
    assert!(shelf.ctl(&["bind", "启赋品牌，门店id：184454101，设备id:8F6A77C73E"]).status.success());
    let mut kiosk = Kiosk::start_awake(&shelf, COMPACT, PATIENT);
    let refused = shelf.ctl(&["show", "service"]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("cloud-shelfctl pin"), "{refused:?}");
    kiosk.wait("the shelf", |status| status.page == PageName::Shelf);
}
