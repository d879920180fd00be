use super::*;

fn csv(text: &str) -> Table {
    read("商品推荐.csv", text.as_bytes()).unwrap()
}

#[test]
fn the_two_columns_are_enough() {
    let table = csv("商品,链接\n启赋蕴淳,https://detail.tmall.com/item.htm?id=567812345678\n");
    assert_eq!(table.problems, []);
    assert_eq!(table.items.len(), 1);
    assert_eq!((table.items[0].sheet.as_str(), table.items[0].row), ("商品推荐", 2));
}

#[test]
fn headings_are_found_wherever_and_however_they_are_written() {
    for text in [
        "商品,链接\nX,567812345678\n",
        "\n\n推荐表,,\n,,\n序号,商品名称（必填）,★商品链接★\n1,X,567812345678\n",
        "﻿ 商 品 ,\"链\n接\"\nX,567812345678\n",
        "Product Name,LINK\nX,567812345678\n",
        "链接,图片,商品\n567812345678,,X\n",
        "品名;网址\nX;567812345678\n",
        "产品名称\t宝贝链接\nX\t567812345678\n",
        "sep=;\n商品;链接\nX;567812345678\n",
        "商品|链接\nX|567812345678\n",
        "商品标题,商品ID\nX,567812345678\n",
    ] {
        let table = csv(text);
        assert_eq!(table.problems, [], "{text:?}");
        assert_eq!(table.items.len(), 1, "{text:?}");
        assert_eq!(table.items[0].title, "X", "{text:?}");
        assert_eq!(table.items[0].link.item.as_str(), "567812345678", "{text:?}");
    }
}

#[test]
fn rows_keep_the_numbers_that_the_person_sees() {
    let table = csv("商品,链接\n\n\nX,567812345678\n\"Y\nY\",567812345679\n\nZ,abc\n");
    assert_eq!(
        table.items.iter().map(|i| (i.row, i.title.as_str())).collect::<Vec<_>>(),
        [(4, "X"), (5, "Y Y")]
    );
    assert_eq!(table.problems[0].row, 7);
}

#[test]
fn a_quotation_mark_in_a_title_does_not_swallow_the_rest() {
    let table = csv("商品,链接\n\"大杯 12\" 咖啡,567812345678\n\"没有结束,567812345679\nZ,567812345670\n");
    assert!(table.items.iter().any(|i| i.title == "Z"), "{table:?}");
    let table = csv("商品,链接\n12\" 平底锅,567812345678\n\"说\"\"好\"\"\",567812345679\n");
    assert_eq!(table.items[0].title, "12\" 平底锅");
    assert_eq!(table.items[1].title, "说\"好\"");
}

#[test]
fn optional_cells_are_read_as_people_write_them() {
    let table = csv("商品,链接,价格,活动价,图片,分类,卖点,排序,上架时间,下架时间,条码\n\
        X,567812345678,\"¥1,299.00\",999元,C:\\图片\\奶粉 1.jpg；https://img.alicdn.com/a b.jpg,奶粉,1.8L大容量|二、无糖,02,2026.6.1,2026年6月18日 20:00,6 901234 567892\n\
        Y,567812345679,-,无,无,/,—,,,,\n");
    assert_eq!(table.problems, []);
    let item = &table.items[0];
    assert_eq!((item.price.unwrap().fen(), item.sale_price.unwrap().fen()), (129_900, 99_900));
    assert_eq!(item.pictures[0], PictureSource::File("奶粉 1.jpg".into()));
    assert_eq!(item.selling_points[0], "1.8L大容量");
    assert_eq!(item.sort, Some(2));
    assert_eq!(item.listed_from, Some(1_780_243_200));
    assert_eq!(item.listed_until, Some(1_781_784_000));
    assert_eq!(item.barcode.as_deref(), Some("6901234567892"));
    let blank = &table.items[1];
    assert!(blank.price.is_none() && blank.pictures.is_empty() && blank.selling_points.is_empty());
    assert!(blank.category.is_none());
}

#[test]
fn paths_that_lead_out_are_no_pictures() {
    for bad in [
        "../a.jpg",
        "a/../../b.jpg",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "data:image/png;base64,AA",
    ] {
        let (good, wrong) = picture::read(bad);
        assert!(good.is_empty() || bad.starts_with("data:"), "{bad}: {good:?}");
        assert!(!wrong.is_empty(), "{bad}");
    }
    assert_eq!(picture::read("/etc/passwd").0, [PictureSource::File("passwd".into())]);
    assert_eq!(picture::read("主图/1.jpg").0, [PictureSource::File("主图/1.jpg".into())]);
}

#[test]
fn a_category_merged_over_several_rows_is_that_of_all_of_them() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let plain = rust_xlsxwriter::Format::new();
    sheet.write_row(0, 0, ["分类", "商品", "链接"]).unwrap();
    sheet.merge_range(1, 0, 2, 0, "奶粉", &plain).unwrap();
    sheet.write(3, 0, "米粉").unwrap();
    for row in 1..=4 {
        sheet.write(row, 1, "X").unwrap();
        sheet.write(row, 2, 567_812_345_670.0 + f64::from(row)).unwrap();
    }
    let table = read("t.xlsx", &book.save_to_buffer().unwrap()).unwrap();
    let categories: Vec<_> = table.items.iter().map(|item| item.category.as_deref()).collect();
    assert_eq!(categories, [Some("奶粉"), Some("奶粉"), Some("米粉"), None]);
}

#[test]
fn numbers_of_items_are_exact_or_refused() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["商品", "链接"]).unwrap();
    for (row, number) in
        [(1, 1_052_534_376_394.0), (2, 999_999_999_999_999.0), (3, 1.5e16), (4, 12_345_678_901.5)]
    {
        sheet.write(row, 0, "X").unwrap();
        sheet.write(row, 1, number).unwrap();
    }
    let table = read("t.xlsx", &book.save_to_buffer().unwrap()).unwrap();
    let ids: Vec<_> = table.items.iter().map(|item| item.link.item.as_str()).collect();
    assert_eq!(ids, ["1052534376394", "999999999999999"]);
    assert_eq!(
        table.problems.iter().map(|p| (p.row, p.kind)).collect::<Vec<_>>(),
        [(4, "no_id"), (5, "no_id")]
    );
}

#[test]
fn what_cannot_be_seen_is_left_out() {
    let table = csv("商品,链接,分类,卖点,价格\n\
        \u{202E}奶\u{200B}粉\u{2066},567812345678,\u{200F}奶粉,好\u{202E}喝,\u{200B}199\u{FEFF}\n\
        👨\u{200D}👩\u{200D}👧全家福,567812345679,,,\n\
        \u{200B}\u{202E},567812345670,,,\n");
    let item = &table.items[0];
    assert_eq!((item.title.as_str(), item.category.as_deref()), ("奶粉", Some("奶粉")));
    assert_eq!((&item.selling_points[..], item.price.unwrap().fen()), (&["好喝".to_owned()][..], 19_900));
    assert_eq!(table.items[1].title, "👨\u{200D}👩\u{200D}👧全家福");
    // Copying leaves zero-width marks behind; direction overrides are deliberate
    let hidden = (2, "hidden_characters");
    assert_eq!(
        table.problems.iter().map(|p| (p.row, p.kind)).collect::<Vec<_>>(),
        [hidden, hidden, hidden, (4, "no_title")]
    );
}

#[test]
fn a_row_that_adds_up_the_others_is_no_item() {
    let table = csv("序号,商品,链接,价格\n1,甲,567812345678,10\n合计,,,10\n,小计：,,10\n总计 1 件,,,\n");
    assert_eq!((table.items.len(), table.problems), (1, vec![]));
    let table = csv("商品,链接,价格\n合计套装,567812345678,10\n合计套装,,10\n奶粉,,10\n");
    assert_eq!(table.items[0].title, "合计套装");
    assert_eq!(table.problems.iter().map(|p| p.row).collect::<Vec<_>>(), [3, 4]);
}
