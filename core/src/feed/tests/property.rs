//! Property tests: arbitrary input.

use super::{NOW, catalog, claims, keys, signer, subject};
use crate::{
    domain::{Item, ItemHost, ItemId, ItemLink, Price, Rgb, Sha256, text},
    feed::{
        CatalogDocument, FeedBrand, FeedError, FeedSettings, KeySet, ObjectRef, PictureRef, PointerClaims,
        read_catalog, verify_pointer,
    },
};
use proptest::{collection::vec, option, prelude::*};

/// A line of text without control characters, not blank.
fn line(most: usize) -> impl Strategy<Value = String> {
    let rest = "[ -~\u{a0}-\u{fffd}\u{10000}-\u{10ffff}]";
    let lines = proptest::string::string_regex(&format!("[!-~一-龥]{rest}{{0,{}}}", most - 1)).unwrap();
    // Hidden characters have tests of their own
    lines.prop_map(|line| line.chars().filter(|c| !text::is_hidden(*c)).collect())
}

fn object(most: u64) -> impl Strategy<Value = ObjectRef> {
    (any::<[u8; 32]>(), 1..=most)
        .prop_map(|(name, size)| ObjectRef { sha256: Sha256::from_bytes(name), size })
}

prop_compose! {
    fn any_claims()(
        version in 1..=(1_u64 << 53) - 1,
        lifetime in 61..400 * 86_400_i64,
        name in line(60),
        colors in any::<[u8; 6]>(),
        logo in option::of(object(20 << 20)),
        catalog in object(16 << 20),
        idle_s in option::of(1..=864_000_u32),
        languages in option::of(vec("[a-z]{2}(-[A-Z][a-z]{3})?", 1..=8)),
        support_phone in option::of(line(40)),
        more_keys in option::of(0..4_u8),
    ) -> PointerClaims {
        let keys = more_keys.map(|more| KeySet::new((1..=1 + more).map(|n| signer(n).public()).collect()).unwrap());
        let [r, g, b, x, y, z] = colors;
        PointerClaims {
            subject: subject(),
            version,
            issued_at: NOW - 60,
            expires_at: NOW - 60 + lifetime,
            brand: FeedBrand { name, primary: Rgb(r, g, b), accent: Rgb(x, y, z), logo },
            catalog,
            settings: FeedSettings { idle_s, languages, support_phone, ..FeedSettings::default() },
            keys,
        }
    }
}

prop_compose! {
    fn any_item()(
        host in 0..4_usize,
        id in "[1-9][0-9]{4,19}",
        sku in option::of("[1-9][0-9]{4,19}"),
        title in line(200),
        prices in option::of((2..=999_999_999_u64).prop_flat_map(|fen| (Just(fen), option::of(1..fen)))),
        selling_points in vec(line(200), 0..=10),
        category in option::of(0..2_u16),
        pictures in vec((object(20 << 20), 1..6000_u32, 1..6000_u32), 0..=12),
        barcode in option::of(line(64)),
        times in any::<[Option<u32>; 2]>(),
    ) -> Item<PictureRef> {
        let parse = |id: &str| ItemId::parse(id).unwrap();
        Item {
            link: ItemLink { host: ItemHost::ALL[host], item: parse(&id), sku: sku.as_deref().map(parse) },
            title,
            price: prices.map(|(fen, _)| Price::from_fen(fen).unwrap()),
            sale_price: prices.and_then(|(_, sale)| sale).map(|fen| Price::from_fen(fen).unwrap()),
            selling_points,
            category,
            pictures: pictures.into_iter().map(|(object, width, height)| PictureRef { object, width, height }).collect(),
            barcode,
            listed_from: times[0].map(i64::from),
            listed_until: times[1].map(i64::from),
        }
    }
}

proptest! {
    #[test]
    fn what_is_signed_comes_back(claims in any_claims()) {
        let text = signer(1).sign(&claims).unwrap();
        let pointer = verify_pointer(text.as_bytes(), &keys(&signer(1)), &subject(), NOW, claims.version);
        prop_assert_eq!(pointer.unwrap().into_claims(), claims);
    }

    #[test]
    fn what_is_written_comes_back(items in vec(any_item(), 0..20)) {
        let mut seen = std::collections::HashSet::new();
        let items: Vec<_> = items.into_iter().filter(|i| seen.insert((i.link.item.clone(), i.link.sku.clone()))).collect();
        let document = CatalogDocument::new(vec!["一".into(), "二".into()], items).unwrap();
        let bytes = document.to_bytes().unwrap();
        prop_assert_eq!(read_catalog(&bytes, &ObjectRef::for_bytes(&bytes)), Ok(document));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..400)) {
        prop_assert!(verify_pointer(&bytes, &keys(&signer(1)), &subject(), NOW, 0).is_err());
        prop_assert!(read_catalog(&bytes, &ObjectRef::for_bytes(&bytes)).is_err());
    }

    #[test]
    fn no_signed_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..400), now in any::<i64>(), floor in any::<u64>()) {
        let text = signer(1).sign_payload(&bytes);
        prop_assert!(verify_pointer(text.as_bytes(), &keys(&signer(1)), &subject(), now, floor).is_err());
    }

    #[test]
    fn no_json_of_the_right_words_makes_it_panic(text in r#"(\{|\}|\[|\]|:|,|"(schema|sub|version|keys|catalog|items|link|pictures|sha256|size)"|1|-1|1e400|null|true|"x"){0,60}"#) {
        let bytes = text.as_bytes();
        let signed = signer(1).sign_payload(bytes);
        prop_assert!(verify_pointer(signed.as_bytes(), &keys(&signer(1)), &subject(), NOW, 0).is_err());
        let _ = read_catalog(bytes, &ObjectRef::for_bytes(bytes));
    }

    #[test]
    fn a_catalog_with_one_bit_changed_is_another_object(at in any::<prop::sample::Index>(), bit in 0..8) {
        let bytes = catalog(2).to_bytes().unwrap();
        let mut changed = bytes.clone();
        changed[at.index(bytes.len())] ^= 1_u8 << bit;
        let name = ObjectRef::for_bytes(&bytes);
        prop_assert_eq!(read_catalog(&changed, &name), Err(FeedError::WrongHash { expected: name.sha256 }));
    }
}

/// Exhaustive, not sampled: every bit of a pointer is flipped.
#[test]
fn a_pointer_with_any_one_bit_changed_is_refused() {
    let text = signer(1).sign(&claims()).unwrap().into_bytes();
    for bit in 0..text.len() * 8 {
        let mut changed = text.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let result = verify_pointer(&changed, &keys(&signer(1)), &subject(), NOW, 0);
        assert!(result.is_err(), "bit {bit}");
    }
}
