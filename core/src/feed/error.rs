//! Why a document of the feed is refused.

use crate::domain::{Message, Sha256};

/// Which of the two documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    Pointer,
    Catalog,
}

impl DocumentKind {
    const fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Pointer => ("货架指针", "pointer"),
            Self::Catalog => ("商品目录", "catalog"),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    #[error("the {} has {size} bytes, more than {most}", document.name().1)]
    TooLarge { document: DocumentKind, size: usize, most: usize },
    #[error("not a compact JWS")]
    NotAPointer,
    #[error("the pointer's header is refused: {expected}")]
    Header { expected: &'static str },
    #[error("signed with the key {kid}, which is not trusted")]
    UnknownKey { kid: String },
    #[error("the signature is wrong")]
    BadSignature,
    #[error("the {} is not valid JSON: {detail}", document.name().1)]
    Json { document: DocumentKind, detail: String },
    #[error("the {} has schema {schema}, which this program does not read", document.name().1)]
    OtherSchema { document: DocumentKind, schema: u64 },
    #[error("{place} of the {}: {expected}", document.name().1)]
    Value { document: DocumentKind, place: String, expected: &'static str },
    #[error("the pointer is for {found}, not for {wanted}")]
    OtherShelf { found: String, wanted: String },
    #[error("version {version} is older than the accepted version {floor}")]
    Rollback { version: u64, floor: u64 },
    #[error("version {version} has other content than before")]
    OtherContent { version: u64 },
    #[error("the pointer has expired: exp {expires_at}, now {now}")]
    Expired { expires_at: i64, now: i64 },
    #[error("the object has {found} bytes instead of {expected}")]
    WrongSize { expected: u64, found: u64 },
    #[error("the object does not match its hash {expected}")]
    WrongHash { expected: Sha256 },
    #[error("not a feed's address: {expected}")]
    BadAddress { expected: &'static str },
    #[error("not an Ed25519 key that can be trusted")]
    BadKey,
    #[error("the code {code} cannot be part of a feed's address")]
    BadCode { code: String },
}

impl FeedError {
    /// Error code for machine-readable reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { document: DocumentKind::Pointer, .. } => "pointer_too_large",
            Self::TooLarge { document: DocumentKind::Catalog, .. } => "catalog_too_large",
            Self::NotAPointer => "not_a_pointer",
            Self::Header { .. } => "bad_header",
            Self::UnknownKey { .. } => "unknown_key",
            Self::BadSignature => "bad_signature",
            Self::Json { document: DocumentKind::Pointer, .. } => "pointer_bad_json",
            Self::Json { document: DocumentKind::Catalog, .. } => "catalog_bad_json",
            Self::OtherSchema { .. } => "other_schema",
            Self::Value { document: DocumentKind::Pointer, .. } => "pointer_bad_value",
            Self::Value { document: DocumentKind::Catalog, .. } => "catalog_bad_value",
            Self::OtherShelf { .. } => "other_shelf",
            Self::Rollback { .. } => "rollback",
            Self::OtherContent { .. } => "other_content",
            Self::Expired { .. } => "expired",
            Self::WrongSize { .. } => "wrong_size",
            Self::WrongHash { .. } => "wrong_hash",
            Self::BadAddress { .. } => "bad_feed",
            Self::BadKey => "bad_key",
            Self::BadCode { .. } => "bad_code",
        }
    }

    /// Whether a retry may succeed although nobody changes anything at the feed. True only for
    /// something that is not a pointer at all (a captive portal, a filter's notice); everything
    /// else was published like that, or tampered with.
    pub const fn retry_helps(&self) -> bool {
        matches!(self, Self::NotAPointer)
    }

    /// Says what happened and what to do.
    pub fn message(&self) -> Message {
        let both = |zh: String, en: String| Message::new(zh, en);
        match self {
            Self::TooLarge { document, size, most } => {
                let (zh, en) = document.name();
                both(
                    format!("{zh}过大（{size} 字节，上限 {most}），没有采用。请联系运营方减少内容后重新发布"),
                    format!(
                        "The {en} is too large ({size} bytes, at most {most}) and was not accepted. Ask the operator to publish less"
                    ),
                )
            }
            Self::NotAPointer => Message::fixed(
                "收到的不是货架数据，可能是网络的登录页或拦截页。请检查店内网络是否需要登录",
                "What arrived is not a feed; it may be the network's login page or a filter's notice. Check whether the shop's network requires a login",
            ),
            Self::Header { expected } => both(
                format!("货架数据的签名格式不符合要求（{expected}），没有采用。请联系运营方检查发布程序"),
                format!(
                    "The feed's signature does not have the required form ({expected}), so the feed was not accepted. Ask the operator to check the publishing program"
                ),
            ),
            Self::UnknownKey { kid } => both(
                format!(
                    "货架数据由未受信任的密钥签名（{kid}），没有采用。请向运营方索取最新的数据网址，重新绑定"
                ),
                format!(
                    "The feed is signed with a key that this unit does not trust ({kid}) and was not accepted. Ask the operator for the feed's current address and bind again"
                ),
            ),
            Self::BadSignature => Message::fixed(
                "货架数据的签名不正确，可能被改动过，没有采用。请联系运营方重新发布，并检查网络",
                "The feed's signature is wrong, so the feed may have been tampered with; it was not accepted. Ask the operator to publish again, and check the network",
            ),
            Self::Json { document, detail } => {
                let (zh, en) = document.name();
                both(
                    format!("{zh}的内容有误（{detail}），没有采用。请联系运营方重新发布"),
                    format!(
                        "The {en} is damaged ({detail}) and was not accepted. Ask the operator to publish again"
                    ),
                )
            }
            Self::OtherSchema { document, schema } => {
                let (zh, en) = document.name();
                both(
                    format!("{zh}的格式版本是 {schema}，本机软件读不了。请把软件升级到最新版本"),
                    format!(
                        "The {en} has schema {schema}, which this version of the program does not read. Update the program"
                    ),
                )
            }
            Self::Value { document, place, expected } => {
                let (zh, en) = document.name();
                both(
                    format!("{zh}中的 {place} 不正确（{expected}），没有采用。请联系运营方更正后重新发布"),
                    format!(
                        "In the {en}, {place} is wrong ({expected}); the document was not accepted. Ask the operator to correct it and publish again"
                    ),
                )
            }
            Self::OtherShelf { found, wanted } => both(
                format!(
                    "收到的是另一台货架（{found}）的数据，本机是 {wanted}，没有采用。请核对绑定信息，并联系运营方"
                ),
                format!(
                    "The feed sent the data of another unit ({found}); this unit is {wanted}. The data was not accepted. Check the binding, and tell the operator"
                ),
            ),
            Self::Rollback { version, floor } => both(
                format!(
                    "收到的数据（版本 {version}）比本机已采用的（版本 {floor}）旧，没有采用。请联系运营方重新发布更高的版本"
                ),
                format!(
                    "The data that arrived (version {version}) is older than what this unit has accepted (version {floor}) and was not accepted. Ask the operator to publish a higher version"
                ),
            ),
            Self::OtherContent { version } => both(
                format!(
                    "版本 {version} 的内容与本机采用过的同一版本不一样，没有采用。请联系运营方以更高的版本重新发布"
                ),
                format!(
                    "Version {version} has other content than the same version had before, so it was not accepted. Ask the operator to publish again under a higher version"
                ),
            ),
            Self::Expired { .. } => Message::fixed(
                "收到的数据已过有效期，没有采用；原有内容照常显示。请检查本机日期和时间，或联系运营方重新发布",
                "The data that arrived has expired and was not accepted; the screen goes on with its current items. Check this unit's date and time, or ask the operator to publish again",
            ),
            Self::WrongSize { expected, found } => both(
                format!(
                    "下载的文件大小不对（应为 {expected} 字节，实为 {found}），没有采用。请检查网络，或联系运营方"
                ),
                format!(
                    "A file has the wrong size ({found} bytes instead of {expected}) and was not accepted. Check the network, or tell the operator"
                ),
            ),
            Self::WrongHash { expected } => both(
                format!("下载的文件与签名不符（{expected}），没有采用。请检查网络，或联系运营方"),
                format!(
                    "A file does not match its signed hash ({expected}) and was not accepted. Check the network, or tell the operator"
                ),
            ),
            Self::BadAddress { expected } => both(
                format!(
                    "这不是货架数据的网址（{expected}）。请完整粘贴运营方给的网址，从 https:// 到 #k= 后面的密钥"
                ),
                format!(
                    "This is not a feed address ({expected}). Paste the operator's whole address, from https:// to the key after #k="
                ),
            ),
            Self::BadKey => Message::fixed(
                "密钥不正确。请完整复制运营方给的密钥（43 个字符）",
                "The key is wrong. Copy the operator's whole key (43 characters)",
            ),
            Self::BadCode { code } => both(
                format!("编号“{code}”不能用于数据网址：只能有字母、数字、“-”、“_”和“.”，且不能以“.”开头"),
                format!(
                    "The code “{code}” cannot be part of a feed address: only letters, digits, “-”, “_” and “.” are allowed, and no “.” at the start"
                ),
            ),
        }
    }
}
