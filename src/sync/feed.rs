//! Whose feed a shelf follows, and by which way.

use super::{SyncError, accepted, trust};
use crate::{
    config::Network,
    domain::{Binding, Message},
    feed::{self, Address, KeySet, Subject},
    hours::{Hours, HoursError},
    paths::Paths,
    store::Publication,
    transport::Route,
};

/// A shelf's own part of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    pub address: Address,
    pub subject: Subject,
}

impl Feed {
    /// What a unit that is bound like this follows.
    pub fn of_binding(address: &str, binding: &Binding) -> Result<Self, SyncError> {
        let subject = Subject::new(binding.store.clone(), binding.device.clone())?;
        Ok(Self { address: address.parse()?, subject })
    }
}

/// What the operator has set for a shelf, as far as this program can use it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeedSettings {
    /// With the last hours that could be read in place of those that cannot
    pub settings: feed::Settings,
    /// Why the hours are not those that were signed last
    pub unread_hours: Option<UnreadHours>,
}

/// Opening hours that were signed and that this program cannot read.
#[derive(Clone, Debug, PartialEq)]
pub struct UnreadHours {
    error: HoursError,
    /// Whether earlier ones hold in their place; without any, the shop is always open
    has_earlier: bool,
}

impl UnreadHours {
    /// A short name for reports that programs read.
    pub const CODE: &'static str = "bad_hours";

    /// What is wrong, what holds instead, and what to do.
    pub fn message(&self) -> Message {
        let Message { zh, en } = self.error.message();
        let (zh_now, en_now) = if self.has_earlier {
            ("现在沿用之前能看懂的营业时间", "Until then the last hours that could be read hold")
        } else {
            ("现在按全天营业处理", "Until then the shelf is always open")
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

/// What the operator has set for this shelf, with the catalog that it shows; `None` where that came
/// from no feed of its own.
pub fn feed_settings(paths: &Paths, kept: &Publication, binding: &Binding) -> Option<FeedSettings> {
    let subject = Subject::new(binding.store.clone(), binding.device.clone()).ok()?;
    let mut settings = accepted(kept, &subject)?.into_claims().settings;
    let unread = settings.hours.as_ref().and_then(|hours| Hours::read(hours.value()).err());
    let unread_hours = unread.map(|error| {
        let keys: Option<KeySet> = kept.keys.parse().ok();
        settings.hours = keys.and_then(|keys| trust::last_hours(&paths.feed_trust(), &keys, &subject));
        UnreadHours { error, has_earlier: settings.hours.is_some() }
    });
    Some(FeedSettings { settings, unread_hours })
}

/// The way that the settings say. A file of certificates that can't be read is as if there were
/// none: the system's own may do, and if not, the failure names them.
pub fn route(network: &Network) -> Route {
    Route::of(network).unwrap_or_else(|error| {
        tracing::error!(%error, "the feed is asked without these authorities");
        Route::of(&Network { ca_file: None, ..network.clone() }).unwrap_or_default()
    })
}
