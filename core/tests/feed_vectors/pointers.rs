//! Valid and invalid pointers.

use super::{
    Files, PointerCase,
    jws::{Key, malleated},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use serde_json::{Value, json};

const NOW: i64 = 1_800_000_000;

/// Collects cases; each has the default unit, key, time and version.
struct Cases<'a> {
    files: &'a mut Files,
    cases: Vec<PointerCase>,
}

impl Cases<'_> {
    fn add(&mut self, name: &str, why: &str, bytes: impl Into<Vec<u8>>) -> &mut PointerCase {
        let file = format!("pointers/{name}.jws");
        assert!(self.files.insert(file.clone(), bytes.into()).is_none(), "{name} exists twice");
        self.cases.push(PointerCase {
            file,
            why: why.into(),
            store: "184454101".into(),
            device: "8F6A77C73E".into(),
            trusted: vec![Key::new(1).public()],
            now: NOW,
            min_version: 7,
            accepted: true,
            problem: None,
            signature: Some(true),
        });
        self.cases.last_mut().unwrap()
    }

    fn good(&mut self, name: &str, why: &str, payload: &str) -> &mut PointerCase {
        self.add(name, why, Key::new(1).sign(payload))
    }

    /// Adds a case with a valid signature and a bad payload.
    fn bad(&mut self, name: &str, why: &str, payload: &str, problem: &str) -> &mut PointerCase {
        self.good(name, why, payload).refused(problem, Some(true))
    }

    /// Adds a case that is refused before the payload is parsed.
    fn forged(
        &mut self,
        name: &str,
        why: &str,
        bytes: impl Into<Vec<u8>>,
        problem: &str,
    ) -> &mut PointerCase {
        self.add(name, why, bytes).refused(problem, Some(false))
    }
}

impl PointerCase {
    fn refused(&mut self, problem: &str, signature: Option<bool>) -> &mut Self {
        (self.accepted, self.problem, self.signature) = (false, Some(problem.into()), signature);
        self
    }
}

fn claims() -> Value {
    json!({
        "schema": 1, "sub": "184454101/8F6A77C73E", "version": 7, "iat": NOW - 60, "exp": NOW + 30 * 86_400,
        "brand": {"name": "启赋", "primary": "#1F6F8B", "accent": "#C83C23"},
        "catalog": {"sha256": "0b".repeat(32), "size": 365_412},
    })
}

/// Returns the claims with one changed, or removed (null); `at` is a JSON pointer.
fn with(at: &str, value: Value) -> String {
    let mut claims = claims();
    let (parent, name) = at.rsplit_once('/').unwrap();
    let parent = claims.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    if value.is_null() {
        parent.remove(name)
    } else {
        parent.insert(name.into(), value)
    };
    claims.to_string()
}

fn jwk(key: &Key) -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "x": key.public()})
}

pub fn make(files: &mut Files) -> Vec<PointerCase> {
    let mut cases = Cases { files, cases: Vec::new() };
    accepted(&mut cases);
    outer(&mut cases);
    headers(&mut cases);
    keys(&mut cases);
    json_of(&mut cases);
    values(&mut cases);
    state(&mut cases);
    cases.cases
}

fn accepted(cases: &mut Cases<'_>) {
    let least = claims().to_string();
    cases.good("good", "as a publisher makes it", &least);
    let settings = json!({
        "idle_s": 60, "item_s": 180, "countdown_s": 10, "slide_s": 8, "languages": ["zh", "en"],
        "hours": {"week": {"mon": ["09:00-12:00", "13:00-26:00"]}, "dates": {"2027-02-16": []}, "zone": "Asia/Shanghai"},
        "support_phone": "400-820-8888", "qr_mm": 35, "link_mode": "web", "report_url": "https://hub.example.com/r",
    });
    let mut full = claims();
    full["settings"] = settings;
    full["keys"] = json!([jwk(&Key::new(1)), jwk(&Key::new(2))]);
    full["brand"]["logo"] = json!({"sha256": "1c".repeat(32), "size": 5120});
    cases.good("good-full", "every claim there is", &full.to_string());
    cases.good(
        "good-emoji",
        "characters that make one emoji of several",
        &with("/brand/name", json!("启赋 \u{2764}\u{FE0F} \u{1F468}\u{200D}\u{1F469}")),
    );
    cases.good(
        "good-unreadable-hours",
        "hours of no zone on earth: the shelf keeps those that it had",
        &with("/settings", json!({"hours": {"week": {"mon": ["09:00-21:00"]}, "zone": "Asia/Shanghia"}})),
    );
    cases.good(
        "good-short-idle",
        "a page that would close at once: the shelf takes its own least time",
        &with("/settings", json!({"idle_s": 1, "item_s": 1, "countdown_s": 0})),
    );
    cases.good(
        "good-unknown-claims",
        "claims that came later are ignored",
        &with("/later", json!({"a": [1, 2.5e3, null]})),
    );
    cases.good(
        "good-unknown-link-mode",
        "a mode that came later is as none",
        &with("/settings", json!({"link_mode": "later"})),
    );
    cases.good(
        "good-spaces",
        "white space between tokens",
        &serde_json::to_string_pretty(&claims()).unwrap(),
    );
    cases.good(
        "good-null",
        "null is the same as absent",
        &with("/brand/logo", json!({})).replace("\"logo\":{}", "\"logo\":null"),
    );
    let header = format!(r#"{{"typ":"JWT","kid":"{}","alg":"EdDSA"}}"#, Key::new(1).kid());
    cases.add("good-typ", "typ may say JWT or JOSE", Key::new(1).sign_under(&header, &least));
    let second = cases.add("good-second-key", "any trusted key signs", Key::new(2).sign(&least));
    second.trusted.push(Key::new(2).public());
    cases.good("good-newer", "a version above the floor", &with("/version", json!(8)));
    let early = cases.good(
        "good-clock-late",
        "a clock before iat is the clock's fault",
        &with("/iat", json!(NOW - 1)),
    );
    early.now = 0;
    let last = cases.good("good-last-second", "one second before exp", &with("/exp", json!(NOW + 1)));
    last.signature = Some(true);
}

fn outer(cases: &mut Cases<'_>) {
    let good = Key::new(1).sign(&claims().to_string());
    let [header, payload, signature] = good.split('.').collect::<Vec<_>>()[..] else { unreachable!() };
    let none = "not_a_pointer";
    cases.forged("empty", "an empty file", "", none);
    cases.forged(
        "web-page",
        "a login page with status 200",
        "<!DOCTYPE html><html><body>请先登录</body></html>",
        none,
    );
    cases.forged("two-parts", "no signature", format!("{header}.{payload}"), none);
    cases.forged("four-parts", "a part too many", format!("{good}.{signature}"), none);
    cases.forged("empty-signature", "unsigned", format!("{header}.{payload}."), none);
    cases.forged(
        "json-form",
        "the JSON serialization is not read",
        format!(r#"{{"protected":"{header}","payload":"{payload}","signature":"{signature}"}}"#),
        none,
    );
    // Libraries differ in what they tolerate around and within base64url
    cases.add("line-end", "a byte after the end", format!("{good}\n")).refused(none, None);
    cases.add("bom", "a byte order mark", format!("\u{feff}{good}")).refused(none, None);
    cases.add("padded", "base64url has no padding here", format!("{good}==")).refused(none, None);
    cases
        .add("plus-and-slash", "the other base64 alphabet", good.replace('-', "+").replace('_', "/"))
        .refused(none, None);
    let last = signature.as_bytes()[85];
    // The last character carries two bits of the signature and four that must be zero
    let other = char::from(if last.is_ascii_digit() { last } else { last + 1 });
    let loose = format!("{header}.{payload}.{}{other}", &signature[..85]);
    assert_ne!(loose, good);
    cases.add("loose-bits", "bits beyond the end that are not zero", loose).refused(none, None);
    cases.forged(
        "short-signature",
        "63 bytes",
        format!("{header}.{payload}.{}", B64.encode(&B64.decode(signature).unwrap()[1..])),
        none,
    );
    cases
        .forged(
            "too-large",
            "over 16 KiB",
            Key::new(1).sign(&with("/later", json!("x".repeat(12_300)))),
            "pointer_too_large",
        )
        .signature = Some(true);
}

fn headers(cases: &mut Cases<'_>) {
    let (key, least) = (Key::new(1), claims().to_string());
    let kid = key.kid();
    for (name, why, header, library) in [
        ("alg-none", "alg none", r#"{"alg":"none","kid":"KID"}"#, Some(false)),
        ("alg-hs256", "a public key is no secret", r#"{"alg":"HS256","kid":"KID"}"#, Some(false)),
        (
            "alg-ed25519",
            "the later name of the algorithm is not the one that is used",
            r#"{"alg":"Ed25519","kid":"KID"}"#,
            Some(false),
        ),
        ("alg-case", "names are case-sensitive", r#"{"alg":"eddsa","kid":"KID"}"#, Some(false)),
        ("alg-missing", "no alg", r#"{"kid":"KID"}"#, Some(false)),
        ("kid-missing", "no kid", r#"{"alg":"EdDSA"}"#, None),
        (
            "kid-path",
            "a kid that is no thumbprint",
            r#"{"alg":"EdDSA","kid":"../../../../../../../../../../../etc/passwd"}"#,
            None,
        ),
        (
            "crit-b64",
            "an unencoded payload",
            r#"{"alg":"EdDSA","kid":"KID","crit":["b64"],"b64":false}"#,
            None,
        ),
        (
            "crit-unknown",
            "an extension",
            r#"{"alg":"EdDSA","kid":"KID","crit":["later"],"later":1}"#,
            Some(false),
        ),
        (
            "header-jwk",
            "a key that the header brings along",
            r#"{"alg":"EdDSA","kid":"KID","jwk":JWK}"#,
            None,
        ),
        (
            "header-jku",
            "keys from an address",
            r#"{"alg":"EdDSA","kid":"KID","jku":"https://example.com/keys"}"#,
            None,
        ),
        ("header-zip", "a compressed payload", r#"{"alg":"EdDSA","kid":"KID","zip":"DEF"}"#, None),
        ("header-unknown", "a member that is not known", r#"{"alg":"EdDSA","kid":"KID","later":1}"#, None),
        ("header-typ", "the type of another use", r#"{"typ":"at+jwt","alg":"EdDSA","kid":"KID"}"#, None),
        ("header-twice", "alg twice", r#"{"alg":"none","alg":"EdDSA","kid":"KID"}"#, None),
        ("header-array", "no object", r#"["EdDSA","KID"]"#, Some(false)),
    ] {
        let header = header.replace("KID", &kid).replace("JWK", &jwk(&Key::new(1)).to_string());
        cases.add(name, why, key.sign_under(&header, &least)).refused("bad_header", library);
    }
}

fn keys(cases: &mut Cases<'_>) {
    let least = claims().to_string();
    cases.forged(
        "unknown-key",
        "signed by a key that is not trusted",
        Key::new(2).sign(&least),
        "unknown_key",
    );
    let stolen = Key::new(2).sign_under(&Key::new(1).header(), &least);
    cases.forged(
        "wrong-key",
        "another key's signature under the trusted one's name",
        stolen,
        "bad_signature",
    );
    let good = Key::new(1).sign(&least);
    let other = Key::new(1).sign(&with("/version", json!(9)));
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let moved = format!("{}.{signature}", other.rsplit_once('.').unwrap().0);
    cases.forged("changed-payload", "a signature of other claims", moved, "bad_signature");
    cases.forged("zero-signature", "all zeros", format!("{signed}.{}", "A".repeat(86)), "bad_signature");
    cases.forged(
        "second-form",
        "S plus the group's order: the same signature in another form",
        malleated(&good),
        "bad_signature",
    );
    let new = |keys: Value| with("/keys", keys);
    let bad = "pointer_bad_value";
    cases.bad(
        "keys-without-signer",
        "the new keys leave out the one that signs",
        &new(json!([jwk(&Key::new(2))])),
        bad,
    );
    cases.bad("keys-twice", "one key twice", &new(json!([jwk(&Key::new(1)), jwk(&Key::new(1))])), bad);
    cases.bad("keys-none", "no key at all", &new(json!([])), bad);
    let weak = json!({"kty": "OKP", "crv": "Ed25519", "x": format!("AQ{}", "A".repeat(41))});
    cases.bad(
        "keys-weak",
        "a key with which anything is signed",
        &new(json!([jwk(&Key::new(1)), weak])),
        bad,
    );
    let second = json!({"kty": "OKP", "crv": "Ed25519", "x": format!("8P{}38", "_".repeat(39))});
    cases.bad(
        "keys-second-form",
        "a point of the curve, written as no library writes it",
        &new(json!([jwk(&Key::new(1)), second])),
        bad,
    );
    let mut private = jwk(&Key::new(1));
    private["d"] = json!(B64.encode([1; 32]));
    cases.bad("keys-private", "a private key in public", &new(json!([private])), bad);
    let five: Vec<_> = (1..=5).map(|n| jwk(&Key::new(n))).collect();
    cases.bad("keys-five", "more than four", &new(json!(five)), "pointer_bad_json");
}

fn json_of(cases: &mut Cases<'_>) {
    let good = claims().to_string();
    let first = |member: &str| good.replacen('{', &format!("{{{member},"), 1);
    let mut bad = |name: &str, why: &str, payload: &str| {
        cases.bad(name, why, payload, "pointer_bad_json");
    };
    bad("duplicate-version", "version twice: 9, then 7", &first("\"version\":9"));
    bad("duplicate-escaped", "the same name, written otherwise", &first("\"\\u0076ersion\":9"));
    bad(
        "duplicate-nested",
        "a member twice within another",
        &good.replace("\"size\":", "\"size\":1,\"size\":"),
    );
    bad("duplicate-unknown", "twice in what nobody reads", &first("\"later\":{\"a\":1,\"a\":1}"));
    bad("json-cut", "cut in the middle", &good[..good.len() - 9]);
    bad("json-more", "something behind the end", &format!("{good}{{}}"));
    bad("json-array", "no object", "[1,\"184454101/8F6A77C73E\",7]");
    bad("json-array-within", "an array for an object", &with("/catalog", json!(["0b".repeat(32), 1])));
    bad("json-surrogate", "half a character", &good.replace("启赋", "\\ud83d"));
    bad(
        "json-deep",
        "a thousand arrays in each other",
        &first(&format!("\"later\":{}{}", "[".repeat(1000), "]".repeat(1000))),
    );
    bad("version-text", "a number as text", &with("/version", json!("7")));
    bad("version-fraction", "7.0 is not written like a whole number", &with("/version", json!(7.0)));
    bad("exp-missing", "no exp", &with("/exp", Value::Null));
    bad("catalog-missing", "no catalog", &with("/catalog", Value::Null));
}

fn values(cases: &mut Cases<'_>) {
    let mut bad = |name: &str, why: &str, payload: &str| {
        cases.bad(name, why, payload, "pointer_bad_value");
    };
    bad("version-zero", "versions begin with 1", &with("/version", json!(0)));
    bad("version-large", "over 2^53 - 1", &with("/version", json!(1_u64 << 53)));
    bad("exp-before-iat", "expired when it was signed", &with("/iat", json!(NOW + 31 * 86_400)));
    bad("exp-far", "over 400 days after iat", &with("/exp", json!(NOW + 401 * 86_400)));
    bad("catalog-large", "a catalog over 16 MiB", &with("/catalog/size", json!((16 << 20) + 1)));
    bad("catalog-name", "a name that is a path", &with("/catalog/sha256", json!("../../../../etc/passwd")));
    bad("catalog-upper", "upper-case digits", &with("/catalog/sha256", json!("0B".repeat(32))));
    bad(
        "logo-large",
        "a logo over 20 MiB",
        &with("/brand/logo", json!({"sha256": "1c".repeat(32), "size": (20 << 20) + 1})),
    );
    bad("brand-blank", "no name", &with("/brand/name", json!(" ")));
    bad("brand-control", "a control character", &with("/brand/name", json!("启\u{1b}[2J赋")));
    for (name, why, brand) in [
        ("text-override", "turned round from the middle on", "启赋\u{202E}官方"),
        ("text-isolate", "a mark of direction that is never taken back", "启赋\u{2067}"),
        ("text-zero-width", "two brands that look the same", "启\u{200B}赋"),
        ("text-line", "a separator of lines", "启赋\u{2028}官方"),
        ("text-tag", "words that nobody sees", "启赋\u{E0041}\u{E0042}"),
        ("text-invisible", "nothing of it can be seen", "\u{3164}\u{2060}"),
        ("text-mark-alone", "a mark that stands on nothing", " \u{301}"),
        ("text-private", "a character that is whatever a font says", "启赋\u{E000}"),
        ("text-joiner-alone", "what joins emoji, between letters", "启\u{200D}赋"),
    ] {
        bad(name, why, &with("/brand/name", json!(brand)));
    }
    bad(
        "text-phone",
        "a number that reads backwards",
        &with("/settings", json!({"support_phone": "\u{202E}0024-338-004"})),
    );
    bad("color", "no colour", &with("/brand/primary", json!("teal")));
    bad("setting-range", "a code of one metre", &with("/settings", json!({"qr_mm": 1000})));
    bad(
        "setting-report",
        "an address with a password",
        &with("/settings", json!({"report_url": "https://u:p@hub.example.com/"})),
    );
    bad("schema-missing", "no schema", &with("/schema", Value::Null));
    cases.bad("schema-newer", "a later specification's", &with("/schema", json!(2)), "other_schema");
}

fn state(cases: &mut Cases<'_>) {
    let good = claims().to_string();
    cases.bad(
        "other-device",
        "another shelf's pointer",
        &with("/sub", json!("184454101/049AA6585C")),
        "other_shelf",
    );
    cases.bad("other-store", "another store's", &with("/sub", json!("184454102/8F6A77C73E")), "other_shelf");
    cases.bad("rollback", "older than what the shelf has", &with("/version", json!(6)), "rollback");
    cases.bad("expired", "its time is over", &with("/exp", json!(NOW - 1)), "expired");
    cases.bad(
        "expired-now",
        "exp is the first second in which it is not accepted",
        &with("/exp", json!(NOW)),
        "expired",
    );
    cases.bad("clock-far", "a clock that is years ahead", &good, "expired").now = NOW + 20 * 365 * 86_400;
}
