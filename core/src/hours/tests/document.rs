//! What a feed and a settings file may contain.

use super::*;
use crate::domain::Lang;
use proptest::prelude::*;

#[test]
fn toml_and_json_are_the_same() {
    let json = hours(r#"{"week":{"mon":["09:00-12:00"]},"dates":{"2027-02-16":[]},"zone":"Asia/Tokyo"}"#);
    let toml = "zone = 'Asia/Tokyo'\n[week]\nmon = ['09:00-12:00']\n[dates]\n2027-02-16 = []\n";
    let document: HoursDocument = toml::from_str(toml).unwrap();
    assert_eq!(Hours::try_from(&document).unwrap(), json);
}

#[test]
fn a_person_may_write_as_their_keyboard_does() {
    for text in [
        "09:00-21:30",
        "9:00-21:30",
        " 09:00 – 21:30 ",
        "０９：００～２１：３０",
        "09:00至21:30",
        "9:00—21:30",
    ] {
        assert_eq!(Span::parse(text).unwrap().to_string(), "09:00-21:30", "{text}");
    }
    assert_eq!(Span::parse("00:00-48:00").unwrap().to_string(), "00:00-48:00");
}

/// Each message names the day and what to write instead.
#[test]
fn a_mistake_says_where_and_what_instead() {
    let mut said = String::new();
    for json in [
        r#"{"week":{"mon":["9-18"]}}"#,
        r#"{"week":{"mon":["9am-6pm"]}}"#,
        r#"{"week":{"tue":["09:00"]}}"#,
        r#"{"week":{"wed":["22:00-02:00"]}}"#,
        r#"{"week":{"thu":["09:00-09:00"]}}"#,
        r#"{"week":{"fri":["25:00-26:00"]}}"#,
        r#"{"week":{"sat":["09:60-18:00"]}}"#,
        r#"{"week":{"sun":["00:00-48:01"]}}"#,
        r#"{"week":{"Monday":["09:00-18:00"]}}"#,
        r#"{"week":{"周日":["09:00-18:00"]}}"#,
        r#"{"week":{"all":["09:00-18:00"]}}"#,
        r#"{"week":{},"dates":{"2027-02-30":[]}}"#,
        r#"{"week":{},"dates":{"2027-2-3":[]}}"#,
        r#"{"week":{},"dates":{"2027-12-31":["24:00-25:00"]}}"#,
        r#"{"week":{},"zone":"Asia/Peking\u0007 and a great deal more of what nobody would ever read"}"#,
        r#"{"week":{"mon":["0:00-0:01","0:02-0:03","0:04-0:05","0:06-0:07","0:08-0:09","0:10-0:11","0:12-0:13",
            "0:14-0:15","0:16-0:17","0:18-0:19","0:20-0:21","0:22-0:23","0:24-0:25"]}}"#,
    ] {
        let document: HoursDocument = serde_json::from_str(json).unwrap();
        let error = Hours::try_from(&document).unwrap_err();
        let message = error.message();
        assert_eq!(error.to_string(), message.get(Lang::En));
        said += &format!("{}\n{}\n\n", message.zh, message.en);
    }
    insta::assert_snapshot!(said);
}

#[test]
fn another_shape_is_refused_by_name() {
    for (json, part) in [
        ("{}", "week"),
        (r#"{"week":{},"weeks":{}}"#, "weeks"),
        (r#"{"week":{"mon":"09:00-18:00"}}"#, "sequence"),
        (r#"{"week":[]}"#, "map"),
    ] {
        let error = serde_json::from_str::<HoursDocument>(json).unwrap_err().to_string();
        assert!(error.contains(part), "{json}: {error}");
    }
}

#[test]
fn dates_have_a_ceiling() {
    let days: Vec<String> = (0..900).map(|n| format!("\"{n}\":[]")).collect();
    let json = format!("{{\"week\":{{}},\"dates\":{{{}}}}}", days.join(","));
    let document: HoursDocument = serde_json::from_str(&json).unwrap();
    assert_eq!(Hours::try_from(&document), Err(HoursError::TooManyDates { most: 800 }));
}

proptest! {
    #[test]
    fn what_is_written_is_read(hours in super::state::any_hours()) {
        let json = serde_json::to_string(&HoursDocument::from(&hours)).unwrap();
        let document: HoursDocument = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(Hours::try_from(&document).unwrap(), hours);
    }

    #[test]
    fn any_text_is_an_answer(text in "\\PC{0,24}|[0-9:–~ -]{0,14}") {
        let mut document = HoursDocument::from(&Hours::always_closed());
        document = serde_json::from_value(serde_json::json!({ "week": { "mon": [text] }, "dates": serde_json::to_value(&document).unwrap()["week"] })).unwrap();
        if let Err(error) = Hours::try_from(&document) {
            let message = error.message();
            prop_assert!(message.zh.contains("mon") && message.en.contains("mon"));
            // The suggested text is itself valid
            let instead = message.en.rsplit(": ").next().unwrap();
            prop_assert!(Span::parse(instead).is_ok(), "{}", message.en);
        }
    }
}
