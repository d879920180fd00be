//! The compact form and the signature.

use super::{NOW, claims, keys, signer, subject};
use crate::feed::{FeedError, KeySet, PublicKey, Signer, limits, verify_pointer};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};

fn verify(text: &str, keys: &KeySet) -> Result<u64, FeedError> {
    verify_pointer(text.as_bytes(), keys, &subject(), NOW, 0).map(|pointer| pointer.version)
}

/// A validly signed pointer with a header chosen by the test.
fn under(header: &str) -> String {
    let text = signer(1).sign(&claims()).unwrap();
    let payload = text.split('.').nth(1).unwrap();
    let signed = format!("{}.{payload}", B64.encode(header));
    use ed25519_dalek::Signer as _;
    let signature = ed25519_dalek::SigningKey::from_bytes(&[1; 32]).sign(signed.as_bytes());
    format!("{signed}.{}", B64.encode(signature.to_bytes()))
}

#[test]
fn a_signed_pointer_comes_back_with_all_it_says() {
    let text = signer(1).sign(&claims()).unwrap();
    let pointer = verify_pointer(text.as_bytes(), &keys(&signer(1)), &subject(), NOW, 7).unwrap();
    assert_eq!(*pointer, claims());
    assert_eq!(pointer.kid(), signer(1).kid());
    assert!(text.len() < 1200, "{} bytes", text.len());
    assert_eq!(pointer.into_claims(), claims());
}

#[test]
fn the_key_and_its_name_are_those_of_the_standards() {
    // RFC 8037, appendix A.1 to A.3
    let seed = B64.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
    let signer = Signer::from_seed(&seed.try_into().unwrap());
    assert_eq!(signer.public().to_string(), "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    assert_eq!(signer.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn the_signature_is_that_of_the_standard() {
    // RFC 8037, appendix A.4. Its header has no kid, so the key is tested directly
    let key: PublicKey = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".parse().unwrap();
    let signed = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let signature: [u8; 64] = B64.decode(signature).unwrap().try_into().unwrap();
    assert_eq!(key.verify(signed, &signature), Ok(()));
    assert_eq!(key.verify(&signed[1..], &signature), Err(FeedError::BadSignature));
    // The malleated form of the same signature: S plus the group order
    let order: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let (mut second, mut carry) = (signature, 0);
    for (byte, more) in second[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(more) + carry;
        (*byte, carry) = (sum as u8, sum >> 8);
    }
    assert_eq!(key.verify(signed, &second), Err(FeedError::BadSignature));
}

#[test]
fn a_weak_key_is_none() {
    let mut one = [0; 32];
    one[0] = 1;
    for bytes in [[0; 32], one] {
        assert_eq!(PublicKey::from_bytes(&bytes), Err(FeedError::BadKey), "{bytes:?}");
    }
    for text in ["", "abc", &"A".repeat(43), &"A".repeat(44), "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp"] {
        assert_eq!(text.parse::<PublicKey>(), Err(FeedError::BadKey), "{text:?}");
    }
}

#[test]
fn only_a_trusted_key_signs() {
    let text = signer(1).sign(&claims()).unwrap();
    let kid = signer(1).kid().to_owned();
    assert_eq!(verify(&text, &keys(&signer(2))), Err(FeedError::UnknownKey { kid }));
    let both = KeySet::new(vec![signer(2).public(), signer(1).public()]).unwrap();
    assert_eq!(verify(&text, &both), Ok(7));
    // Another key's signature with this key's id
    let forged = signer(2).sign(&claims()).unwrap();
    let (header, _) = text.split_once('.').unwrap();
    let forged = format!("{header}.{}", forged.split_once('.').unwrap().1);
    assert_eq!(verify(&forged, &both), Err(FeedError::BadSignature));
}

#[test]
fn a_header_asks_for_nothing_but_the_key() {
    let kid = signer(1).kid().to_owned();
    let good = format!(r#"{{"alg":"EdDSA","kid":"{kid}"}}"#);
    assert_eq!(verify(&under(&good), &keys(&signer(1))), Ok(7));
    for typ in ["JWT", "JOSE"] {
        let header = format!(r#"{{"typ":"{typ}","alg":"EdDSA","kid":"{kid}"}}"#);
        assert_eq!(verify(&under(&header), &keys(&signer(1))), Ok(7));
    }
    for header in [
        r#"{"alg":"none","kid":"KID"}"#,
        r#"{"alg":"HS256","kid":"KID"}"#,
        r#"{"alg":"eddsa","kid":"KID"}"#,
        r#"{"alg":"Ed25519","kid":"KID"}"#,
        r#"{"alg":"EdDSA"}"#,
        r#"{"kid":"KID"}"#,
        r#"{"alg":"EdDSA","kid":""}"#,
        r#"{"alg":"EdDSA","kid":"../../../../../../../../../../../etc/passwd"}"#,
        r#"{"alg":"EdDSA","kid":"KID","typ":"at+jwt"}"#,
        r#"{"alg":"EdDSA","kid":"KID","crit":["b64"],"b64":false}"#,
        r#"{"alg":"EdDSA","kid":"KID","crit":[]}"#,
        r#"{"alg":"EdDSA","kid":"KID","jwk":{"kty":"OKP"}}"#,
        r#"{"alg":"EdDSA","kid":"KID","jku":"https://example.com/"}"#,
        r#"{"alg":"EdDSA","kid":"KID","zip":"DEF"}"#,
        r#"{"alg":"EdDSA","kid":"KID","cty":"json"}"#,
        r#"{"alg":"EdDSA","alg":"EdDSA","kid":"KID"}"#,
        r#"["EdDSA","KID"]"#,
        r#"{"alg":"EdDSA","kid":"KID"} {}"#,
        "null",
        "",
    ] {
        let result = verify(&under(&header.replace("KID", &kid)), &keys(&signer(1)));
        assert!(matches!(result, Err(FeedError::Header { .. })), "{header}: {result:?}");
    }
    let long = format!(r#"{{"alg":"EdDSA","kid":"{kid}"{}}}"#, " ".repeat(limits::HEADER_BYTES));
    assert!(matches!(verify(&under(&long), &keys(&signer(1))), Err(FeedError::Header { .. })));
}

#[test]
fn what_is_no_compact_jws_is_told_from_what_is_forged() {
    let text = signer(1).sign(&claims()).unwrap();
    let [header, payload, signature] = text.split('.').collect::<Vec<_>>()[..] else { panic!() };
    for other in [
        "",
        ".",
        "..",
        "<!DOCTYPE html><html>请登录.网络.</html>",
        "{\"payload\":\"e30\"}",
        &format!("{header}.{payload}"),
        &format!("{header}.{payload}."),
        &format!("{text}.{signature}"),
        &format!("{text}\n"),
        &format!(" {text}"),
        &format!("\u{feff}{text}"),
        &format!("{header}.{payload}.{signature}=="),
        &format!("{header}.{payload}.{}", &signature[..84]),
        &format!("{header}.{payload}=.{signature}"),
        &text.replacen('.', "..", 1),
        &format!("{header}.{payload}.{}", signature.replace(&signature[..1], "+")),
    ] {
        let error = verify(other, &keys(&signer(1))).unwrap_err();
        assert_eq!(error, FeedError::NotAPointer, "{other}");
        assert!(error.retry_helps());
    }
    assert_eq!(verify(&format!("{header}..{signature}"), &keys(&signer(1))), Err(FeedError::BadSignature));
    let large = "A".repeat(limits::POINTER_BYTES + 1);
    let error = verify(&large, &keys(&signer(1))).unwrap_err();
    assert_eq!(error.code(), "pointer_too_large");
    assert!(!error.retry_helps());
}
