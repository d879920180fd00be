use super::*;
use crate::{
    config::Config,
    domain::{Binding, DeviceId, StoreId},
};
use proptest::prelude::*;

fn config(text: &str) -> Layer {
    (&Config::parse(text).unwrap()).into()
}

fn brand() -> Brand {
    Brand { name: "檐汀".into(), primary: Rgb(1, 2, 3), accent: Rgb(4, 5, 6), logo: None }
}

fn binding() -> Binding {
    Binding {
        brand: "启赋".into(),
        store: StoreId::parse("184454101").unwrap(),
        device: DeviceId::parse("8F6A77C73E").unwrap(),
    }
}

#[test]
fn a_unit_that_nobody_has_set_has_the_defaults() {
    let settings = Settings::merge(&[]);
    assert_eq!((settings.idle_s.value, settings.idle_s.from), (45, Origin::Default));
    assert_eq!(settings.languages.value, [Lang::Zh, Lang::En]);
    assert_eq!(settings.hours.value, None);
    assert_eq!(SettingsReport::at(&settings, 0).rows(Lang::En), Vec::<[String; 3]>::new());
    // An empty file equals no file
    assert_eq!(Settings::merge(&[(Origin::Config, config(""))]), settings);
}

#[test]
fn field_by_field_the_first_to_say_something_wins() {
    let feed = Layer { idle_s: Some(60), slide_s: Some(9), qr_mm: Some(35), ..Layer::default() };
    let settings = Settings::merge(&[
        (Origin::Config, config("[idle]\nidle_s = 30\n[brand]\naccent = '#0000FF'")),
        (Origin::Feed, feed),
        (Origin::Import, (&brand()).into()),
        (Origin::Binding, (&binding()).into()),
    ]);
    let told = |from, value| Sourced { value, from };
    assert_eq!(settings.idle_s, told(Origin::Config, 30));
    assert_eq!(settings.slide_s, told(Origin::Feed, 9));
    assert_eq!(settings.item_s, told(Origin::Default, 120));
    assert_eq!(settings.qr_mm, Sourced { value: Some(35), from: Origin::Feed });
    assert_eq!(settings.primary, Sourced { value: Rgb(1, 2, 3), from: Origin::Import });
    assert_eq!(settings.accent, Sourced { value: Rgb(0, 0, 255), from: Origin::Config });
    assert_eq!(settings.brand_name, Sourced { value: "檐汀".into(), from: Origin::Import });
}

#[test]
fn a_feed_speaks_after_the_units_file() {
    let hours = serde_json::json!({"week": {"mon": ["09:00-18:00"]}});
    let said = feed::FeedSettings {
        idle_s: Some(70),
        item_s: Some(80),
        languages: Some(["ja", "en", "zh", "en"].map(str::to_owned).to_vec()),
        hours: Some(feed::HoursJson::new(hours).unwrap()),
        support_phone: Some("400-000-0000".into()),
        link_mode: Some(LinkMode::Web),
        ..feed::FeedSettings::default()
    };
    let file = Config::parse("[idle]\nidle_s = 30").unwrap();
    let settings = Settings::for_unit(&file, Some(&said), None, Some(&binding()));
    assert_eq!(settings.idle_s, Sourced { value: 30, from: Origin::Config });
    assert_eq!(settings.item_s, Sourced { value: 80, from: Origin::Feed });
    assert_eq!(settings.languages, Sourced { value: vec![Lang::En, Lang::Zh], from: Origin::Feed });
    assert_eq!(settings.support_phone.from, Origin::Feed);
    assert_eq!(settings.link_mode, Sourced { value: LinkMode::Web, from: Origin::Feed });
    assert_eq!(settings.hours.from, Origin::Feed);
    assert!(settings.hours.value.unwrap().state_at(1_802_664_000 - 3600).is_open());

    // Values that this program does not know count as not set
    let strange = feed::FeedSettings {
        languages: Some(vec!["ja".into()]),
        hours: Some(feed::HoursJson::new(serde_json::json!({"weeks": {}})).unwrap()),
        ..feed::FeedSettings::default()
    };
    let settings = Settings::for_unit(&Config::default(), Some(&strange), None, None);
    assert_eq!(settings, Settings::merge(&[]));
}

#[test]
fn an_unnamed_brand_is_the_bindings() {
    let unnamed = Brand { name: String::new(), ..brand() };
    let layers = [(Origin::Import, (&unnamed).into()), (Origin::Binding, (&binding()).into())];
    assert_eq!(Settings::merge(&layers).brand_name, Sourced { value: "启赋".into(), from: Origin::Binding });
}

#[test]
fn the_first_language_and_the_offered_ones_may_come_from_two() {
    let feed = |tags: &[Lang]| (Origin::Feed, Layer { languages: Some(tags.to_vec()), ..Layer::default() });
    for (text, feed, expected, from) in [
        ("", &[Lang::En][..], &[Lang::En][..], Origin::Feed),
        ("language = 'en'", &[Lang::Zh, Lang::En], &[Lang::En, Lang::Zh], Origin::Config),
        ("language = 'en'", &[Lang::Zh], &[Lang::En, Lang::Zh], Origin::Config),
        ("languages = ['zh']", &[Lang::En], &[Lang::Zh], Origin::Config),
        ("languages = ['zh', 'en']\nlanguage = 'en'", &[Lang::Zh], &[Lang::En, Lang::Zh], Origin::Config),
    ]
    .map(|(text, tags, expected, from)| (format!("[screen]\n{text}"), feed(tags), expected, from))
    {
        let languages = Settings::merge(&[(Origin::Config, config(&text)), feed]).languages;
        assert_eq!((languages.value.as_slice(), languages.from), (expected, from), "{text}");
    }
    // The feed's first language does not change a list that the installer has set
    let first = Layer { first_language: Some(Lang::En), ..Layer::default() };
    let layers = [(Origin::Config, config("[screen]\nlanguages = ['zh']")), (Origin::Feed, first)];
    assert_eq!(Settings::merge(&layers).languages.value, [Lang::Zh]);
}

#[test]
fn status_tells_value_and_origin() {
    let text = "[hours.week]\nmon = ['09:00-12:00', '13:00-26:00']\n[qr]\nlink_mode = 'web'";
    let settings = Settings::merge(&[(Origin::Config, config(text)), (Origin::Import, (&brand()).into())]);
    // Monday, 2027-02-15, 12:30 in China
    let report = SettingsReport::at(&settings, 1_802_665_800);
    insta::assert_json_snapshot!(report);
    let rows = |lang| report.rows(lang).iter().map(|row| row.join(" | ") + "\n").collect::<String>();
    insta::assert_snapshot!([Lang::Zh, Lang::En].map(rows).join("\n"));
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<SettingsReport>(&json).unwrap(), report);
}

proptest! {
    /// The value in effect, and its origin, is that of the first layer that sets it.
    #[test]
    fn nobody_is_passed_over(said in prop::collection::vec(prop::option::of(1u32..100), 0..5)) {
        const ORIGINS: [Origin; 4] = [Origin::Config, Origin::Feed, Origin::Import, Origin::Binding];
        let layers: Vec<_> = ORIGINS.into_iter().zip(&said)
            .map(|(from, idle_s)| (from, Layer { idle_s: *idle_s, ..Layer::default() }))
            .collect();
        let expected = layers.iter().find(|(_, layer)| layer.idle_s.is_some());
        let idle = Settings::merge(&layers).idle_s;
        prop_assert_eq!(idle.value, expected.and_then(|(_, layer)| layer.idle_s).unwrap_or(45));
        prop_assert_eq!(idle.from, expected.map_or(Origin::Default, |(from, _)| *from));
    }
}
