use super::*;

#[test]
fn an_empty_file_is_a_good_one() {
    assert_eq!(Config::parse("").unwrap(), Config::default());
    assert_eq!(Config::default().idle.idle_s, None);
}

#[test]
fn a_mistake_is_named() {
    for (text, part) in [
        ("[idle]\nidle_s = 0", "idle.idle_s"),
        ("[idle]\nitem_s = 864001", "idle.item_s"),
        ("[idle]\ncountdown_s = 61", "idle.countdown_s"),
        ("[idle]\nidel_s = 45", "idel_s"),
        ("[attract]\nslide_s = 1", "attract.slide_s"),
        ("[brand]\nprimary = \"red\"", "brand.primary"),
        ("[brand]\nname = \"a\\nb\"", "brand.name"),
        ("[support]\nphone = \"12345678901234567890123456789012345678901\"", "support.phone"),
        ("[screen]\ndiagonal_in = 1.0", "screen.diagonal_in"),
        ("[screen]\ndiagonal_in = nan", "screen.diagonal_in"),
        ("[screen]\nlanguage = \"fr\"", "fr"),
        ("[screen]\nlanguages = []", "screen.languages"),
        ("[screen]\nlanguages = [\"en\", \"en\"]", "screen.languages"),
        ("[screen]\nlanguage = \"en\"\nlanguages = [\"zh\"]", "screen.language"),
        ("[qr]\nsize_mm = 14", "qr.size_mm"),
        ("[qr]\nlink_mode = \"deep\"", "qr.link_mode"),
        ("[report]\nurl = \"shelf.example.com\"", "report.url"),
        ("[hours.week]\nmon = [\"9-18\"]", "Monday"),
        ("[hours]\nzone = \"Asia/Shanghai\"", "week"),
        ("[idle", "idle"),
    ] {
        let error = Config::parse(text).unwrap_err();
        assert!(error.to_string().contains(part), "{text:?}: {error}");
        let message = error.message();
        assert!(message.en.contains(part), "{text:?}: {}", message.en);
        assert!(message.zh.chars().any(|c| c > '\u{2E80}'), "{}", message.zh);
    }
}

#[test]
fn the_commented_sample_is_valid() {
    let sample = include_str!("../../../assets/cloud-shelf.toml");
    assert_eq!(Config::parse(sample).unwrap(), Config::default());
    // It is still valid with every setting enabled
    let all: String =
        sample.lines().map(|line| line.strip_prefix("#= ").unwrap_or(line).to_owned() + "\n").collect();
    let all = Config::parse(&all).unwrap();
    assert_ne!(all, Config::default());
    assert!(all.hours().is_some() && all.link_mode().is_some() && all.accent().is_some());
}
