//! The settings as `status` shows them, each with its value and origin, in JSON and as text for people.

use super::{Origin, Settings, Sourced};
use crate::{
    domain::{Lang, LinkMode},
    hours::{Hours, Span},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The settings in effect at a moment, in the shape of `status --json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettingsReport {
    pub idle_s: Sourced<u32>,
    pub item_s: Sourced<u32>,
    pub countdown_s: Sourced<u32>,
    pub slide_s: Sourced<u32>,
    pub languages: Sourced<Vec<String>>,
    pub hours: Sourced<Option<HoursReport>>,
    pub support_phone: Sourced<Option<String>>,
    pub brand_name: Sourced<String>,
    /// `#RRGGBB`
    pub primary: Sourced<String>,
    pub accent: Sourced<String>,
    pub qr_mm: Sourced<Option<u32>>,
    pub diagonal_in: Sourced<Option<f32>>,
    pub panel_off: Sourced<bool>,
    pub reduced_motion: Sourced<bool>,
    pub link_mode: Sourced<String>,
}

/// The opening hours at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursReport {
    pub open: bool,
    /// RFC 3339, in the shop's time zone; `None` if that is more than a week away
    pub until: Option<String>,
    /// The opening hours of the day
    pub today: Vec<String>,
}

impl SettingsReport {
    /// Returns the settings in effect at a Unix time (seconds).
    pub fn at(settings: &Settings, now: i64) -> Self {
        Self {
            idle_s: settings.idle_s,
            item_s: settings.item_s,
            countdown_s: settings.countdown_s,
            slide_s: settings.slide_s,
            languages: settings.languages.map(|all| all.iter().map(|one| one.as_str().to_owned()).collect()),
            hours: settings.hours.map(|hours| hours.as_ref().map(|hours| HoursReport::at(hours, now))),
            support_phone: settings.support_phone.clone(),
            brand_name: settings.brand_name.clone(),
            primary: settings.primary.map(ToString::to_string),
            accent: settings.accent.map(ToString::to_string),
            qr_mm: settings.qr_mm,
            diagonal_in: settings.diagonal_in,
            panel_off: settings.panel_off,
            reduced_motion: settings.reduced_motion,
            link_mode: settings.link_mode.map(|mode| mode.as_str().to_owned()),
        }
    }
}

impl HoursReport {
    fn at(hours: &Hours, now: i64) -> Self {
        let state = hours.state_at(now);
        let zone = hours.zone();
        let local =
            |second| Timestamp::from_second(second).ok().map(|time| time.to_zoned_datetime(zone.clone()));
        let written = |time: jiff::ZonedDateTime| time.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
        Self {
            open: state.is_open(),
            until: state.until().and_then(local).map(written),
            today: local(now)
                .map(|time| hours.spans_of_date(time.date()).iter().map(Span::to_string).collect())
                .unwrap_or_default(),
        }
    }
}

impl SettingsReport {
    /// Returns a row for each setting that somebody has set: name, value, origin.
    pub fn rows(&self, lang: Lang) -> Vec<[String; 3]> {
        let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
        let seconds = |of: &Sourced<u32>| of.map(|s| format!("{s} {}", say("秒", "s")));
        let text = |of: &Sourced<Option<String>>| of.map(|text| text.clone().unwrap_or_default());
        let mode = self.link_mode.map(|mode| match LinkMode::parse(mode) {
            Some(LinkMode::Web) => say("任意相机", "any camera").to_owned(),
            _ => say("淘宝/天猫 App", "Taobao or Tmall app").to_owned(),
        });
        let hours = self.hours.map(|hours| hours.as_ref().map(|hours| hours.words(lang)).unwrap_or_default());
        let panel =
            self.diagonal_in.map(|inches| inches.map(|inches| format!("{inches}″")).unwrap_or_default());
        let yes = |of: &Sourced<bool>| {
            of.map(|yes| if *yes { say("是", "yes") } else { say("否", "no") }.to_owned())
        };
        let size = self.qr_mm.map(|mm| mm.map(|mm| format!("{mm} mm")).unwrap_or_default());
        [
            (say("货架页等待", "Shelf page waits"), seconds(&self.idle_s)),
            (say("商品页等待", "Item page waits"), seconds(&self.item_s)),
            (say("离开前倒数", "Countdown"), seconds(&self.countdown_s)),
            (say("轮播间隔", "Attract slide"), seconds(&self.slide_s)),
            (say("语言", "Languages"), self.languages.map(|all| all.join(" "))),
            (say("营业时间", "Opening hours"), hours),
            (say("服务电话", "Support phone"), text(&self.support_phone)),
            (say("品牌名称", "Brand name"), self.brand_name.clone()),
            (say("主色", "Primary colour"), self.primary.clone()),
            (say("强调色", "Accent colour"), self.accent.clone()),
            (say("屏幕对角线", "Panel diagonal"), panel),
            (say("打烊后关屏", "Panel off when closed"), yes(&self.panel_off)),
            (say("减少动画", "Reduced motion"), yes(&self.reduced_motion)),
            (say("二维码边长", "Code size"), size),
            (say("扫码方式", "Scan with"), mode),
        ]
        .into_iter()
        .filter(|(_, set)| set.from != Origin::Default)
        .map(|(name, set)| [name.to_owned(), set.value, set.from.name().get(lang).to_owned()])
        .collect()
    }
}

impl HoursReport {
    fn words(&self, lang: Lang) -> String {
        let day = if self.today.is_empty() {
            if lang == Lang::Zh { "今天休息".to_owned() } else { "closed today".to_owned() }
        } else {
            self.today.join(" ")
        };
        // To the minute: 2027-02-16 09:00
        let until = self.until.as_ref().map(|until| until.get(..16).unwrap_or(until).replace('T', " "));
        match (lang, self.open, until) {
            (Lang::Zh, true, Some(until)) => format!("{day}（营业中，到 {until}）"),
            (Lang::Zh, true, None) => format!("{day}（营业中）"),
            (Lang::Zh, false, Some(until)) => format!("{day}（休息中，到 {until}）"),
            (Lang::Zh, false, None) => format!("{day}（休息中，近 8 天不营业）"),
            (Lang::En, true, Some(until)) => format!("{day} (open until {until})"),
            (Lang::En, true, None) => format!("{day} (open)"),
            (Lang::En, false, Some(until)) => format!("{day} (closed until {until})"),
            (Lang::En, false, None) => format!("{day} (closed for at least 8 days)"),
        }
    }
}
