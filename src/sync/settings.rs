//! What the operator has set for a shelf, with the catalog that it shows.

use super::{accepted, trust};
use crate::store::Publication;
use cloud_shelf_core::{
    domain::{Binding, Message},
    feed::{self, KeySet, Subject},
    hours::{Hours, HoursError},
    paths::Paths,
};

/// The operator's settings for a unit, as far as this version can read them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeedSettings {
    /// Opening hours that can't be read are replaced by the last ones that could be
    pub settings: feed::FeedSettings,
    /// Set if `settings` does not hold the latest signed opening hours
    pub unread_hours: Option<UnreadHours>,
}

/// Signed opening hours that this version can't read.
#[derive(Clone, Debug, PartialEq)]
pub struct UnreadHours {
    error: HoursError,
    /// Whether earlier opening hours apply instead; without any, the shop counts as always open
    has_earlier: bool,
}

impl UnreadHours {
    /// Returns a short code for machine-read reports.
    pub const CODE: &'static str = "bad_hours";

    /// Says what is wrong, which hours apply instead, and what to do.
    pub fn message(&self) -> Message {
        let Message { zh, en } = self.error.message();
        let (zh_now, en_now) = if self.has_earlier {
            ("现在沿用之前能看懂的营业时间", "Until then the previous opening hours apply")
        } else {
            ("现在按全天营业处理", "Until then the shop counts as always open")
        };
        Message::new(
            format!("运营方设置的营业时间看不懂：{zh}。{zh_now}，请联系运营方更正后重新发布"),
            format!(
                "The opening hours from the operator can't be read: {en}. {en_now}. Ask the operator to correct them \
                 and publish again"
            ),
        )
    }
}

/// Returns the operator's settings that came with the current catalog; `None` if the catalog did
/// not come from a feed for this binding.
pub fn feed_settings(paths: &Paths, kept: &Publication, binding: &Binding) -> Option<FeedSettings> {
    let subject = Subject::new(binding.store.clone(), binding.device.clone()).ok()?;
    let mut settings = accepted(kept, &subject)?.into_claims().settings;
    let unread = settings.hours.as_ref().and_then(|hours| Hours::from_json(hours.value()).err());
    let unread_hours = unread.map(|error| {
        let keys: Option<KeySet> = kept.keys.parse().ok();
        settings.hours = keys.and_then(|keys| trust::last_hours(&paths.feed_trust(), &keys, &subject));
        UnreadHours { error, has_earlier: settings.hours.is_some() }
    });
    Some(FeedSettings { settings, unread_hours })
}
