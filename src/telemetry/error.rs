//! Why a report was not delivered.

use super::{DeviceKeyError, OutboxError};
use cloud_shelf_core::{domain::Message, transport::TransferError};
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error(transparent)]
    Transfer(#[from] TransferError),
    #[error("something other than the operator's report server answers")]
    BadAnswer,
    #[error("the operator's server does not know this unit's key")]
    UnknownDevice,
    #[error("the operator's server refused a batch of events for good")]
    Refused,
    #[error("the kernel gives no random bits for a report's id: {0}")]
    NoRandomBits(getrandom::Error),
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error(transparent)]
    Key(#[from] DeviceKeyError),
}

impl ReportError {
    /// Error code, which is stored for `status`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Transfer(error) => error.code().trim_start_matches("feed_"),
            Self::BadAnswer => "bad_answer",
            Self::UnknownDevice => "unknown_device",
            Self::Refused => "refused",
            Self::NoRandomBits(_) => "no_random_bits",
            Self::Outbox(_) => "outbox",
            Self::Key(_) => "device_key",
        }
    }

    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Transfer(error) => error.retry_after(),
            _ => None,
        }
    }

    /// Explains an error code and says what to do.
    pub fn message_of(code: &str) -> Message {
        match code {
            "unreachable" | "too_slow" | "cut" => Message::fixed(
                "连不上运营方的上报服务器，会自动重试；期间的数据不会丢失。请检查店内网络。",
                "The operator's report server can't be reached. The unit retries automatically, and nothing is lost meanwhile. Check the shop's network.",
            ),
            "captive_portal" | "elsewhere" | "redirected_elsewhere" | "bad_answer" | "redirects" => {
                Message::fixed(
                    "回答上报的不是运营方的服务器，可能是网络的登录页或拦截页。请检查店内网络是否需要登录。",
                    "Something other than the operator's server answers, perhaps the network's login page or a filter. Check whether the shop's network requires a login.",
                )
            }
            "certificate_untrusted" | "certificate_expired" | "certificate_not_yet" => Message::fixed(
                "上报服务器的证书不可信。请检查本机日期和时间、店内网络是否有拦截，或联系运营方。",
                "The report server's certificate is not trusted. Check this unit's date and time and whether the network intercepts, or tell the operator.",
            ),
            "plain_http" | "bad_url" => Message::fixed(
                "上报网址必须以 https:// 开头；只有店内网络的地址在设置允许时可以用 http://。请联系运营方。",
                "The report address must begin with https://; plain http must be within the shop's own network, and the settings must allow it. Tell the operator.",
            ),
            "unknown_device" => Message::fixed(
                "运营方的服务器不再认识本机，正在重新登记。",
                "The operator's server no longer knows this unit; the unit registers again automatically.",
            ),
            "refused" => Message::fixed(
                "运营方的服务器拒收了一批统计数据，已计入丢失。请联系运营方。",
                "The operator's server refused a batch of events for good; they are counted as lost. Tell the operator.",
            ),
            "no_random_bits" => Message::fixed(
                "系统给不出随机数，暂时不能上报，会自动重试；期间的数据不会丢失。若一直出现，请重启设备。",
                "The system gives no random numbers, so nothing can be reported for now. The unit retries automatically, and nothing is lost meanwhile. If this goes on, restart the unit.",
            ),
            "device_key" => Message::fixed(
                "读写不了设备密钥。请检查状态目录的权限和存储卡，或用 sudo 重新绑定。",
                "The device key can't be read or written. Check the state directory's permissions and the SD card, or bind again with sudo.",
            ),
            "outbox" => Message::fixed(
                "读写不了统计数据。请检查状态目录的权限、存储卡和剩余空间。",
                "The events can't be read or written. Check the state directory's permissions, the SD card and its free space.",
            ),
            other => Message::new(
                format!("上报未成功（{other}），会自动重试。若持续出现，请联系运营方。"),
                format!(
                    "Reporting failed ({other}). The unit retries automatically; if this goes on, tell the operator."
                ),
            ),
        }
    }
}
