//! A publisher whose clock goes wrong, and the way back.

use super::{ClockConfirmation, DAY, Desk, NOW, TableOptions, item};
use crate::{
    clock::FixedClock,
    feed::{FeedSettings, HoursJson},
    publish::{BrandChange, PublishError, verify_dir},
};

const AHEAD: i64 = NOW + 3 * 366 * DAY;

fn options(clock: ClockConfirmation) -> TableOptions {
    let brand = BrandChange { name: Some("启赋".into()), ..BrandChange::default() };
    TableOptions { brand, clock, ..TableOptions::default() }
}

#[test]
fn nothing_is_signed_years_ahead_unless_a_person_says_so() {
    let desk = Desk::new();
    desk.publish(vec![item(2, &[])], NOW).unwrap();
    let before = desk.files();
    assert_eq!(desk.publish(vec![item(3, &[])], AHEAD).unwrap_err().code(), "time_jump");
    assert_eq!(desk.feed().renew(AHEAD).unwrap_err().code(), "time_jump");
    assert_eq!(desk.feed().announce_key(AHEAD).unwrap_err().code(), "time_jump");
    assert_eq!(desk.files(), before, "nothing was changed, no key was created");
}

#[test]
fn what_was_signed_ahead_is_replaced_by_a_higher_version_with_the_right_time() {
    let desk = Desk::new();
    let keys = desk.feed().key().unwrap();
    desk.publish(vec![item(2, &[]), item(3, &[])], NOW).unwrap();
    let wrong =
        desk.publish_with(vec![item(2, &[])], &options(ClockConfirmation::JumpIsRight), AHEAD).unwrap();
    assert_eq!(wrong.written.version, 2);
    let late = NOW + DAY;
    type Act = fn(&Desk, i64) -> Result<(), PublishError>;
    let acts: [Act; 3] = [
        |desk, late| desk.publish(vec![item(2, &[])], late).map(|_| ()),
        |desk, late| desk.feed().renew(late).map(|_| ()),
        |desk, late| desk.feed().announce_key(late).map(|_| ()),
    ];
    for act in acts {
        let error = act(&desk, late).unwrap_err();
        assert_eq!(error.code(), "clock_behind");
        let words = error.message();
        assert!(
            words.zh.contains("--clock-was-wrong") && words.en.contains("--clock-was-wrong"),
            "{words:?}"
        );
    }
    // The same content under a higher version: of two pointers with one version, units take the
    // later one
    let written = desk.feed().renew_confirmed(late, ClockConfirmation::WasWrong).unwrap();
    assert_eq!((written.version, written.pointers), (3, 2));
    let pointer = desk.pointer(1, &keys, late);
    assert_eq!((pointer.issued_at, pointer.expires_at), (late, late + 60 * DAY));
    // From here on everything is as before
    assert_eq!(desk.feed().renew(late + DAY).unwrap().pointers, 0);
    assert_eq!(desk.publish(vec![item(4, &[])], late + DAY).unwrap().written.version, 4);
    assert!(verify_dir(&desk.dir(), &FixedClock(late + DAY)).unwrap().faults.is_empty());
}

#[test]
fn what_a_wrong_clock_has_noted_is_taken_back() {
    let desk = Desk::new();
    desk.publish(vec![item(2, &[])], NOW).unwrap();
    // The previous catalog is being phased out, dated three years ahead
    desk.publish_with(vec![item(3, &[])], &options(ClockConfirmation::JumpIsRight), AHEAD).unwrap();
    let late = NOW + DAY;
    desk.feed().renew_confirmed(late, ClockConfirmation::WasWrong).unwrap();
    assert_eq!(desk.feed().renew(late + 8 * DAY).unwrap().collected, 1);
}

#[test]
fn settings_that_shelves_would_pass_over_are_refused() {
    let desk = Desk::new();
    for (settings, part) in [
        (r#"{"hours":{"week":{"mon":["09:00-21:00"]},"zone":"Asia/Shanghia"}}"#, "Asia/Shanghia"),
        (r#"{"hours":{"week":{"mon":["09:00-09:00"]}}}"#, "09:00-09:00"),
        (r#"{"hours":{"days":{}}}"#, "week"),
        (r#"{"hours":{"week":null}}"#, "week"),
        (r#"{"idle_s":9}"#, "idle_s"),
        (r#"{"item_s":19}"#, "item_s"),
    ] {
        let settings = Some(FeedSettings::parse(settings.as_bytes()).unwrap());
        let error = desk
            .publish_with(
                vec![item(2, &[])],
                &TableOptions { settings, ..options(ClockConfirmation::None) },
                NOW,
            )
            .unwrap_err();
        assert_eq!(error.code(), "bad_settings");
        assert!(error.message().en.contains(part), "{}", error.message().en);
    }
    // Signed by another program: `verify` reports it, and a renewal still works
    let hours = HoursJson::new(serde_json::json!({"week": {"mon": ["9-5"]}})).unwrap();
    let settings = FeedSettings { hours: Some(hours), ..FeedSettings::default() };
    desk.publish(vec![item(2, &[])], NOW).unwrap();
    let mut feed = desk.feed();
    let mut content = crate::publish::folder::last::read(&feed.dir, &feed.state).unwrap().unwrap().content;
    content.settings = settings;
    feed.publish_content(content, NOW + 1, 60 * DAY, 0, ClockConfirmation::None).unwrap();
    drop(feed);
    assert_eq!(desk.feed().renew(NOW + 45 * DAY).unwrap().pointers, 2);
    let faults = verify_dir(&desk.dir(), &FixedClock(NOW + 45 * DAY)).unwrap().faults;
    assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["bad_hours"; 2]);
}
