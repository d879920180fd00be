//! Why a sync failed. The unit goes on with its current catalog.

use super::Interruption;
use crate::store::StoreError;
use cloud_shelf_core::{
    attempt::AttemptError,
    disk,
    domain::{Message, Sha256},
    feed::FeedError,
    plain_file,
    transport::TransferError,
};
use serde::{Deserialize, Serialize};
use std::{io, path::PathBuf, sync::Arc, time::Duration};

#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    #[error(transparent)]
    Transfer(#[from] TransferError),
    #[error(transparent)]
    Feed(#[from] FeedError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{needed} bytes are needed, and {free} are free")]
    NoRoom { needed: u64, free: u64 },
    #[error("cannot write {path}")]
    Unwritable {
        path: PathBuf,
        #[source]
        cause: Arc<io::Error>,
    },
    #[error("cannot read {path}")]
    Unreadable {
        path: PathBuf,
        #[source]
        cause: Arc<io::Error>,
    },
    #[error("this unit follows no feed")]
    NoFeed,
    #[error("the binding changed during the sync")]
    Rebound,
    #[error("interrupted: {0:?}")]
    Interrupted(Interruption),
    #[error("the catalog {object} is not what was published")]
    WrongCatalog { object: Sha256 },
    #[error("the server does not have the catalog {object} ({status})")]
    NoCatalog { object: Sha256, status: u16 },
    #[error("of {wanting} items with pictures {lacking} would show none: {}", why.en)]
    PicturesLacking {
        lacking: usize,
        wanting: usize,
        /// Title of the first of them
        first: String,
        /// What failed with one of them
        why: Message,
    },
    #[error("not a bundle: {detail}")]
    NotABundle { detail: String },
    #[error("the bundle has no pointer for {wanted}")]
    OtherBundle { wanted: String },
    #[error("the bundle is truncated or can't be read: {0}")]
    BundleCut(#[source] Arc<io::Error>),
    #[error("{lacking} files are missing from the bundle")]
    BundleIncomplete { lacking: usize },
    #[error(transparent)]
    Attempt(#[from] AttemptError),
}

/// Where the cause of a failure lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blame {
    /// The network or the server: retrying helps
    Network,
    /// What was published, or what something on the way made of it: retrying does not help
    Content,
    /// This unit's disk or database
    Unit,
    /// The settings or the binding
    Setting,
}

impl SyncError {
    /// Error code for machine-readable reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Transfer(error) => error.code(),
            Self::Feed(error) => error.code(),
            Self::Store(StoreError::Busy { .. }) => "store_busy",
            Self::Store(StoreError::Full) => "disk_full",
            Self::Store(_) => "store_failed",
            Self::NoRoom { .. } => "disk_full",
            Self::Unwritable { .. } | Self::Unreadable { .. } => "disk",
            Self::NoFeed => "no_feed",
            Self::Rebound => "rebound",
            Self::Interrupted(_) => "interrupted",
            Self::WrongCatalog { .. } => "wrong_hash",
            Self::NoCatalog { .. } => "catalog_missing",
            Self::PicturesLacking { .. } => "pictures_lacking",
            Self::NotABundle { .. } => "not_a_bundle",
            Self::OtherBundle { .. } => "bundle_of_others",
            Self::BundleCut(_) => "bundle_cut",
            Self::BundleIncomplete { .. } => "bundle_incomplete",
            Self::Attempt(AttemptError::SetAside(known)) => known.input.kind.code(),
            Self::Attempt(_) => "disk",
        }
    }

    pub const fn blame(&self) -> Blame {
        match self {
            Self::Transfer(error) if !error.retry_helps() => Blame::Setting,
            Self::Transfer(TransferError::Disk(_)) => Blame::Unit,
            Self::Transfer(_)
            | Self::Store(StoreError::Busy { .. })
            | Self::Rebound
            | Self::Interrupted(_) => Blame::Network,
            Self::Feed(FeedError::BadAddress { .. } | FeedError::BadCode { .. } | FeedError::BadKey) => {
                Blame::Setting
            }
            Self::NoFeed => Blame::Setting,
            Self::Feed(error) if error.retry_helps() => Blame::Network,
            Self::Feed(_)
            | Self::WrongCatalog { .. }
            | Self::NoCatalog { .. }
            | Self::PicturesLacking { .. }
            | Self::NotABundle { .. }
            | Self::OtherBundle { .. }
            | Self::BundleCut(_)
            | Self::BundleIncomplete { .. }
            | Self::Attempt(AttemptError::SetAside(_)) => Blame::Content,
            Self::Attempt(_)
            | Self::Store(_)
            | Self::NoRoom { .. }
            | Self::Unwritable { .. }
            | Self::Unreadable { .. } => Blame::Unit,
        }
    }

    /// How long the server asks clients to wait (`Retry-After`).
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Transfer(error) => error.retry_after(),
            _ => None,
        }
    }

    /// Says what happened and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::Transfer(error) => error.message(),
            Self::Feed(error) => error.message(),
            Self::Store(error) => error.message(),
            Self::Attempt(refused) => refused.message(),
            Self::NoRoom { needed, free } => {
                let (needed, free) = (needed.div_ceil(1 << 20), free >> 20);
                Message::new(
                    format!(
                        "存储空间不足（需要 {needed} MB，剩余 {free} MB），屏幕继续显示原有商品。请清理磁盘。"
                    ),
                    format!(
                        "Not enough room ({needed} MB needed, {free} MB free); the screen goes on with the items it \
                         has. Make room on the disk."
                    ),
                )
            }
            Self::Unwritable { path, cause } => {
                let (path, why, remedy) =
                    (path.display(), plain_file::describe_error(cause), disk::remedy(cause));
                Message::new(
                    format!("写不了 {path}（{}）。{}。", why.zh, remedy.zh),
                    format!("Cannot write {path} ({}). {}.", why.en, remedy.en),
                )
            }
            Self::Unreadable { path, cause } => {
                let (path, why, remedy) =
                    (path.display(), plain_file::describe_error(cause), disk::remedy(cause));
                Message::new(
                    format!("读不了 {path}（{}）。{}。", why.zh, remedy.zh),
                    format!("Cannot read {path} ({}). {}.", why.en, remedy.en),
                )
            }
            Self::NoFeed => Message::fixed(
                "本机没有绑定商品数据的网址。请用运营方给的网址绑定：sudo cloud-shelfctl bind … --feed 网址",
                "This unit is not bound to a feed. Bind it with the operator's feed address: sudo cloud-shelfctl bind … \
                 --feed URL",
            ),
            Self::Rebound => Message::fixed(
                "同步期间本机重新绑定了，已放弃这次结果，稍后按新的绑定同步。",
                "The binding changed during the sync, so the download was dropped. The unit syncs for the new binding.",
            ),
            Self::Interrupted(_) => Message::fixed(
                "同步被打断了，已下载的部分保留，稍后继续。",
                "The sync was interrupted. What has arrived is kept, and the sync continues later.",
            ),
            Self::NoCatalog { status, .. } => Message::new(
                format!(
                    "服务器上有这台设备的发布信息，但缺少它指向的商品目录文件（{status}）；本机的绑定没有问题，屏幕继续显示原有商品。请运营人员重新发布，并把发布目录完整上传。"
                ),
                format!(
                    "The server has this unit's pointer, but not the catalog that the pointer names ({status}). The \
                     unit's binding is right, and the screen goes on with its current items. Ask the operator to \
                     publish again and to upload the whole folder."
                ),
            ),
            Self::PicturesLacking { lacking, wanting, first, why } => Message::new(
                format!(
                    "新版商品中，{wanting} 件有图片的商品有 {lacking} 件取不到图片，例如“{first}”：{} 屏幕先显示原有商品，并会自动重试；24 小时后仍取不到，就先更新商品，不再等图片。",
                    why.zh
                ),
                format!(
                    "In the new version, {lacking} of the {wanting} items with pictures would show none, such as \
                     “{first}”: {} For now the screen goes on with its current items, and the unit retries \
                     automatically; after 24 hours it accepts the new version without these pictures.",
                    why.en
                ),
            ),
            Self::WrongCatalog { .. } => Message::fixed(
                "服务器上的商品目录与签名不符，没有采用。请联系运营方重新发布，并检查网络中的缓存设备。",
                "The server's catalog does not match the signed pointer and was not accepted. Ask the operator to \
                 publish again, and check the network for caches.",
            ),
            Self::NotABundle { detail } => Message::new(
                format!("这不是货架数据包（{detail}）。请让运营方用 cloud-shelfctl feed bundle 重新制作。"),
                format!(
                    "This is not a bundle ({detail}). Ask the operator to make a new one with cloud-shelfctl feed bundle."
                ),
            ),
            Self::OtherBundle { wanted } => Message::new(
                format!("数据包里没有本机（{wanted}）的数据。请向运营方索取为这台设备制作的数据包。"),
                format!(
                    "The bundle has no data for this unit ({wanted}). Ask the operator for the bundle made for it."
                ),
            ),
            Self::BundleCut(_) => Message::fixed(
                "数据包没有读完（U 盘可能被提前拔出，或文件不完整），原有商品保持不变。请重新插入或重新复制。",
                "The bundle could not be read to its end: the USB stick was pulled out too early, or the file is \
                 incomplete. The items stay as they are. Plug the stick in again, or copy the bundle again.",
            ),
            Self::BundleIncomplete { lacking } => Message::new(
                format!(
                    "数据包不完整，缺少 {lacking} 个文件（可能没有复制完），原有商品保持不变。请重新复制；仍不行，请让运营方重新制作。"
                ),
                format!(
                    "The bundle is incomplete: {lacking} of its files are missing, perhaps because copying was cut \
                     short. The items stay as they are. Copy the bundle again, or ask the operator for a new one."
                ),
            ),
        }
    }
}
