//! Why publishing failed.

use crate::{
    domain::Message, feed::FeedError, hours::HoursError, intake::PictureFault, table::Problem,
    transport::TransferError,
};
use std::{io, path::PathBuf};

/// A file that a unit would refuse or not find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedFault {
    /// Relative to the feed's base
    pub path: String,
    /// Code for machine-readable reports
    pub code: &'static str,
    pub message: Message,
    /// Whether a retry may succeed although nobody changes anything
    pub retry_helps: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    #[error("{path} is not a feed directory")]
    NoFeed { path: PathBuf },
    #[error("there is a feed in {path} already")]
    FeedExists { path: PathBuf },
    #[error("{path} is damaged: {detail}")]
    Damaged { path: PathBuf, detail: String },
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error("another process is publishing")]
    Busy,
    #[error("the key {path} is readable by others")]
    ReadableKey { path: PathBuf },
    #[error("the brand has no name yet")]
    NoBrand,
    #[error("nothing has been published yet")]
    NothingPublished,
    #[error("the table has no usable item")]
    NoItems { problems: Vec<Problem> },
    #[error("the logo cannot be used")]
    Logo(#[source] PictureFault),
    #[error("the setting {name} is less than {least} seconds")]
    TimeoutTooShort { name: &'static str, least: u32 },
    #[error(transparent)]
    Hours(#[from] HoursError),
    #[error(transparent)]
    Feed(#[from] FeedError),
    #[error("the tree does not pass its own checks")]
    Unsound { faults: Vec<FeedFault> },
    #[error("this computer's clock ({now}) is behind the last publication ({last})")]
    ClockBehind { now: i64, last: i64 },
    #[error("this computer's clock ({now}) is far ahead of the last publication or the build ({last})")]
    TimeJump { now: i64, last: i64 },
    #[error("this feed has no unit {shelf}")]
    NoShelf { shelf: String },
    #[error("a new key has already been announced")]
    AlreadyAnnounced { finish_from: i64 },
    #[error("no new key has been announced")]
    NotAnnounced,
    #[error("the new key was announced too recently")]
    TooSoon { finish_from: i64 },
    #[error(transparent)]
    Transfer(#[from] TransferError),
}

impl PublishError {
    pub(super) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }

    /// Error code for machine-readable reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoFeed { .. } => "no_feed",
            Self::FeedExists { .. } => "feed_there",
            Self::Damaged { .. } => "feed_damaged",
            Self::Io { .. } => "io",
            Self::Busy => "busy",
            Self::ReadableKey { .. } => "open_key",
            Self::NoBrand => "no_brand",
            Self::NothingPublished => "nothing_published",
            Self::NoItems { .. } => "no_items",
            Self::Logo(fault) => fault.code(),
            Self::TimeoutTooShort { .. } | Self::Hours(_) => "bad_settings",
            Self::Feed(error) => error.code(),
            Self::Unsound { .. } => "unsound",
            Self::ClockBehind { .. } => "clock_behind",
            Self::TimeJump { .. } => "time_jump",
            Self::NoShelf { .. } => "no_shelf",
            Self::AlreadyAnnounced { .. } => "announced",
            Self::NotAnnounced => "not_announced",
            Self::TooSoon { .. } => "too_soon",
            Self::Transfer(error) => error.code(),
        }
    }

    /// Says what happened and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::NoFeed { path } => Message::new(
                format!("{} 不是发布目录。请先运行 cloud-shelfctl feed init", path.display()),
                format!("{} is not a feed directory. Run cloud-shelfctl feed init first", path.display()),
            ),
            Self::FeedExists { path } => Message::new(
                format!("{} 已经是发布目录，没有改动", path.display()),
                format!("{} is already a feed directory; nothing was changed", path.display()),
            ),
            Self::Damaged { path, detail } => Message::new(
                format!("{} 已损坏（{detail}）。请从备份恢复这个文件", path.display()),
                format!("{} is damaged ({detail}). Restore the file from a backup", path.display()),
            ),
            Self::Io { path, source } => Message::new(
                format!("无法读写 {}（{source}）。请检查权限和磁盘空间", path.display()),
                format!(
                    "{} cannot be read or written ({source}). Check permissions and disk space",
                    path.display()
                ),
            ),
            Self::Busy => Message::fixed(
                "另一个发布正在进行，请等它结束后再试",
                "Another process is publishing. Try again when it has finished",
            ),
            Self::ReadableKey { path } => Message::new(
                format!(
                    "密钥文件 {0} 其他用户也能读。请运行 chmod 600 {0}；如果可能已经泄露，请更换密钥（feed keys rotate）",
                    path.display()
                ),
                format!(
                    "The key {0} is readable by others. Run chmod 600 {0}; if it may have leaked, run feed keys rotate",
                    path.display()
                ),
            ),
            Self::NoBrand => Message::fixed(
                "第一次发布要写品牌名称：--brand 品牌名",
                "The first publication needs the brand's name: --brand NAME",
            ),
            Self::NothingPublished => Message::fixed(
                "还没有发布过商品。请先用 feed publish DIR 表格 --brand 品牌名 发布",
                "Nothing has been published yet. Run feed publish DIR TABLE --brand NAME first",
            ),
            Self::NoItems { problems } if problems.is_empty() => Message::fixed(
                "表格里还没有商品，已发布的内容保持不变。请在标题行下面填写“商品”和“链接”，每行一个商品，然后重新发布。",
                "The table has no items yet; the published items stay as they are. Fill in 商品 and 链接 below the heading, one item per row, and publish again.",
            ),
            Self::NoItems { .. } => Message::fixed(
                "表格中没有可用的商品，已发布的内容保持不变。请按下列提示修改表格后重新发布。",
                "The table has no usable item; the published items stay as they are. Correct the table and publish again.",
            ),
            Self::Logo(fault) => {
                let Message { zh, en } = fault.message();
                Message::new(format!("品牌标志无法使用：{zh}"), format!("The logo cannot be used: {en}"))
            }
            Self::TimeoutTooShort { name, least } => Message::new(
                format!("设置 {name} 太短，顾客来不及看。请写 {least} 秒以上"),
                format!(
                    "The setting {name} is too short for shoppers to read the page. Set it to {least} seconds or more"
                ),
            ),
            Self::Hours(error) => error.message(),
            Self::Feed(error) => error.message(),
            Self::Unsound { faults } => {
                let (zh, en) = faults.first().map_or_else(Default::default, |fault| {
                    (
                        format!("（{}：{}）", fault.path, fault.message.zh),
                        format!(" ({}: {})", fault.path, fault.message.en),
                    )
                });
                Message::new(
                    format!(
                        "发布前检查没有通过{zh}，货架看到的内容没有改动。请再运行一次；仍不通过请检查磁盘"
                    ),
                    format!(
                        "The new edition did not pass its checks{en}; units still see the previous one. Run the command again; if it fails again, check the disk"
                    ),
                )
            }
            Self::ClockBehind { now, last } => {
                let (now, last) = (day(*now), day(*last));
                Message::new(
                    format!(
                        "本机日期是 {now}，上次发布记录的日期却是 {last}，没有发布。如果现在的时间不对，请先校准再试；如果是上次发布时的时间不对，请运行 cloud-shelfctl feed publish DIR --clock-was-wrong"
                    ),
                    format!(
                        "This computer's date is {now}, but the last publication is dated {last}, so nothing was published. If the clock is wrong now, set it and try again. If it was wrong then, run cloud-shelfctl feed publish DIR --clock-was-wrong"
                    ),
                )
            }
            Self::TimeJump { now, last } => {
                let (now, last) = (day(*now), day(*last));
                Message::new(
                    format!(
                        "本机日期是 {now}，离上一次（{last}）太远，没有发布：用错误的时间签发，货架会出问题。请核对本机时间；确实没错的，运行 cloud-shelfctl feed publish DIR --yes-time-jump"
                    ),
                    format!(
                        "This computer's date is {now}, long after the last known date ({last}), so nothing was published: a feed signed with a wrong time misleads units. Check the clock. If it is right, run cloud-shelfctl feed publish DIR --yes-time-jump"
                    ),
                )
            }
            Self::NoShelf { shelf } => Message::new(
                format!("这里没有货架 {shelf}。请先运行 feed add-shelf"),
                format!("This feed has no unit {shelf}. Run feed add-shelf first"),
            ),
            Self::AlreadyAnnounced { finish_from } => Message::new(
                format!("新密钥已经公布。{} 之后运行 feed keys rotate --finish", day(*finish_from)),
                format!(
                    "A new key has already been announced. Run feed keys rotate --finish after {}",
                    day(*finish_from)
                ),
            ),
            Self::NotAnnounced => Message::fixed(
                "还没有公布新密钥。请先运行 feed keys rotate",
                "No new key has been announced. Run feed keys rotate first",
            ),
            Self::TooSoon { finish_from } => Message::new(
                format!(
                    "新密钥公布不久，有的货架可能还没看到，现在完成会使它们停止更新。请在 {} 之后再试；确认所有货架都已更新时可加 --force",
                    day(*finish_from)
                ),
                format!(
                    "Units that have not seen the new key yet would stop updating. Try again after {}, or add --force if every unit has seen it",
                    day(*finish_from)
                ),
            ),
            Self::Transfer(error) => error.message(),
        }
    }
}

/// Formats a day for people, in UTC.
fn day(time: i64) -> String {
    jiff::Timestamp::from_second(time)
        .map_or_else(|_| time.to_string(), |t| t.strftime("%Y-%m-%d").to_string())
}
