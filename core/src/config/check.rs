//! Validates the settings. One invalid setting rejects the whole file, so that an installer sees the mistake
//! at once.

use super::{Config, ConfigError};
use crate::{
    domain::{LinkMode, Message, Rgb, base_url, bounds, text},
    hours::Hours,
};
use std::ops::RangeInclusive;

pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    check_range("idle.idle_s", config.idle.idle_s, &bounds::IDLE_S)?;
    check_range("idle.item_s", config.idle.item_s, &bounds::IDLE_S)?;
    check_range("idle.countdown_s", config.idle.countdown_s, &bounds::COUNTDOWN_S)?;
    check_range("attract.slide_s", config.attract.slide_s, &bounds::SLIDE_S)?;
    check_range("qr.size_mm", config.qr.size_mm, &bounds::QR_MM)?;
    let diagonal = config.screen.diagonal_in;
    require("screen.diagonal_in", diagonal.is_none_or(|inches| (2.0..=120.0).contains(&inches)), || {
        Message::fixed("应为 2 到 120（英寸）", "a number from 2 to 120 (inches)")
    })?;
    check_languages(config)?;
    check_line("brand.name", config.brand.name.as_deref(), bounds::MAX_BRAND_CHARS)?;
    check_line("support.phone", config.support.phone.as_deref(), bounds::MAX_PHONE_CHARS)?;
    for (name, color) in [("brand.primary", &config.brand.primary), ("brand.accent", &config.brand.accent)] {
        require(name, color.as_deref().is_none_or(|color| color.parse::<Rgb>().is_ok()), || {
            Message::fixed("颜色应写成 #RRGGBB", "a colour is written as #RRGGBB")
        })?;
    }
    let mode = config.qr.link_mode.as_deref();
    require("qr.link_mode", mode.is_none_or(|mode| LinkMode::parse(mode).is_some()), || {
        Message::fixed("应为 app 或 web", "app or web")
    })?;
    config.network.check()?;
    require("report.url", config.report.url.as_deref().is_none_or(|text| base_url(text).is_some()), || {
        Message::fixed("地址应写成 https://主机/路径", "an address is written as https://host/path")
    })?;
    if let Some(document) = &config.hours {
        Hours::try_from(document)?;
    }
    Ok(())
}

fn check_languages(config: &Config) -> Result<(), ConfigError> {
    let Some(offered) = &config.screen.languages else { return Ok(()) };
    let twice = offered.iter().enumerate().any(|(place, one)| offered[..place].contains(one));
    require("screen.languages", !offered.is_empty() && !twice, || {
        Message::fixed(
            "应列出一种或几种语言，每种一次，例如 [\"zh\", \"en\"]",
            "one or more languages, each once, such as [\"zh\", \"en\"]",
        )
    })?;
    require("screen.language", config.screen.language.is_none_or(|first| offered.contains(&first)), || {
        Message::fixed("应为 screen.languages 中的一种", "one of those in screen.languages")
    })
}

fn check_range(
    name: &'static str,
    value: Option<u32>,
    range: &RangeInclusive<u32>,
) -> Result<(), ConfigError> {
    require(name, value.is_none_or(|value| range.contains(&value)), || {
        let (low, high) = (range.start(), range.end());
        Message::new(format!("应为 {low} 到 {high} 的整数"), format!("a whole number from {low} to {high}"))
    })
}

fn check_line(name: &'static str, text: Option<&str>, most: usize) -> Result<(), ConfigError> {
    // An empty text counts as not set
    let fits = |text: &str| text.is_empty() || text::check_line(text, most).is_ok();
    require(name, text.is_none_or(fits), || {
        Message::new(
            format!("应为一行看得见的文字，最多 {most} 个字，不能有看不见的字符"),
            format!("one line of at most {most} characters, all of which can be seen"),
        )
    })
}

fn require(name: &'static str, holds: bool, expected: impl FnOnce() -> Message) -> Result<(), ConfigError> {
    if holds { Ok(()) } else { Err(ConfigError::Value { name, expected: expected() }) }
}
