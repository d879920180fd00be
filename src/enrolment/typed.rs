//! A feed's address as a person types it.

use cloud_shelf_core::{
    domain::{Message, base_url},
    feed::FeedAddress,
};

const MAX_BYTES: usize = 1024;

/// Normalizes a feed's address. Accepts an address without keys, since the installer may have no other yet.
pub fn feed_address(text: &str) -> Result<String, Message> {
    let refused = || {
        Message::new(
            format!("“{text}”不是商品数据的网址。请填运营方给的完整网址：https://……#k=……"),
            format!("“{text}” is not a feed's address. Give the whole one from the operator: https://…#k=…"),
        )
    };
    if text.contains('#') {
        // With keys, as `feed add-shelf` prints it
        return text.parse().map(|address: FeedAddress| address.to_string()).map_err(|_| refused());
    }
    let url = base_url(text.trim()).filter(|_| text.len() <= MAX_BYTES).ok_or_else(refused)?;
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Returns whether a unit can't follow this address because it names no key to trust.
pub fn lacks_key(feed: &str) -> bool {
    feed.parse::<FeedAddress>().is_err()
}

/// The warning for an address without a key.
pub const fn without_key() -> Message {
    Message::fixed(
        "数据网址缺少末尾的密钥（#k=……），本机还不能同步。请用运营方给的完整网址再绑定一次",
        "The feed's address lacks the key at its end (#k=…), so this unit can't sync yet. Bind again with the \
         whole address from the operator",
    )
}
