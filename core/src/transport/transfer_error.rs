//! Why a request to the feed, or the download of an object, failed.

use crate::{disk, domain::Message, plain_file};
use reqwest::StatusCode;
use std::{error::Error, io, sync::Arc, time::Duration};

/// A failure between this unit and its feed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TransferError {
    #[error("not an https address")]
    BadUrl,
    #[error("a feed over plain http must be within the shop's own network, and the settings must allow it")]
    PlainHttp,
    #[error("the setting network.{name} is invalid: {detail}")]
    Setting { name: &'static str, detail: String },
    #[error("the server cannot be reached: {detail}")]
    Unreachable { detail: String },
    #[error("the proxy refused: {detail}")]
    Proxy { detail: String },
    #[error("the server's certificate is not trusted: {detail}")]
    Certificate { detail: String },
    #[error("the server's certificate has expired by this unit's clock: {detail}")]
    CertificateExpired { detail: String },
    #[error("the server's certificate begins too far ahead of this unit's clock: {detail}")]
    CertificateNotYet { detail: String },
    #[error("a web page was served instead of the feed")]
    WebPage,
    #[error("redirected to {host}")]
    RedirectedElsewhere { host: String },
    #[error("too many redirects, or one without a target")]
    BadRedirect,
    #[error("the server redirects to the forbidden target {to}")]
    ForbiddenTarget { to: String },
    #[error("the server answered {status}")]
    Status { status: u16, retry_after: Option<Duration> },
    #[error("the server answered 304 to an unconditional request")]
    UnrequestedNotModified,
    #[error("more than {most} bytes")]
    TooLarge { most: u64 },
    #[error("{found} bytes where {wanted} were published")]
    WrongSize { wanted: u64, found: u64 },
    #[error("the server sent another range than requested")]
    WrongRange,
    #[error("the server's compression is damaged: {detail}")]
    Encoding { detail: String },
    #[error("the server sent {encoding} compression, which was not requested")]
    UnrequestedEncoding { encoding: String },
    #[error("the connection is too slow")]
    TooSlow,
    #[error("the connection was cut off")]
    CutOff,
    #[error("the file cannot be written")]
    Disk(#[source] Arc<io::Error>),
}

impl TransferError {
    /// Error code for machine-readable reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadUrl => "feed_bad_url",
            Self::PlainHttp => "feed_plain_http",
            Self::Setting { .. } => "network_setting",
            Self::Unreachable { .. } => "feed_unreachable",
            Self::Proxy { .. } => "proxy_refused",
            Self::Certificate { .. } => "certificate_untrusted",
            Self::CertificateExpired { .. } => "certificate_expired",
            Self::CertificateNotYet { .. } => "certificate_not_yet",
            Self::WebPage => "captive_portal",
            Self::ForbiddenTarget { .. } => "redirect_refused",
            Self::RedirectedElsewhere { .. } => "redirected_elsewhere",
            Self::BadRedirect => "feed_redirects",
            Self::Status { .. } => "feed_http_status",
            Self::UnrequestedNotModified => "feed_not_asked",
            Self::TooLarge { .. } => "feed_too_large",
            Self::WrongSize { .. } => "feed_wrong_size",
            Self::WrongRange => "feed_wrong_range",
            Self::Encoding { .. } | Self::UnrequestedEncoding { .. } => "feed_encoding",
            Self::TooSlow => "feed_too_slow",
            Self::CutOff => "feed_cut",
            Self::Disk(_) => "disk",
        }
    }

    /// Whether the same request may succeed later although nobody changes anything on this unit.
    pub const fn retry_helps(&self) -> bool {
        !matches!(self, Self::BadUrl | Self::PlainHttp | Self::Setting { .. })
    }

    /// Whether the server itself says that it does not have this file.
    pub const fn is_gone(&self) -> bool {
        matches!(self, Self::Status { status: 404 | 410, .. })
    }

    /// Whether the server has the file, but with other content than published.
    pub const fn is_wrong_content(&self) -> bool {
        matches!(
            self,
            Self::TooLarge { .. }
                | Self::WrongSize { .. }
                | Self::WrongRange
                | Self::Encoding { .. }
                | Self::UnrequestedEncoding { .. }
        )
    }

    /// Whether this unit, its settings or its disk are at fault, so that every other file would
    /// fail, too.
    pub const fn is_local(&self) -> bool {
        matches!(self, Self::Disk(_) | Self::BadUrl | Self::PlainHttp | Self::Setting { .. })
    }

    /// How long the server asks clients to wait (`Retry-After`).
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Says what happened and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::BadUrl => Message::fixed(
                "商品数据的网址不正确，请用运营人员给的完整网址重新绑定。",
                "The feed's address is invalid. Bind again with the operator's whole address.",
            ),
            Self::PlainHttp => Message::fixed(
                "商品数据的网址必须以 https:// 开头。店内网络的 http 网址须先在设置中打开 network.allow_private_feed。",
                "The feed's address must begin with https://. For a feed over http within the shop's own network, set \
                 network.allow_private_feed.",
            ),
            Self::Setting { name, detail } => Message::new(
                format!("设置 network.{name} 无法使用（{detail}），请改正设置文件。"),
                format!("The setting network.{name} is invalid ({detail}). Correct the settings file."),
            ),
            Self::Unreachable { detail } => Message::new(
                format!("连不上商品数据服务器（{detail}）。请检查网线或 Wi-Fi；恢复后会自动更新。"),
                format!(
                    "The feed's server can't be reached ({detail}). Check the cable or Wi-Fi; the unit retries automatically."
                ),
            ),
            Self::Proxy { detail } => Message::new(
                format!("代理服务器拒绝了连接（{detail}）。请核对设置中的 network.proxy，或联系店内网管。"),
                format!(
                    "The proxy refused ({detail}). Check network.proxy, or ask the network's administrator."
                ),
            ),
            Self::Certificate { detail } => Message::new(
                format!(
                    "服务器证书不可信（{detail}）。可能有上网认证或过滤设备；若店内使用自己的证书，请设置 network.ca_file。"
                ),
                format!(
                    "The server's certificate is not trusted ({detail}). A login page or a filter may stand in between; \
                     if the network has its own certificate authority, set network.ca_file."
                ),
            ),
            Self::CertificateExpired { .. } => Message::fixed(
                "按本机时间，服务器证书已过期。请先核对本机的日期和时间；若时间正确，请联系运营人员。",
                "By this unit's clock the server's certificate has expired. Check the date and time; if they are \
                 right, tell the operator.",
            ),
            Self::CertificateNotYet { detail } => Message::new(
                format!(
                    "按本机时间，服务器证书十年以后才生效（{detail}）。请先核对本机的日期和时间；若时间正确，请联系运营人员更换证书。"
                ),
                format!(
                    "By this unit's clock the server's certificate becomes valid more than ten years from now ({detail}). \
                     Check the date and time; if they are right, ask the operator to replace the certificate."
                ),
            ),
            Self::WebPage => Message::fixed(
                "网络返回的是网页而不是商品数据：可能需要上网认证，或被过滤设备拦截。请用手机连同一网络完成认证，或联系网管放行。",
                "The network answers with a web page instead of the feed: a login page or a filter. Log in from a \
                 phone on the same network, or ask the network's administrator to allow the address.",
            ),
            Self::RedirectedElsewhere { host } => Message::new(
                format!(
                    "网络把请求转到了 {host}：可能需要上网认证，或被过滤设备拦截。若这是正确的下载网址，请加入设置 network.redirect_hosts。"
                ),
                format!(
                    "The network redirects to {host}: a login page or a filter. If the feed's files are on that host, \
                     add it to network.redirect_hosts."
                ),
            ),
            Self::ForbiddenTarget { to } => Message::new(
                format!(
                    "服务器把下载转到了 {to}，货架不从那里下载（只用 https，网址里不带用户名和密码）。本机没有问题，请联系运营人员改正服务器的跳转设置。"
                ),
                format!(
                    "The server redirects to {to}, from where a unit fetches nothing: only https without a user name or \
                     password is allowed. This unit is fine; ask the operator to correct the server's redirects."
                ),
            ),
            Self::BadRedirect => Message::fixed(
                "商品数据的网址跳转次数过多或跳转错误，请联系运营人员。",
                "The feed's address redirects too often, or to nowhere. Tell the operator.",
            ),
            Self::Status { status: 404 | 410, .. } => Message::fixed(
                "服务器上没有这台设备的商品数据。请核对网址、门店码和设备码，或请运营人员发布。",
                "The server has nothing for this unit. Check the address and both codes, or ask the operator to publish.",
            ),
            Self::Status { status: status @ (429 | 500..), .. } => Message::new(
                format!("服务器暂时繁忙或故障（{status}），稍后会自动重试。"),
                format!("The server is busy or out of order ({status}). The unit retries automatically."),
            ),
            Self::Status { status, .. } => Message::new(
                format!("服务器或过滤设备拒绝了请求（{status}）。请联系运营人员或网管。"),
                format!(
                    "The server, or a filter, refused ({status}). Tell the operator, or the network's administrator."
                ),
            ),
            Self::UnrequestedEncoding { encoding } => Message::new(
                format!(
                    "服务器用了没有要求的压缩方式（{encoding}），没有采用。请运营人员在服务器或 CDN 上关掉这种压缩。"
                ),
                format!(
                    "The server sent {encoding} compression, which was not requested, so the answer was not accepted. Ask \
                     the operator to switch compression off at the server or the CDN."
                ),
            ),
            Self::UnrequestedNotModified | Self::WrongRange | Self::Encoding { .. } => Message::new(
                format!("服务器或中间的缓存回答有误（{self}），会自动重试；若持续出现，请联系运营人员。"),
                format!(
                    "The server, or a cache in between, answers wrongly ({self}). The unit retries automatically; if this \
                     goes on, tell the operator."
                ),
            ),
            Self::TooLarge { .. } | Self::WrongSize { .. } => Message::new(
                format!("下载的文件大小与发布的不符（{self}），没有采用。若持续出现，请运营人员重新发布。"),
                format!(
                    "A file's size is not the published one ({self}), so the file was not accepted. If this goes on, ask \
                     the operator to publish again."
                ),
            ),
            Self::TooSlow => Message::fixed(
                "网络太慢，下载暂停，稍后从断点继续。",
                "The network is too slow. The download continues later from where it stopped.",
            ),
            Self::CutOff => Message::fixed(
                "下载中断，稍后从断点继续。",
                "The download was cut off. It continues later from where it stopped.",
            ),
            Self::Disk(cause) if is_full(cause) => Message::fixed(
                "存储空间已满，屏幕继续显示原有商品。请清理磁盘。",
                "The disk is full; the screen goes on with its current items. Make room on the disk.",
            ),
            Self::Disk(cause) => {
                let (why, remedy) = (plain_file::describe_error(cause), disk::remedy(cause));
                Message::new(
                    format!("下载的文件无法保存（{}）。{}。", why.zh, remedy.zh),
                    format!("The download can't be written ({}). {}.", why.en, remedy.en),
                )
            }
        }
    }

    /// Same as [`Self::message`] for an object that a verified pointer leads to: the codes are
    /// right then, and the files on the server are incomplete.
    pub fn object_message(&self) -> Message {
        match self {
            Self::Status { status: status @ (404 | 410), .. } => Message::new(
                format!("服务器上没有这个文件（{status}）。请运营人员重新发布，并把发布目录完整上传。"),
                format!(
                    "The server does not have this file ({status}). Ask the operator to publish again and to upload the \
                     whole folder."
                ),
            ),
            Self::Status { status: status @ 400..=499, .. } if !matches!(status, 408 | 425 | 429) => {
                Message::new(
                    format!("服务器或过滤设备不给这个文件（{status}）。请联系运营人员，或店内网管。"),
                    format!(
                        "The server, or a filter, refuses this file ({status}). Tell the operator, or the network's \
                         administrator."
                    ),
                )
            }
            other => other.message(),
        }
    }

    /// Whether there was no room for the file.
    pub fn is_disk_full(&self) -> bool {
        matches!(self, Self::Disk(cause) if is_full(cause))
    }

    pub(super) fn disk(cause: io::Error) -> Self {
        Self::Disk(Arc::new(cause))
    }

    pub(super) fn status(status: StatusCode, retry_after: Option<Duration>) -> Self {
        match status.as_u16() {
            // Network Authentication Required (RFC 6585)
            511 => Self::WebPage,
            407 => Self::Proxy { detail: "407".into() },
            status => Self::Status { status, retry_after },
        }
    }

    /// Finds the cause behind the HTTP client's own error.
    pub(super) fn from_request(error: &reqwest::Error) -> Self {
        let mut cause: &(dyn Error + 'static) = error;
        let mut tunnel = false;
        loop {
            // An I/O error that wraps another one returns that one's source, not the wrapped error
            // itself
            let mut seen = cause;
            while let Some(inner) = seen.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
                seen = inner;
            }
            if let Some(own) = seen.downcast_ref::<Self>() {
                return own.clone();
            }
            if let Some(tls) = seen.downcast_ref::<rustls::Error>() {
                return Self::from_tls(tls);
            }
            tunnel |= seen.to_string().contains("tunnel");
            match cause.source() {
                Some(deeper) => cause = deeper,
                None if error.is_timeout() => return Self::TooSlow,
                None if tunnel => return Self::Proxy { detail: cause.to_string() },
                None => return Self::Unreachable { detail: cause.to_string() },
            }
        }
    }

    fn from_tls(error: &rustls::Error) -> Self {
        use rustls::CertificateError::{Expired, ExpiredContext, NotValidYet, NotValidYetContext};
        let detail = error.to_string();
        match error {
            rustls::Error::InvalidCertificate(Expired | ExpiredContext { .. }) => {
                Self::CertificateExpired { detail }
            }
            rustls::Error::InvalidCertificate(NotValidYetContext { not_before, .. }) => {
                let begins = i64::try_from(not_before.as_secs()).ok();
                let begins = begins.and_then(|second| jiff::Timestamp::from_second(second).ok());
                let day = begins.map(|time| time.strftime("%Y-%m-%d").to_string());
                Self::CertificateNotYet { detail: day.unwrap_or(detail) }
            }
            rustls::Error::InvalidCertificate(NotValidYet) => Self::CertificateNotYet { detail },
            rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => {
                Self::Certificate { detail }
            }
            _ => Self::Unreachable { detail },
        }
    }
}

fn is_full(cause: &io::Error) -> bool {
    matches!(cause.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}
