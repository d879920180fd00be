//! The claims: one wrong claim at a time, under a right signature.

use super::{NOW, claims, keys, signer, subject};
use crate::{
    domain::{DeviceId, LinkMode, StoreId},
    feed::{FeedError, FeedSettings, HoursJson, KeySet, Pointer, Subject, verify_pointer},
};
use serde_json::{Value, json};

fn verify(payload: &str) -> Result<Pointer, FeedError> {
    let text = signer(1).sign_payload(payload.as_bytes());
    verify_pointer(text.as_bytes(), &keys(&signer(1)), &subject(), NOW, 7)
}

/// Valid claims, as the publisher writes them.
fn good() -> Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let text = signer(1).sign(&claims()).unwrap();
    let payload = URL_SAFE_NO_PAD.decode(text.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

/// Returns the valid claims with one member set, or removed (null).
fn with(path: &str, value: Value) -> String {
    let mut claims = good();
    let (parent, name) = path.rsplit_once('/').unwrap();
    let parent = claims.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    if value.is_null() {
        parent.remove(name)
    } else {
        parent.insert(name.into(), value)
    };
    claims.to_string()
}

fn settings(value: Value) -> String {
    with("/settings", value)
}

#[test]
fn the_claims_that_may_be_left_out() {
    assert_eq!(*verify(&good().to_string()).unwrap(), claims());
    let usual = crate::domain::Brand::default();
    let bare = json!({
        "schema": 1, "sub": "184454101/8F6A77C73E", "version": 7, "iat": NOW, "exp": NOW + 1,
        "brand": {"name": "启赋"}, "catalog": good()["catalog"], "nbf": NOW + 5, "jti": {"a": [1.5e3]},
    });
    let pointer = verify(&bare.to_string()).unwrap();
    assert_eq!(pointer.settings, FeedSettings::default());
    assert_eq!(
        (pointer.brand.to_domain(), pointer.keys.clone()),
        (crate::domain::Brand { name: "启赋".into(), ..usual }, None)
    );
    let null = verify(&with("/brand/logo", Value::Null).replace("\"brand\":{", "\"brand\":{\"logo\":null,"));
    assert_eq!(null.unwrap().brand.logo, None);
}

#[test]
fn every_setting_comes_through() {
    let hours = json!({"week": {"mon": ["09:00-26:00"]}});
    let pointer = verify(&settings(json!({
        "idle_s": 60, "item_s": 180, "countdown_s": 0, "slide_s": 8, "languages": ["zh", "en", "zh-Hant"],
        "hours": hours, "support_phone": "400-820-8888", "qr_mm": 35, "link_mode": "web",
        "report_url": "https://hub.example.com/v1", "later": [true],
    })));
    let expected = FeedSettings {
        idle_s: Some(60),
        item_s: Some(180),
        countdown_s: Some(0),
        slide_s: Some(8),
        languages: Some(vec!["zh".into(), "en".into(), "zh-Hant".into()]),
        hours: Some(HoursJson::new(hours).unwrap()),
        support_phone: Some("400-820-8888".into()),
        qr_mm: Some(35),
        link_mode: Some(LinkMode::Web),
        report_url: Some("https://hub.example.com/v1/".parse().unwrap()),
    };
    let pointer = pointer.unwrap();
    assert_eq!(pointer.settings, expected);
    // And survives signing again
    let again = signer(1).sign(&pointer).unwrap();
    let again = verify_pointer(again.as_bytes(), &keys(&signer(1)), &subject(), NOW, 0).unwrap();
    assert_eq!(again.settings, expected);
    let unknown = verify(&settings(json!({"link_mode": "teleport"}))).unwrap();
    assert_eq!(unknown.settings, FeedSettings::default());
}

#[test]
fn a_wrong_claim_is_refused_by_name() {
    for (payload, place) in [
        (with("/schema", Value::Null), "schema"),
        (with("/version", json!(0)), "version"),
        (with("/version", json!(1_u64 << 53)), "version"),
        (with("/iat", json!(-1)), "iat"),
        (with("/iat", json!(NOW + 30 * 86_400)), "exp"),
        (with("/exp", json!(NOW + 401 * 86_400)), "exp"),
        (with("/exp", json!(i64::MAX)), "exp"),
        (with("/brand/name", json!(" ")), "brand.name"),
        (with("/brand/name", json!("a\u{7}b")), "brand.name"),
        (with("/brand/name", json!("启".repeat(61))), "brand.name"),
        (with("/brand/primary", json!("red")), "brand.primary"),
        (with("/brand/accent", json!("C83C23")), "brand.accent"),
        (with("/brand/logo/size", json!(0)), "brand.logo.size"),
        (with("/brand/logo/size", json!((20 << 20) + 1)), "brand.logo.size"),
        (with("/catalog/size", json!((16 << 20) + 1)), "catalog.size"),
        (with("/catalog/sha256", json!("AB".repeat(32))), "catalog.sha256"),
        (with("/catalog/sha256", json!("../../etc/passwd")), "catalog.sha256"),
        (settings(json!({"idle_s": 0})), "settings.idle_s"),
        (settings(json!({"item_s": 864_001})), "settings.item_s"),
        (settings(json!({"countdown_s": 61})), "settings.countdown_s"),
        (settings(json!({"slide_s": 1})), "settings.slide_s"),
        (settings(json!({"qr_mm": 5})), "settings.qr_mm"),
        (settings(json!({"languages": []})), "settings.languages"),
        (settings(json!({"languages": ["中文"]})), "settings.languages"),
        (settings(json!({"support_phone": "1".repeat(41)})), "settings.support_phone"),
        (settings(json!({"hours": []})), "settings.hours"),
        (settings(json!({"hours": {"week": "x".repeat(9000)}})), "settings.hours"),
        (settings(json!({"report_url": "ftp://a/"})), "settings.report_url"),
        (settings(json!({"report_url": "https://u:p@a/"})), "settings.report_url"),
        (settings(json!({"report_url": "https://a/?q"})), "settings.report_url"),
        (with("/keys", json!([])), "keys"),
    ] {
        let error = verify(&payload).unwrap_err();
        assert_eq!(error.code(), "pointer_bad_value", "{payload}");
        assert!(error.message().en.contains(&format!("pointer, {place} is wrong")), "{place}: {error}");
    }
}

#[test]
fn what_is_no_sound_json_is_refused() {
    let good = good().to_string();
    let twice = |member: &str| good.replacen('{', &format!("{{{member},"), 1);
    for payload in [
        "",
        "null",
        "[]",
        "[1,\"184454101/8F6A77C73E\",7,1,2]",
        &good[..good.len() - 1],
        &format!("{good} x"),
        &format!("\u{feff}{good}"),
        &twice("\"version\":9"),
        &twice("\"unknown\":1,\"unknown\":1"),
        &twice("\"jti\":{\"a\":{\"b\":1,\"b\":1}}"),
        &twice("\"\\u0073chema\":1"),
        &with("/schema", json!("1")),
        &with("/schema", json!(1.5)),
        &with("/version", json!("7")),
        &with("/version", json!(7.0)),
        &with("/version", json!(-7)),
        &with("/catalog", json!(["00", 1])),
        &with("/brand", json!(["启赋"])),
        &with("/catalog", Value::Null),
        &settings(json!({"languages": ["zh", "en", "de", "fr", "es", "it", "ja", "ko", "ru"]})),
        &settings(json!({"idle_s": 60.5})),
        &good.replace("启赋", "\\ud800"),
        &format!("{}{}", "[".repeat(5000), "]".repeat(5000)),
    ] {
        let error = verify(payload).unwrap_err();
        assert_eq!(error.code(), "pointer_bad_json", "{payload}: {error}");
    }
    let many: Vec<_> = (0..1100).map(|n| format!("\"{n}\":0")).collect();
    assert_eq!(verify(&twice(&many.join(","))).unwrap_err().code(), "pointer_bad_json");
    let newer = verify(&with("/schema", json!(2))).unwrap_err();
    assert_eq!(newer.code(), "other_schema");
    // Whatever else the newer document holds
    assert_eq!(verify("{\"schema\":9007199254740993,\"sub\":[]}").unwrap_err().code(), "other_schema");
}

#[test]
fn another_shelfs_pointer_an_old_one_and_an_expired_one() {
    let check = |text: &str, now, floor| {
        verify_pointer(text.as_bytes(), &keys(&signer(1)), &subject(), now, floor).map(|p| p.version)
    };
    let text = signer(1).sign(&claims()).unwrap();
    assert_eq!(check(&text, NOW, 7), Ok(7));
    assert_eq!(check(&text, NOW, 8), Err(FeedError::Rollback { version: 7, floor: 8 }));
    // Signed in the future by this unit's clock: the clock is behind, the pointer is right
    assert_eq!(check(&text, 0, 7), Ok(7));
    let expires_at = claims().expires_at;
    assert_eq!(check(&text, expires_at - 1, 7), Ok(7));
    assert_eq!(check(&text, expires_at, 7), Err(FeedError::Expired { expires_at, now: expires_at }));
    for sub in
        ["184454101/8F6A77C73F", "184454101", "184454101/8f6a77c73e", "/8F6A77C73E", "184454101//8F6A77C73E"]
    {
        let error = verify(&with("/sub", json!(sub))).unwrap_err();
        assert_eq!(error.code(), "other_shelf", "{sub}");
        assert!(error.message().zh.contains("184454101/8F6A77C73E"));
    }
}

#[test]
fn new_keys_come_with_the_one_that_signs_them() {
    let jwk = |x: &str| json!({"kty": "OKP", "crv": "Ed25519", "x": x, "use": "sig"});
    let (own, next) = (signer(1).public().to_string(), signer(2).public().to_string());
    let pointer = verify(&with("/keys", json!([jwk(&own), jwk(&next)]))).unwrap();
    let both = KeySet::new(vec![signer(1).public(), signer(2).public()]).unwrap();
    assert_eq!(pointer.keys.as_ref(), Some(&both));
    assert_eq!(pointer.into_claims().keys.unwrap().to_string(), format!("{own},{next}"));
    let mut private = jwk(&own);
    private["d"] = json!("AAAA");
    let mut p256 = jwk(&own);
    p256["crv"] = json!("P-256");
    for keys in [
        json!([jwk(&next)]),
        json!([jwk(&own), jwk(&own)]),
        json!([jwk(&own), jwk("AAAA")]),
        json!([private]),
        json!([p256]),
    ] {
        let error = verify(&with("/keys", keys.clone())).unwrap_err();
        assert_eq!(error.code(), "pointer_bad_value", "{keys}: {error}");
    }
}

#[test]
fn codes_that_a_path_would_read_otherwise_have_no_pointer() {
    let subject = |store: &str, device: &str| {
        Subject::new(StoreId::parse(store).unwrap(), DeviceId::parse(device).unwrap())
    };
    let good = subject("184454101", "ab-12_c.d").unwrap();
    assert_eq!(good.path(), "v1/shelves/184454101/AB-12_C.D.jws");
    for (store, device) in [
        ("..", "A"),
        ("A", ".HIDDEN"),
        ("A/B", "C"),
        ("A", "B\\C"),
        ("%2E", "A"),
        ("店1", "A"),
        ("A?", "B"),
        ("A#", "B"),
    ] {
        assert_eq!(subject(store, device).unwrap_err().code(), "bad_code", "{store} {device}");
    }
}
