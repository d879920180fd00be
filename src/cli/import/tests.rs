//! The verb, from arguments to exit code and stdout.

use super::{Failure, ImportArgs, exit, inputs::Inputs, report, work};
use crate::{
    cli::{Context, Exit, Output},
    import::ImportReport,
    store::Store,
};
use clap::Parser;
use cloud_shelf_core::{
    domain::{Lang, Rgb},
    paths::Paths,
};
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

/// A folder with a table and a picture; the state directory is inside it.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("商品推荐表格.csv"), TABLE).unwrap();
    let picture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/images/quarter-chroma.jpg");
    fs::copy(picture, dir.path().join("奶粉.jpg")).unwrap();
    dir
}

fn run(dir: &Path, words: &[&str]) -> Result<ImportReport, Failure> {
    let words = Words::try_parse_from([&["import"], words].concat()).unwrap();
    let context =
        Context { paths: Paths::new(Some(dir.join("state")), None, None), json: true, lang: Lang::Zh };
    match Inputs::read(&words.import, &context)? {
        Inputs::Bundle(_) => panic!("no bundle is here"),
        Inputs::Table { bytes, logo, pictures } => {
            work(&words.import, &bytes, logo, &*pictures, &context, &Output::new(Lang::Zh))
        }
    }
}

#[test]
fn good_rows_go_on_and_the_report_names_the_rest() {
    let dir = folder();
    let path = dir.path().join("商品推荐表格.csv");
    let words = [path.to_str().unwrap(), "--brand", "启赋", "--primary", "#112233"];
    let result = run(dir.path(), &words);
    assert_eq!(exit(&result), Exit::Partial);
    let report = serde_json::to_value(report::Done::new(&result.unwrap())).unwrap();
    for (key, wanted) in [
        ("schema", 1),
        ("version", 1),
        ("items", 2),
        ("pictures", 1),
        ("pictures_missing", 1),
        ("left_out", 1),
    ] {
        assert_eq!(report[key], wanted, "{key}: {report}");
    }
    assert_eq!(report["changed"], true);
    let problems = report["problems"].as_array().unwrap();
    let missing = problems.iter().find(|problem| problem["problem"] == "picture_missing").unwrap();
    assert_eq!((&missing["row"], &missing["column"]), (&3.into(), &"图片".into()));
    assert!(missing["remedy"].as_str().unwrap().contains("没有.jpg"));
    assert!(problems.iter().any(|problem| problem["row"] == 4 && problem["leaves_out"] == true), "{report}");

    let paths = Paths::new(Some(dir.path().join("state")), None, None);
    let brand = Store::open_read_only(&paths).unwrap().snapshot().unwrap().unwrap().brand;
    assert_eq!((brand.name.as_str(), brand.primary), ("启赋", Rgb(0x11, 0x22, 0x33)));

    let again = run(dir.path(), &words).unwrap();
    let text = report::text(&again, Lang::Zh).join("\n");
    assert!(text.contains("\n内容没有变化：2 个商品、1 张图片（版本 1）\n有 1 行没有采用\n"), "{text}");
    let text = report::text(&again, Lang::En).join("\n");
    assert!(text.contains("\nNothing has changed: 2 items with 1 pictures (version 1)\n"), "{text}");
    assert!(text.contains("The picture “没有.jpg” does not exist"), "{text}");
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
    for (words, code, problem) in [
        (vec![none.to_str().unwrap()], Exit::Failed, "source_unreadable"),
        (vec![&folder], Exit::Failed, "source_unreadable"),
        (vec![&page], Exit::Refused, "web_page"),
        (vec![&bad], Exit::Failed, "no_items"),
        (vec![&good, "--logo", none.to_str().unwrap()], Exit::Failed, "picture_missing"),
    ] {
        let result = run(dir.path(), &words);
        let seen = exit(&result);
        let report = serde_json::to_value(report::Failed::new(&result.unwrap_err())).unwrap();
        assert_eq!((seen, &report["problem"]), (code, &problem.into()), "{words:?}");
        assert!(!report["remedy"].as_str().unwrap().is_empty());
        assert!(!report["remedy_en"].as_str().unwrap().is_empty());
    }
    assert_eq!(exit(&run(dir.path(), &[&good])), Exit::Ok);
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
    let report = run(dir.path(), &[path.to_str().unwrap()]).unwrap();
    let text = report::text(&report, Lang::Zh).join("\n");
    assert!(!text.contains('\u{1b}'), "{text:?}");
}
