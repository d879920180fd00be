//! What the operator has signed: its age, and the parts that this program can't use.

use super::check::{Check, Topic};
use crate::sync::{FeedSettings, InForce};
use cloud_shelf_core::domain::Message;

const AGE: Topic = Topic::new("signed", "运营方签发", "Signed by the operator");
const HOURS: Topic = Topic::new("hours", "营业时间", "Opening hours");

pub(super) fn run_checks(in_force: Option<InForce>, said: Option<&FeedSettings>, checks: &mut Vec<Check>) {
    checks.push(age(in_force));
    checks.push(hours(said));
}

fn age(in_force: Option<InForce>) -> Check {
    let Some(InForce { version, signed_at, expires_at, expired }) = in_force else {
        return AGE.unknown(Message::fixed(
            "屏幕上的商品不是来自商品源",
            "The items on the screen do not come from a feed",
        ));
    };
    let day =
        |at: i64| jiff::Timestamp::from_second(at).map_or_else(|_| at.to_string(), |time| time.to_string());
    let (signed, expires) = (day(signed_at), day(expires_at));
    if !expired {
        return AGE.good(Message::new(
            format!("版本 {version}，{signed} 签发，有效期到 {expires}"),
            format!("Version {version}, signed {signed}, valid until {expires}"),
        ));
    }
    AGE.failed(
        Message::new(
            format!("版本 {version}，{signed} 签发，已于 {expires} 过期；屏幕照常显示"),
            format!("Version {version}, signed {signed}, expired {expires}; the screen keeps showing it"),
        ),
        Message::fixed(
            "请先核对本机时间；时间正确的，请检查网络，并请运营方重新发布（cloud-shelfctl feed publish）",
            "Check this unit's time first. If it is right, check the network, and have the operator publish again \
             (cloud-shelfctl feed publish)",
        ),
    )
}

fn hours(said: Option<&FeedSettings>) -> Check {
    let Some(said) = said else {
        return HOURS.unknown(Message::fixed("运营方没有设置", "The operator has not set any"));
    };
    match &said.unread_hours {
        Some(unread) => HOURS.failed(
            Message::fixed("运营方设置的营业时间看不懂", "The operator's opening hours can't be read"),
            unread.message(),
        ),
        None if said.settings.hours.is_some() => {
            HOURS.good(Message::fixed("运营方设置的营业时间可用", "The operator's opening hours are valid"))
        }
        None => HOURS.unknown(Message::fixed("运营方没有设置", "The operator has not set any")),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::check::Verdict, *};

    #[test]
    fn what_has_expired_is_a_failure() {
        let signed =
            InForce { version: 777, signed_at: 1_790_000_000, expires_at: 1_795_000_000, expired: false };
        assert_eq!(age(None).verdict, Verdict::Unknown);
        assert_eq!(age(Some(signed)).verdict, Verdict::Good);
        let old = age(Some(InForce { expired: true, ..signed }));
        assert_eq!(old.verdict, Verdict::Failed);
        assert!(old.finding.en.contains("777") && old.remedy.is_some());
    }

    #[test]
    fn hours_that_were_not_set_are_no_failure() {
        assert_eq!(hours(None).verdict, Verdict::Unknown);
        assert_eq!(hours(Some(&FeedSettings::default())).verdict, Verdict::Unknown);
    }
}
