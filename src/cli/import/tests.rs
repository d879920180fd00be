//! The verb, from words to exit code and stdout.

use super::{ImportArgs, outcome};
use crate::{
    cli::{Context, Exit},
    domain::{Lang, Rgb},
    paths::Paths,
    store::Store,
};
use clap::Parser;
use std::{fs, path::Path};

#[derive(Parser)]
struct Words {
    #[command(flatten)]
    import: ImportArgs,
}

const TABLE: &str = "商品,链接,图片\n\
    奶粉,https://detail.tmall.com/item.htm?id=567812345678,奶粉.jpg\n\
    米粉,https://detail.tmall.com/item.htm?id=567812345679,没有.jpg\n\
    面条,https://example.com/,\n";

/// A folder with a table and a picture; the state is in it too.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("商品推荐表格.csv"), TABLE).unwrap();
    let picture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/images/quarter-chroma.jpg");
    fs::copy(picture, dir.path().join("奶粉.jpg")).unwrap();
    dir
}

fn run(dir: &Path, words: &[&str], json: bool, lang: Lang) -> (Exit, String) {
    let words = Words::try_parse_from([&["import"], words].concat()).unwrap();
    let paths = Paths::new(Some(dir.join("state")), None, None);
    outcome(&words.import, &Context { paths, json, lang })
}

#[test]
fn good_rows_go_on_and_the_report_names_the_rest() {
    let dir = folder();
    let path = dir.path().join("商品推荐表格.csv");
    let words = [path.to_str().unwrap(), "--brand", "启赋", "--primary", "#112233"];
    let (exit, text) = run(dir.path(), &words, true, Lang::Zh);
    assert_eq!(exit, Exit::Partial, "{text}");
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    for (key, wanted) in [
        ("schema", 1),
        ("version", 1),
        ("items", 2),
        ("pictures", 1),
        ("pictures_missing", 1),
        ("left_out", 1),
    ] {
        assert_eq!(report[key], wanted, "{key}: {text}");
    }
    assert_eq!(report["changed"], true);
    let problems = report["problems"].as_array().unwrap();
    let missing = problems.iter().find(|problem| problem["problem"] == "picture_missing").unwrap();
    assert_eq!((&missing["row"], &missing["column"]), (&3.into(), &"图片".into()));
    assert!(missing["remedy"].as_str().unwrap().contains("没有.jpg"));
    assert!(problems.iter().any(|problem| problem["row"] == 4 && problem["left_out"] == true), "{text}");

    let paths = Paths::new(Some(dir.path().join("state")), None, None);
    let brand = Store::open_read_only(&paths).unwrap().snapshot().unwrap().unwrap().brand;
    assert_eq!((brand.name.as_str(), brand.primary), ("启赋", Rgb(0x11, 0x22, 0x33)));

    let (_, text) = run(dir.path(), &words, false, Lang::Zh);
    assert!(text.starts_with("内容没有变化：2 件商品、1 张图片（版本 1）。\n有 1 行未导入。\n"), "{text}");
    let (_, text) = run(dir.path(), &words, false, Lang::En);
    assert!(text.starts_with("Nothing has changed: 2 items, 1 pictures (version 1).\n"), "{text}");
    assert!(text.contains("row 3, 图片: There is no picture"), "{text}");
}

#[test]
fn each_failure_has_its_exit_code() {
    let dir = folder();
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let good = file("good.csv", "商品,链接\n奶粉,https://detail.tmall.com/item.htm?id=567812345678\n");
    let bad = file("bad.csv", "商品,链接\n奶粉,https://example.com/\n");
    let page = file("page.csv", "<!DOCTYPE html><html></html>");
    let none = dir.path().join("none.csv");
    let folder = dir.path().to_str().unwrap().to_owned();
    for (words, exit, error) in [
        (vec![none.to_str().unwrap()], Exit::Usage, "source_unreadable"),
        (vec![&folder], Exit::Failed, "source_unreadable"),
        (vec![&page], Exit::Refused, "web_page"),
        (vec![&bad], Exit::Failed, "no_items"),
        (vec![&good, "--logo", none.to_str().unwrap()], Exit::Failed, "picture_missing"),
    ] {
        let (seen, text) = run(dir.path(), &words, true, Lang::Zh);
        let report: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!((seen, &report["error"]), (exit, &error.into()), "{words:?}");
        assert!(!report["remedy"].as_str().unwrap().is_empty());
        assert!(!report["remedy_en"].as_str().unwrap().is_empty());
    }
    assert_eq!(run(dir.path(), &[&good], true, Lang::Zh).0, Exit::Ok);
}

#[test]
fn a_colour_that_is_none_is_a_usage_error() {
    assert!(Words::try_parse_from(["import", "a.csv", "--primary", "red"]).is_err());
}

#[test]
fn a_table_cannot_steer_the_terminal() {
    let dir = folder();
    let path = dir.path().join("steer.csv");
    fs::write(&path, "商品,链接,图片\n奶粉,https://detail.tmall.com/item.htm?id=567812345678,\u{1b}[2Ja\n")
        .unwrap();
    let (_, text) = run(dir.path(), &[path.to_str().unwrap()], false, Lang::Zh);
    assert!(!text.contains('\u{1b}'), "{text:?}");
}
