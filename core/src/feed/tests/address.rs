//! The feed address that an installer pastes.

use super::{signer, subject};
use crate::feed::{FeedAddress, FeedError, KeySet, ObjectRef};

#[test]
fn an_address_leads_to_pointer_and_objects() {
    let key = signer(1).public();
    for (text, base) in [
        (format!(" https://cdn.example.com/shelves#k={key}\n"), "https://cdn.example.com/shelves/"),
        (format!("https://cdn.example.com/shelves/#k={key}"), "https://cdn.example.com/shelves/"),
        (format!("https://cdn.example.com#k={key}"), "https://cdn.example.com/"),
        (format!("http://192.168.1.9:8080/a%20b//#k={key}"), "http://192.168.1.9:8080/a%20b/"),
        (format!("https://[2001:db8::1]/货架#k={key}"), "https://[2001:db8::1]/%E8%B4%A7%E6%9E%B6/"),
    ] {
        let address: FeedAddress = text.parse().unwrap();
        assert_eq!(address.base().as_str(), base);
        assert_eq!(address.keys(), &KeySet::from(key));
        assert_eq!(address.is_https(), text.contains("https"));
        assert_eq!(address.to_string().parse(), Ok(address.clone()));
        let pointer = address.pointer_url(&subject());
        assert_eq!(pointer.as_str(), format!("{base}v1/shelves/184454101/8F6A77C73E.jws"));
        let object = ObjectRef::for_bytes(b"abc");
        let url = address.object_url(&object);
        assert_eq!(url.as_str(), format!("{base}v1/objects/{}", object.sha256));
    }
    let both = format!("https://a.example#k={key},{}", signer(2).public());
    let address: FeedAddress = both.parse().unwrap();
    assert_eq!((address.keys().keys().len(), address.to_string()), (2, both));
}

#[test]
fn what_is_no_address_is_refused() {
    let key = signer(1).public().to_string();
    for text in [
        "",
        "https://cdn.example.com/",
        "#k=KEY",
        "cdn.example.com#k=KEY",
        "ftp://cdn.example.com/#k=KEY",
        "file:///srv/feed#k=KEY",
        "https://user:secret@cdn.example.com/#k=KEY",
        "https://cdn.example.com/?a=1#k=KEY",
        "https://cdn.example.com/#other#k=KEY",
        &format!("https://cdn.example.com/{}#k=KEY", "a".repeat(1024)),
    ] {
        let error = text.replace("KEY", &key).parse::<FeedAddress>().unwrap_err();
        assert!(matches!(error, FeedError::BadAddress { .. }), "{text}: {error}");
        assert!(error.message().zh.contains("#k="));
    }
    for keys in
        ["", "KEY,", "KEY,KEY", "KEY ", "KEYA", "KEY,AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
    {
        let text = format!("https://cdn.example.com/#k={}x", keys.replace("KEY", &key));
        let text = text.trim_end_matches('x');
        let refused = text.parse::<FeedAddress>() == Err(FeedError::BadKey);
        assert!(refused || text.trim().parse::<FeedAddress>().is_ok() && keys == "KEY ", "{text:?}");
    }
    let five: Vec<String> = (1..=5).map(|n| signer(n).public().to_string()).collect();
    assert_eq!(five.join(",").parse::<KeySet>(), Err(FeedError::BadKey));
    assert!(five[..4].join(",").parse::<KeySet>().is_ok());
}
