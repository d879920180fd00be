//! The merchant's table in all its formats.

use cloud_shelf_core::table::{self, PictureSource, Table, TableError, read, template};
use proptest::prelude::*;
use std::{
    fmt::Write as _,
    fs,
    io::Cursor,
    path::{Path, PathBuf},
};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/tables").join(name)
}

fn bytes(name: &str) -> Vec<u8> {
    fs::read(fixture(name)).unwrap()
}

fn load(name: &str) -> Table {
    read(name, &bytes(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Row, title, item, price and sale price.
type Row = (u32, String, String, Option<u32>, Option<u32>);

fn rows(table: &Table) -> Vec<Row> {
    let row = |i: &table::TableItem| {
        (i.row, i.title.clone(), i.link.to_string(), i.price.map(|p| p.fen()), i.sale_price.map(|p| p.fen()))
    };
    table.items.iter().map(row).collect()
}

fn plain() -> Vec<Row> {
    let link = |rest: &str| format!("https://detail.tmall.com/item.htm?id={rest}");
    vec![
        (2, "启赋蕴淳 3段 900g".into(), link("567812345678"), Some(39900), Some(35800)),
        (3, "启赋未来 2段".into(), link("612345678901&skuId=5012345678901"), Some(29950), None),
        (4, "惠氏膳儿加".into(), link("623456789012"), Some(19900), Some(15800)),
    ]
}

#[test]
fn every_format_and_encoding_reads_the_same() {
    for name in [
        "plain.xlsx",
        "plain.xls",
        "utf8.csv",
        "utf8-bom.csv",
        "gb18030.csv",
        "utf16le.csv",
        "utf16be.csv",
        "utf16le-bare.csv",
        "tab.tsv",
        "semicolon.csv",
    ] {
        let table = load(name);
        assert_eq!(table.problems, [], "{name}");
        assert_eq!(rows(&table), plain(), "{name}");
    }
    let table = load("plain.ods");
    assert_eq!(table.problems, []);
    assert_eq!(rows(&table)[..3], plain());
    assert_eq!(rows(&table)[3].2, "https://detail.tmall.com/item.htm?id=634567890123");
    assert_eq!(load("plain.xls").items[0].listed_from, Some(1_780_243_200));
}

#[test]
fn the_content_counts_and_not_the_name() {
    let table = read("表格.csv", &bytes("plain.xlsx")).unwrap();
    assert_eq!(rows(&table), plain());
    let table = read("表格.xlsx", &bytes("gb18030.csv")).unwrap();
    assert_eq!(rows(&table), plain());
    assert_eq!(table.items[0].sheet, "表格");
}

fn embedded(table: &Table) -> Vec<Vec<String>> {
    let name = |p: &PictureSource| match p {
        PictureSource::Embedded { name, bytes } => {
            assert!(bytes.starts_with(b"\x89PNG"));
            name.clone()
        }
        other => format!("{other:?}"),
    };
    table.items.iter().map(|item| item.pictures.iter().map(name).collect()).collect()
}

#[test]
fn pasted_pictures_find_their_rows() {
    let table = load("pictures.xlsx");
    assert_eq!(table.problems, []);
    assert_eq!(embedded(&table), [vec!["image1.png"], vec!["image2.png"], vec![]]);
}

#[test]
fn pictures_in_cells_find_their_rows() {
    let table = load("wps.xlsx");
    assert_eq!(table.problems, []);
    assert_eq!(embedded(&table), [vec!["image1.png"], vec!["image2.png"]]);
}

#[test]
fn a_pasted_picture_that_is_not_in_the_file_is_told() {
    let whole = bytes("wps.xlsx");
    let mut archive = zip::ZipArchive::new(Cursor::new(&whole)).unwrap();
    let mut copy = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).unwrap();
        if !part.name().unwrap().ends_with("image1.png") {
            copy.raw_copy_file(part).unwrap();
        }
    }
    let table = read("a.xlsx", &copy.finish().unwrap().into_inner()).unwrap();
    assert_eq!(embedded(&table), [vec![], vec!["image2.png".to_owned()]]);
    let [problem] = &table.problems[..] else { panic!("{:?}", table.problems) };
    assert_eq!((problem.kind, problem.row, problem.leaves_out), ("lost_picture", 2, false));
    assert!(problem.remedy.zh.contains("image1.png") && problem.remedy.en.contains("image1.png"));
}

#[test]
fn excels_own_pictures_in_cells_find_their_rows() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["商品", "链接", "主图"]).unwrap();
    let wps = zip_part(&bytes("wps.xlsx"), "xl/media/image1.png");
    let other = zip_part(&bytes("wps.xlsx"), "xl/media/image2.png");
    for (row, picture) in [(1, &wps), (2, &other), (3, &wps)] {
        sheet.write(row, 0, format!("商品{row}")).unwrap();
        sheet.write(row, 1, 567_812_345_670.0 + f64::from(row)).unwrap();
        sheet.embed_image(row, 2, &rust_xlsxwriter::Image::new_from_buffer(picture).unwrap()).unwrap();
    }
    let table = read("a.xlsx", &book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(table.problems, []);
    assert_eq!(embedded(&table), [vec!["image1.png"], vec!["image2.png"], vec!["image1.png"]]);
}

fn zip_part(bytes: &[u8], name: &str) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut part = zip.by_name(name).unwrap();
    let mut out = Vec::new();
    std::io::Read::read_to_end(&mut part, &mut out).unwrap();
    out
}

#[test]
fn the_template_is_a_table_without_problems() {
    let bytes = template::build().unwrap();
    assert_eq!(read("t.xlsx", &bytes), Ok(Table::default()));
    assert_eq!(bytes, template::build().unwrap(), "the same bytes every time");
}

#[test]
fn what_is_no_table_says_what_to_do() {
    let zip = {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("a.txt", zip::write::SimpleFileOptions::default()).unwrap();
        zip.finish().unwrap().into_inner()
    };
    for (bytes, code) in [
        (&b""[..], "empty_file"),
        (b" \r\n ", "empty_file"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"\x89PNG\r\n\x1a\n", "not_a_table"),
        (&zip, "not_a_table"),
        (&[0, 1, 2, 3, 4, 5, 6, 7].repeat(20), "not_a_table"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web_page"),
        (b"<?xml version=\"1.0\"?><Workbook/>", "web_page"),
        (b"PK\x03\x04 cut short", "damaged"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 cut short", "damaged"),
        ("随便,写写\n1,2\n".as_bytes(), "no_headings"),
        ("商品,价格\n奶粉,2\n".as_bytes(), "no_headings"),
    ] {
        let error = read("t.xlsx", bytes).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(!error.message().zh.is_empty() && !error.message().en.is_empty());
    }
    assert_eq!(
        read("t", "商品,价格\n奶粉,2\n".as_bytes()),
        Err(TableError::NoHeadings { title: true, link: false })
    );
    assert_eq!(
        read("t", "链接,价格\n1,2\n".as_bytes()),
        Err(TableError::NoHeadings { title: false, link: true })
    );
}

#[test]
fn a_bomb_is_not_inflated() {
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("[Content_Types].xml", options).unwrap();
    zip.start_file("xl/workbook.xml", options).unwrap();
    let chunk = vec![b' '; 1 << 20];
    for _ in 0..100 {
        std::io::Write::write_all(&mut zip, &chunk).unwrap();
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20);
    assert_eq!(read("t.xlsx", &bomb), Err(TableError::Bomb));
}

/// Builds a workbook of one sheet from its XML.
fn by_hand(sheet: &str, strings: &str) -> Vec<u8> {
    let parts = [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        (
            "xl/workbook.xml",
            "<workbook><sheets><sheet name=\"a\" r:id=\"1\"/></sheets></workbook>".to_owned(),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<R><Relationship Id=\"1\" Type=\"x/worksheet\" Target=\"a.xml\"/></R>".to_owned(),
        ),
        ("xl/sharedStrings.xml", format!("<sst>{strings}</sst>")),
        ("xl/a.xml", format!("<worksheet><sheetData>{sheet}</sheetData></worksheet>")),
    ];
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_without_row_and_cell_numbers_is_read() {
    let sheet = "<row><c t=\"s\"><v>0</v></c><c t=\"inlineStr\"><is><t>链接</t></is></c></row>\
                 <row><c t=\"str\"><v>X</v></c><c><v>567812345678</v></c></row>";
    let table =
        read("t", &by_hand(sheet, "<si><r><t>商</t></r><r><t>品</t></r><rPh><t>shang</t></rPh></si>"))
            .unwrap();
    assert_eq!((table.items.len(), table.items[0].row), (1, 2));
}

#[test]
fn a_formula_that_nobody_has_worked_out_is_said() {
    let heading =
        ["商品", "链接", "价格", "图片"].map(|text| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>"));
    let cell = |text: &str| format!("<c t=\"str\"><v>{text}</v></c>");
    let unsolved = "<c><f>A1&amp;\"x\"</f><v></v></c>";
    let shared = "<c><f t=\"shared\" si=\"0\"/></c>";
    let link = |n: u32| cell(&format!("https://detail.tmall.com/item.htm?id=56781234567{n}"));
    let rows = [
        [unsolved.to_owned(), link(0), "<c/>".into(), "<c/>".into()],
        [cell("奶粉"), shared.to_owned(), "<c/>".into(), "<c/>".into()],
        [cell("米粉"), link(1), shared.to_owned(), unsolved.to_owned()],
        // The result is in the file, or the formula itself links to the item
        [
            cell("面条").replace("<v>", "<f>A1</f><v>"),
            link(2),
            "<c><f>1+1</f><v>2</v></c>".into(),
            "<c/>".into(),
        ],
        [
            cell("果泥"),
            "<c><f>HYPERLINK(\"https://detail.tmall.com/item.htm?id=567812345673\",\"看\")</f></c>".into(),
            "<c/>".into(),
            "<c/>".into(),
        ],
        // An empty text is a result, too; a prepared row needs none
        [cell("").replace("<v>", "<f>B9</f><v>"), "<c/>".into(), "<c/>".into(), "<c/>".into()],
        ["<c/>".into(), "<c/>".into(), unsolved.to_owned(), "<c/>".into()],
    ];
    let rows: String = rows.map(|row| format!("<row>{}</row>", row.concat())).concat();
    let table = read("t", &by_hand(&format!("<row>{}</row>{rows}", heading.concat()), "")).unwrap();
    let problems: Vec<_> =
        table.problems.iter().map(|p| (p.row, p.column.as_deref(), p.kind, p.leaves_out)).collect();
    let unsolved = |row, column, leaves_out| (row, Some(column), "formula_without_result", leaves_out);
    assert_eq!(
        problems,
        [
            unsolved(2, "商品", true),
            unsolved(3, "链接", true),
            unsolved(4, "价格", false),
            unsolved(4, "图片", false)
        ]
    );
    let remedy = &table.problems[0].remedy;
    assert!(remedy.zh.contains("WPS") && remedy.en.contains("save it"), "{remedy:?}");
    let titles: Vec<_> =
        table.items.iter().map(|item| (&*item.title, item.price.map(|price| price.fen()))).collect();
    assert_eq!(titles, [("米粉", None), ("面条", Some(200)), ("果泥", None)]);
}

#[test]
fn one_text_in_a_million_cells_is_a_bomb() {
    let cells = "<c t=\"s\"><v>0</v></c>".repeat(200);
    let sheet = format!("<row>{cells}</row>").repeat(100);
    let strings = format!("<si><t>{}</t></si>", "长".repeat(10_000));
    assert_eq!(read("t", &by_hand(&sheet, &strings)), Err(TableError::Bomb));
    let far = "<row r=\"1048576\"><c r=\"A1048576\"><v>1</v></c></row>";
    assert_eq!(read("t", &by_hand(far, "")), Err(TableError::TooManyRows));
    let deep = "<a>".repeat(100_000);
    assert!(matches!(read("t", &by_hand(&deep, "")), Err(TableError::Damaged(_))));
}

#[test]
fn an_old_workbook_that_claims_to_be_huge_is_not_believed() {
    // The record with a sheet's size: rows from, rows to, columns from and to
    let bytes = bytes("plain.xls");
    let at = bytes.windows(6).position(|w| w[..4] == [0x00, 0x02, 0x0E, 0x00]).unwrap();
    for (offset, value) in [(4, [0xFF; 4]), (4, [0x00, 0x00, 0xFF, 0x00])] {
        let mut bytes = bytes.clone();
        bytes[at + 4 + offset..at + 8 + offset].copy_from_slice(&value);
        bytes[at + 14..at + 16].copy_from_slice(&[0x00, 0x01]);
        assert_eq!(read("t.xls", &bytes), Err(TableError::Bomb));
    }
}

#[test]
fn ten_thousand_rows_are_read() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["商品", "链接", "价格", "分类", "卖点"]).unwrap();
    let mut csv = String::from("商品,链接,价格,分类,卖点\n");
    for row in 1..=10_000_u32 {
        let link = format!(
            "https://detail.tmall.com/item.htm?spm=a220m.1000858&id={}&abbucket=1",
            560_000_000_000_u64 + u64::from(row)
        );
        sheet.write_row(row, 0, [&format!("商品 {row}"), &link]).unwrap();
        sheet.write(row, 2, f64::from(row)).unwrap();
        sheet.write_row(row, 3, ["奶粉", "进口奶源；好吸收"]).unwrap();
        writeln!(csv, "商品 {row},{link},{row},奶粉,进口奶源；好吸收").unwrap();
    }
    let xlsx = book.save_to_buffer().unwrap();
    for bytes in [&xlsx[..], csv.as_bytes()] {
        let table = read("t", bytes).unwrap();
        assert_eq!((table.items.len(), table.problems.len()), (10_000, 0));
    }
}

const ALL: [&str; 8] = [
    "plain.xlsx",
    "nasty.xlsx",
    "pictures.xlsx",
    "wps.xlsx",
    "plain.xls",
    "plain.ods",
    "gb18030.csv",
    "utf16be.csv",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = read("t", &bytes);
    }

    #[test]
    fn a_file_with_bad_bytes_is_an_answer(
        name in prop::sample::select(&ALL[..]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let mut bytes = bytes(name);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let _ = read(name, &bytes);
    }

    /// Inside the archive, where a checksum does not catch it first.
    #[test]
    fn a_workbook_with_bad_xml_is_an_answer(
        name in prop::sample::select(&["nasty.xlsx", "pictures.xlsx", "wps.xlsx", "plain.ods"][..]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 32..127_u8), 1..10),
    ) {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes(name))).unwrap();
        let mut parts = Vec::new();
        for index in 0..zip.len() {
            let mut part = zip.by_index(index).unwrap();
            let mut data = Vec::new();
            std::io::Read::read_to_end(&mut part, &mut data).unwrap();
            let name = part.name().unwrap().into_owned();
            parts.push((name, data));
        }
        for (part, at, byte) in changes {
            let index = part.index(parts.len());
            let data = &mut parts[index].1;
            if !data.is_empty() {
                let at = at.index(data.len());
                data[at] = byte;
            }
        }
        let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, data) in &parts {
            out.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut out, data).unwrap();
        }
        let _ = read(name, &out.finish().unwrap().into_inner());
    }
}
