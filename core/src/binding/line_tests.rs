use super::*;
use proptest::prelude::*;

fn bindings(text: &str) -> Vec<(String, String, String)> {
    let found = parse(text);
    let plain = |b: &BindingLine| {
        (b.binding.brand.clone(), b.binding.store.as_str().to_owned(), b.binding.device.as_str().to_owned())
    };
    found.bindings.iter().map(plain).collect()
}

fn one(text: &str, brand: &str, store: &str, device: &str) {
    assert_eq!(
        bindings(text),
        [(brand.into(), store.into(), device.into())],
        "{text:?} {:?}",
        parse(text).problems
    );
}

#[test]
fn the_line_is_read_however_it_is_written() {
    for text in [
        "启赋品牌，门店id：184454101，设备id:8F6A77C73E",
        "启赋品牌,门店id:184454101,设备id:8F6A77C73E",
        "启赋品牌，门店ID：184454101，设备ID：8f6a77c73e",
        "启赋品牌，门店码：184454101，设备码：8F6A77C73E",
        "启赋品牌 门店码184454101 设备码8F6A77C73E",
        "启赋品牌门店id184454101设备id8F6A77C73E",
        "启赋 品牌 ， 门店 id ： 184454101 ， 设备 id : 8F6A77C73E",
        "启赋品牌，门店id：１８４４５４１０１，设备id：８Ｆ６Ａ７７Ｃ７３Ｅ",
        "启赋品牌，门店编号=184454101，设备编号=8F6A77C73E",
        "启赋品牌，storeid：184454101，deviceid：8F6A77C73E",
        "启赋品牌, Store ID: 184454101, Device ID: 8F6A77C73E",
        "启赋品牌, store_id=184454101 device_id=8F6A77C73E",
        "设备id:8F6A77C73E，门店id：184454101，启赋品牌",
        "门店id：184454101，启赋品牌，设备id:8F6A77C73E",
        "启赋品牌\n门店id：184454101\n设备id:8F6A77C73E",
        "启赋品牌\r\n门店id：184454101\r\n\r\n设备id:8F6A77C73E\r\n",
        "您好，启赋品牌，门店id：184454101，设备id:8F6A77C73E，麻烦尽快，谢谢！",
        "小王：启赋品牌，门店id：184454101，设备id:8F6A77C73E",
        "小王 2024-05-01 10:22:33\n启赋品牌，门店id：184454101，设备id:8F6A77C73E",
        "品牌：启赋，门店id：184454101，设备id:8F6A77C73E",
        "品牌名称：启赋；门店：184454101；设备：8F6A77C73E",
        "【启赋】品牌，门店id：184454101，设备id:8F6A77C73E".replace("【启赋】", "“启赋”").as_str(),
        "启赋品牌，门店id：184454101，设备初始Code：8F6A77C73E",
        "启赋品牌，门店id：184454 101，设备id:8F6A 77C7 3E",
        "启赋品牌，门店id是184454101，设备id为8F6A77C73E",
        "启赋品牌、门店id、184454101、设备id、8F6A77C73E".replace("id、", "id:").as_str(),
        "\u{feff}启赋品牌，门店id：184454101，设备\u{200b}id:8F6A77C73E",
        "启赋品牌 | 门店id: 184454101 | 设备id: 8F6A77C73E",
        "@张三 启赋品牌，门店id：184454101，设备id:8F6A77C73E",
        "启赋品牌的门店id：184454101，设备id:8F6A77C73E",
        "启赋品牌,门店ID:184454101-设备ID:8F6A77C73E",
        "启赋品牌，門店id：184454101，設備碼:8F6A77C73E",
        "启赋品牌，门店id：（184454101），设备id:（8F6A77C73E）",
        "1. 启赋品牌，门店id：184454101，设备id:8F6A77C73E",
    ] {
        one(text, "启赋", "184454101", "8F6A77C73E");
        assert_eq!(parse(text).problems, [], "{text:?}");
        assert!(parse(text).bindings[0].warnings.is_empty(), "{text:?}");
    }
}

#[test]
fn several_bindings_come_out_of_one_text() {
    let two = [
        ("启赋".to_owned(), "184454101".to_owned(), "8F6A77C73E".to_owned()),
        ("惠氏 S-26".to_owned(), "184454102".to_owned(), "049AA6585C".to_owned()),
    ];
    for text in [
        "启赋品牌，门店id：184454101，设备id:8F6A77C73E\n惠氏 S-26品牌，门店id：184454102，设备id:049AA6585C",
        "启赋品牌，门店id：184454101，设备id:8F6A77C73E；惠氏 S-26品牌，门店id：184454102，设备id:049AA6585C",
        "门店id：184454101，设备id:8F6A77C73E，启赋品牌\n门店id：184454102，设备id:049AA6585C，惠氏 S-26品牌",
        "启赋品牌\n门店id：184454101\n设备id:8F6A77C73E\n\n惠氏 S-26品牌\n门店id：184454102\n设备id:049AA6585C\n",
        "大家看下\n启赋品牌，门店id：184454101，设备id:8F6A77C73E\n还有\n惠氏 S-26品牌 设备id:049AA6585C 门店id：184454102 谢谢",
    ] {
        assert_eq!(bindings(text), two, "{text:?}");
        assert_eq!(parse(text).problems, []);
    }
}

#[test]
fn what_is_left_out_is_taken_over_with_a_warning() {
    let text = "启赋品牌\n门店id:184454101，设备id:8F6A77C73E\n门店id:184454102，设备id:049AA6585C，设备id:A6B820BF7E";
    let found = parse(text);
    let brands: Vec<_> =
        found.bindings.iter().map(|b| (b.binding.brand.as_str(), b.warnings.len())).collect();
    assert_eq!(brands, [("启赋", 0), ("启赋", 1), ("启赋", 2)]);
    assert_eq!(found.bindings[2].binding.store.as_str(), "184454102");
    let found = parse("门店id：184454101，设备id:8F6A77C73E");
    assert_eq!(found.bindings[0].binding.brand, "");
    assert_eq!(found.bindings[0].warnings.len(), 1);
}

#[test]
fn several_devices_of_one_store_may_share_a_label() {
    for text in [
        "启赋品牌，门店id：184454101，设备id:8F6A77C73E、049AA6585C",
        "启赋品牌，门店id：184454101，设备id：8F6A77C73E， 049AA6585C",
        "启赋品牌，门店id：184454101，设备id：8F6A77C73E和049AA6585C，电话13800138000",
    ] {
        let devices: Vec<_> = bindings(text).into_iter().map(|(_, store, device)| (store, device)).collect();
        let expected = ["8F6A77C73E", "049AA6585C"].map(|device| ("184454101".to_owned(), device.to_owned()));
        assert_eq!(devices, expected, "{text}");
    }
}

#[test]
fn an_unusual_code_is_taken_with_a_warning() {
    let found = parse("启赋品牌，门店id：18445410，设备id:8F6A77C73");
    assert_eq!(found.bindings[0].warnings.len(), 2);
    assert!(found.problems.is_empty());
}

#[test]
fn what_is_no_binding_says_what_to_do() {
    for (text, kinds) in [
        ("", &[LineProblemKind::NoCodes][..]),
        ("你好", &[LineProblemKind::NoCodes]),
        ("启赋品牌", &[LineProblemKind::NoCodes]),
        ("启赋品牌，门店id：184454101", &[LineProblemKind::NoDevice]),
        ("启赋品牌，设备id:8F6A77C73E", &[LineProblemKind::NoStore]),
        ("启赋品牌，门店id：，设备id:8F6A77C73E", &[LineProblemKind::NoStore]),
        ("启赋品牌，门店id：184454101，设备id:", &[LineProblemKind::NoDevice]),
        ("启赋品牌，门店id：xxx，设备id:xxx", &[LineProblemKind::Placeholder; 2]),
        ("xx品牌，门店id：xxx，设备id:xxx", &[LineProblemKind::Placeholder; 3]),
        ("xx品牌，门店id：184454101，设备id:8F6A77C73E", &[LineProblemKind::Placeholder]),
        ("某某品牌，门店id：184454101，设备id:8F6A77C73E", &[LineProblemKind::Placeholder]),
    ] {
        let found = parse(text);
        assert_eq!(found.bindings, [], "{text:?}");
        assert_eq!(found.problems.iter().map(|p| p.kind).collect::<Vec<_>>(), kinds, "{text:?}");
        assert!(found.problems.iter().all(|p| !p.remedy.zh.is_empty() && !p.remedy.en.is_empty()));
    }
    let text = format!("启赋品牌，门店id：{}，设备id:8F6A77C73E", "1".repeat(100));
    assert_eq!(parse(&text).problems[0].kind, LineProblemKind::BadStore);
}

#[test]
fn a_bad_line_does_not_hide_the_good_ones() {
    let text = "xx品牌，门店id：xxx，设备id:xxx\n启赋品牌，门店id：184454101，设备id:8F6A77C73E\n惠氏品牌，门店id：5，设备id:";
    let found = parse(text);
    assert_eq!(found.bindings.len(), 1);
    assert_eq!(found.problems.iter().map(|p| p.line).collect::<Vec<_>>(), [1, 1, 1, 3]);
}

#[test]
fn other_words_are_no_labels() {
    let text = "请把以下品牌的资料发我，门店名称：西湖店，设备名称：一号机\n启赋品牌，门店id：184454101，设备id:8F6A77C73E";
    one(text, "启赋", "184454101", "8F6A77C73E");
    assert_eq!(bindings("the storefront is restored: 5, device driver 7"), []);
}

#[test]
fn the_same_line_twice_is_one_binding() {
    let line = "启赋品牌，门店id：184454101，设备id:8F6A77C73E";
    one(&format!("{line}\n{line}"), "启赋", "184454101", "8F6A77C73E");
}

proptest! {
    #[test]
    fn any_text_gives_an_answer(text in ".{0,200}") {
        let found = parse(&text);
        prop_assert!(!(found.bindings.is_empty() && found.problems.is_empty()));
    }

    #[test]
    fn pieces_in_any_order_give_an_answer(pieces in prop::collection::vec(prop_oneof![
        Just("启赋品牌"), Just("，"), Just("门店id"), Just("："), Just("184454101"), Just(" "), Just("\n"),
        Just("设备码"), Just("8F6A77C73E"), Just("xx"), Just("store"), Just("id"), Just("="), Just("device"),
    ], 0..16)) {
        parse(&pieces.concat());
    }

    #[test]
    fn what_is_written_is_read_back(
        brand in "[\u{4e00}-\u{4fff}]{1,6}",
        store in "[1-9][0-9]{8}",
        device in "[0-9A-F]{10}",
        comma in prop_oneof![Just("，"), Just(","), Just("；"), Just(" "), Just("\n")],
        colon in prop_oneof![Just("："), Just(":"), Just(" : "), Just("=")],
    ) {
        prop_assume!(!brand.starts_with("某"));
        let text = format!("{brand}品牌{comma}门店id{colon}{store}{comma}设备id{colon}{device}");
        prop_assert_eq!(bindings(&text), [(brand, store, device)], "{}", text);
    }
}
