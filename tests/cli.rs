//! The real command, in directories of its own.

use cloud_shelf::telemetry::{Activation, Ceiling, Outbox};
use cloud_shelf_core::report::{Event, LossReason, OperatorMessage};
use serde_json::Value;
use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

const LINE: &str = "启赋品牌，门店id：184454101，设备id:8F6A77C73E";

struct Shelf {
    dir: TempDir,
}

impl Shelf {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cloud-shelfctl"));
        command
            .env_clear()
            .env("CLOUD_SHELF_STATE", self.dir.path().join("state"))
            .env("LANG", "zh_CN.UTF-8");
        command.args(args).current_dir(self.dir.path()).stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    fn piped(&self, args: &[&str], input: &str) -> Output {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}"))
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn links_are_checked_one_by_one() {
    let shelf = Shelf::new();
    let good = "https://detail.m.tmall.com/item.htm?id=567812345678&skuId=5012345678901";
    let output = shelf.run(&["check", "links", "--json", good, "https://m.tb.cn/h.abc"]);
    assert_eq!(code(&output), 7);
    assert!(output.stderr.is_empty());
    let report = json(&output);
    assert_eq!(report["schema"], 1);
    assert_eq!(report["links"][0]["input"], good);
    assert_eq!(report["links"][0]["ok"], true);
    assert_eq!(report["links"][0]["item_id"], "567812345678");
    assert_eq!(report["links"][0]["sku_id"], "5012345678901");
    assert_eq!(
        report["links"][0]["url"],
        "https://detail.tmall.com/item.htm?id=567812345678&skuId=5012345678901"
    );
    assert_eq!(report["links"][1]["ok"], false);
    assert_eq!(report["links"][1]["problem"], "short_link");
    assert!(report["links"][1]["remedy"].as_str().unwrap().contains("短链接"));
    assert!(report["links"][1]["remedy_en"].as_str().unwrap().contains("short link"));

    assert_eq!(code(&shelf.run(&["check", "links", "567812345678"])), 0);
    assert_eq!(code(&shelf.run(&["check", "links", "abc", ""])), 1);
    assert_eq!(code(&shelf.run(&["check", "links"])), 2);
    let output =
        shelf.piped(&["check", "links", "-", "--json"], "567812345678\r\n\r\nhttps://item.jd.com/1.html\n");
    assert_eq!(code(&output), 7);
    assert_eq!(json(&output)["links"].as_array().unwrap().len(), 2);
    assert_eq!(json(&output)["links"][1]["problem"], "foreign_host");
    assert_eq!(json(&output)["links"][0]["sku_id"], Value::Null);
}

#[test]
fn bindings_are_checked() {
    let shelf = Shelf::new();
    let output = shelf.run(&["--json", "check", "bindings", LINE]);
    assert_eq!(code(&output), 0);
    assert_eq!(
        json(&output)["bindings"][0],
        serde_json::json!({"brand": "启赋", "store_id": "184454101", "device_id": "8F6A77C73E", "warnings": [], "warnings_en": []})
    );
    assert_eq!(json(&output)["problems"], serde_json::json!([]));
    let output = shelf
        .piped(&["check", "bindings", "-", "--json"], &format!("{LINE}\nxx品牌，门店id：xxx，设备id:xxx\n"));
    assert_eq!(code(&output), 7);
    assert_eq!(json(&output)["problems"][0]["line"], 2);
    assert_eq!(json(&output)["problems"][0]["problem"], "placeholder");
    assert_eq!(code(&shelf.run(&["check", "bindings", "你好"])), 1);
    let text = shelf.run(&["check", "bindings", LINE]);
    assert!(out(&text).contains("184454101") && out(&text).contains("品牌"), "{}", out(&text));
}

#[test]
fn a_unit_is_bound_and_unbound() {
    let shelf = Shelf::new();
    assert_eq!(code(&shelf.run(&["unbind"])), 3);
    let output = shelf.run(&["bind", LINE, "--feed", "https://shelf.example.com/feed/", "--json"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let report = json(&output);
    assert_eq!((&report["bound"], &report["brand"]), (&Value::from(true), &Value::from("启赋")));
    assert_eq!(report["feed"], "https://shelf.example.com/feed");
    let kept: Value =
        serde_json::from_slice(&fs::read(shelf.dir.path().join("state/binding.json")).unwrap()).unwrap();
    assert_eq!(kept["device_id"], "8F6A77C73E");

    // Words split by the shell, another device; the feed stays
    let output =
        shelf.run(&["bind", "惠氏品牌,", "门店id:", "184454102,", "设备id:", "049aa6585c", "--json"]);
    assert_eq!(code(&output), 0);
    assert_eq!(json(&output)["device_id"], "049AA6585C");
    assert_eq!(json(&output)["feed"], "https://shelf.example.com/feed");
    assert!(err(&output).contains("8F6A77C73E"), "the replaced binding must be named: {}", err(&output));

    let output = shelf.run(&["bind", "--brand", "启赋", "--store", "184454101", "--device", "8F6A77C73E"]);
    assert_eq!(code(&output), 0);
    assert!(out(&output).contains("8F6A77C73E"));
    assert_eq!(code(&shelf.piped(&["bind", "-"], LINE)), 0);
    assert_eq!(code(&shelf.run(&["unbind"])), 0);
    assert!(!shelf.dir.path().join("state/binding.json").exists());
}

#[test]
fn a_bad_binding_is_refused_and_changes_nothing() {
    let shelf = Shelf::new();
    assert_eq!(code(&shelf.run(&["bind", LINE])), 0);
    let kept = || fs::read(shelf.dir.path().join("state/binding.json")).unwrap();
    let before = kept();
    for args in [
        &["bind"][..],
        &["bind", "你好"],
        &["bind", "xx品牌，门店id：xxx，设备id:xxx"],
        &[
            "bind",
            "启赋品牌，门店id：184454101，设备id:8F6A77C73E；惠氏品牌，门店id：184454102，设备id:049AA6585C",
        ],
        &["bind", "--store", "184454101"],
        &["bind", "--store", "", "--device", "8F6A77C73E"],
        &["bind", LINE, "--store", "184454101", "--device", "8F6A77C73E"],
        &["bind", LINE, "--feed", "javascript:alert(1)"],
        &["bind", LINE, "--feed", "https://user:secret@shelf.example.com/"],
        &["bind", LINE, "--feed", ""],
    ] {
        let output = shelf.run(args);
        assert_eq!(code(&output), 2, "{args:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{args:?}");
        assert_eq!(kept(), before, "{args:?}");
    }
}

#[test]
fn a_damaged_binding_is_set_aside_and_bound_anew() {
    let shelf = Shelf::new();
    let state = shelf.dir.path().join("state");
    fs::create_dir_all(&state).unwrap();
    fs::write(state.join("binding.json"), "\0\0\0\0").unwrap();
    let output = shelf.run(&["bind", LINE]);
    assert_eq!(code(&output), 0);
    assert!(err(&output).contains("损坏"));
    assert_eq!(fs::read(state.join("binding.json.damaged-1")).unwrap(), b"\0\0\0\0");
}

#[test]
fn an_untouched_template_asks_for_products() {
    let shelf = Shelf::new();
    assert_eq!(code(&shelf.run(&["template", "表.xlsx"])), 0);
    let output = shelf.run(&["import", "表.xlsx", "--json"]);
    assert_eq!(code(&output), 1);
    assert_eq!(json(&output)["problem"], "no_items");
    for told in [json(&output)["remedy"].as_str().unwrap(), &err(&output)] {
        assert!(told.contains("还没有商品") && !told.contains("提示"), "{told}");
    }
    let english = err(&shelf.run(&["import", "表.xlsx", "--lang", "en"]));
    assert!(english.contains("holds no product yet"), "{english}");
    // If a row is wrong, the list of problems comes with the message
    fs::write(shelf.dir.path().join("表.csv"), "商品,链接\n奶粉,https://example.com/\n").unwrap();
    let output = shelf.run(&["import", "表.csv"]);
    assert!(err(&output).contains("下列提示") && out(&output).contains("example.com"), "{output:?}");
    assert_eq!(code(&shelf.run(&["feed", "init", "f"])), 0);
    let told = err(&shelf.run(&["feed", "publish", "f", "表.xlsx", "--brand", "启赋"]));
    assert!(told.contains("还没有商品") && told.contains("重新发布"), "{told}");
}

#[test]
fn the_template_is_written_once_and_checks_clean() {
    let shelf = Shelf::new();
    assert_eq!(code(&shelf.run(&["template", "表.xlsx"])), 0);
    assert_eq!(code(&shelf.run(&["template", "表.xlsx"])), 1, "an existing file must not be overwritten");
    assert_eq!(code(&shelf.run(&["template", "表.xlsx", "--force"])), 0);
    assert_eq!(code(&shelf.run(&["template", "没有/表.xlsx"])), 1);
    let output = shelf.run(&["check", "table", "表.xlsx", "--json"]);
    assert_eq!(code(&output), 0);
    assert_eq!(json(&output), serde_json::json!({"schema": 1, "items": [], "problems": []}));
    let output = shelf.run(&["template", "-"]);
    assert_eq!(output.stdout, fs::read(shelf.dir.path().join("表.xlsx")).unwrap());
}

#[test]
fn a_table_is_checked_in_both_languages() {
    let shelf = Shelf::new();
    let table = "商品,链接,价格\n奶粉,567812345678,199\n面条,7.62E+11,5\n米,567812345679,面议\n";
    fs::write(shelf.dir.path().join("t.csv"), table).unwrap();
    let output = shelf.run(&["check", "table", "t.csv", "--json"]);
    assert_eq!(code(&output), 7);
    let report = json(&output);
    assert_eq!(report["items"][0]["price_fen"], 19900);
    assert_eq!(report["items"][0]["url"], "https://detail.tmall.com/item.htm?id=567812345678");
    assert_eq!(report["problems"][0]["row"], 3);
    assert_eq!(report["problems"][0]["column"], "链接");
    assert_eq!(report["problems"][0]["problem"], "no_id");
    assert_eq!(report["problems"][1]["problem"], "bad_price");
    assert_eq!(report["problems"][1]["leaves_out"], false);

    let chinese = shelf.run(&["check", "table", "t.csv"]);
    assert_eq!(code(&chinese), 7);
    assert!(
        out(&chinese).contains("文本") && out(&chinese).contains("可以上架 2 个商品"),
        "{}",
        out(&chinese)
    );
    let english = shelf.run(&["check", "table", "t.csv", "--lang", "en"]);
    assert!(out(&english).contains("2 items are good"), "{}", out(&english));
    let english = shelf.command(&["check", "table", "t.csv"]).env("LANG", "en_US.UTF-8").output().unwrap();
    assert!(out(&english).contains("2 items are good"));
    let output = shelf.piped(&["check", "table", "-", "--json"], table);
    assert_eq!(code(&output), 7);

    fs::write(shelf.dir.path().join("good.csv"), "商品,链接,价格\n米,567812345679,面议\n").unwrap();
    assert_eq!(code(&shelf.run(&["check", "table", "good.csv"])), 0, "no row may be left out");
    fs::write(shelf.dir.path().join("bad.csv"), "商品,链接\n米,abc\n").unwrap();
    assert_eq!(code(&shelf.run(&["check", "table", "bad.csv"])), 1);
    let missing = shelf.run(&["check", "table", "没有.xlsx", "--json"]);
    assert_eq!(code(&missing), 1);
    assert!(err(&missing).contains("没有这个文件"));
    fs::write(shelf.dir.path().join("page.xls"), "<html></html>").unwrap();
    let page = shelf.run(&["check", "table", "page.xls", "--json"]);
    assert_eq!(code(&page), 1);
    assert_eq!(json(&page)["problems"][0]["problem"], "web_page");
    assert_eq!(code(&shelf.run(&["check", "table", "."])), 1);
}

#[test]
fn a_nasty_table_gives_its_good_rows_and_a_remedy_for_each_bad_one() {
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/tables/nasty.xlsx");
    let output = Shelf::new().run(&["check", "table", "--json", table]);
    assert_eq!(code(&output), 7);
    insta::assert_snapshot!("nasty", out(&output));
}

#[test]
fn usage_is_told_on_stderr_and_help_on_stdout() {
    let shelf = Shelf::new();
    let output = shelf.run(&["no-such-verb"]);
    assert_eq!(code(&output), 2);
    assert!(output.stdout.is_empty());
    for args in [&["--help"][..], &["--version"], &["check", "--help"], &["bind", "--help"]] {
        let output = shelf.run(args);
        assert_eq!(code(&output), 0);
        assert!(!output.stdout.is_empty() && output.stderr.is_empty());
        assert!(!out(&output).contains('\u{1b}'), "no colour into a file");
    }
}

#[test]
fn two_shelves_side_by_side_do_not_meet() {
    let shelf = Shelf::new();
    let (one, two) = (shelf.dir.path().join("one"), shelf.dir.path().join("two"));
    for (state, line) in [(&one, LINE), (&two, "惠氏品牌，门店id：184454102，设备id:049AA6585C")] {
        let output = shelf.run(&["--state", state.to_str().unwrap(), "bind", line]);
        assert_eq!(code(&output), 0);
    }
    let read = |state: &Path| fs::read_to_string(state.join("binding.json")).unwrap();
    assert!(read(&one).contains("8F6A77C73E") && read(&two).contains("049AA6585C"));
}

#[test]
fn nobody_reading_the_result_is_no_error() {
    let shelf = Shelf::new();
    let links: String = (0..20_000).map(|n| format!("{}\n", 567_812_340_000_u64 + n)).collect();
    let path = shelf.dir.path().join("links.txt");
    fs::write(&path, links).unwrap();
    let mut child = shelf
        .command(&["check", "links", "-", "--json"])
        .stdin(fs::File::open(&path).unwrap())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(output.stderr.is_empty(), "{}", err(&output));
}

#[test]
fn status_names_the_items_whose_pictures_are_missing() {
    let shelf = Shelf::new();
    let picture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/images/quarter-chroma.jpg");
    fs::copy(picture, shelf.dir.path().join("好.jpg")).unwrap();
    fs::write(shelf.dir.path().join("坏.jpg"), "这不是图片").unwrap();
    let table = "商品,链接,图片\n\
        奶粉,567812345678,好.jpg\n\
        米粉,567812345679,没有.jpg\n\
        面条,567812345670,坏.jpg\n\
        果泥,567812345671,http://127.0.0.1:9/a.jpg\n\
        饼干,567812345672,ftp://a/b.jpg\n";
    fs::write(shelf.dir.path().join("t.csv"), table).unwrap();
    let output = shelf.run(&["import", "t.csv", "--json"]);
    assert_eq!((code(&output), &json(&output)["pictures_missing"]), (7, &4.into()));

    let status = shelf.run(&["status", "--json"]);
    let catalog = &json(&status)["catalog"];
    assert_eq!((&catalog["pictures"], &catalog["pictures_missing"]), (&1.into(), &4.into()), "{catalog}");
    let missing = catalog["missing"].as_array().unwrap();
    let named: Vec<_> = missing
        .iter()
        .map(|row| ["item_id", "title", "picture", "problem"].map(|key| row[key].as_str().unwrap()))
        .collect();
    assert_eq!(
        named,
        [
            ["567812345679", "米粉", "没有.jpg", "picture_missing"],
            ["567812345670", "面条", "坏.jpg", "not_a_picture"],
            ["567812345671", "果泥", "http://127.0.0.1:9/a.jpg", "picture_private_address"],
            ["567812345672", "饼干", "", "bad_picture"],
        ]
    );
    let english = out(&shelf.run(&["status", "--lang", "en"]));
    assert!(english.contains("1 pictures, 4 missing"), "{english}");
    assert!(english.contains("567812345679 米粉: The picture “没有.jpg” does not exist"), "{english}");
    let chinese = out(&shelf.run(&["status"]));
    assert!(chinese.contains("缺图") && chinese.contains("567812345670 面条"), "{chinese}");

    // The picture turns up, and the rest of the table is corrected
    fs::copy(picture, shelf.dir.path().join("没有.jpg")).unwrap();
    fs::write(shelf.dir.path().join("t.csv"), table.lines().take(3).collect::<Vec<_>>().join("\n")).unwrap();
    assert_eq!(code(&shelf.run(&["import", "t.csv"])), 0);
    let catalog = &json(&shelf.run(&["status", "--json"]))["catalog"];
    assert_eq!((&catalog["pictures_missing"], &catalog["missing"]), (&0.into(), &serde_json::json!([])));
}

#[test]
fn the_device_key_comes_with_the_binding_and_goes_with_it() {
    use std::os::unix::fs::PermissionsExt;
    let shelf = Shelf::new();
    let key = shelf.dir.path().join("state/device.key");
    let output = shelf.run(&["status", "--json"]);
    assert_eq!(json(&output)["reports"]["device_key"], Value::Null);
    let output = shelf.run(&["bind", LINE, "--json"]);
    let id = json(&output)["key_id"].as_str().unwrap().to_owned();
    assert_eq!(id.len(), 43);
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let kept: Value = serde_json::from_slice(&fs::read(&key).unwrap()).unwrap();

    // The same unit keeps its key under other codes
    let output = shelf.run(&["bind", "惠氏品牌，门店id：184454102，设备id:049AA6585C"]);
    assert!(out(&output).contains(&id), "{}", out(&output));
    let output = shelf.run(&["status", "--json"]);
    assert_eq!(
        json(&output)["reports"],
        serde_json::json!({
            "device_key": kept["x"], "key_id": id, "activation": "none",
            "activation_message": "尚未向运营方登记。联网后会自动登记。",
            "activation_message_en": "Not registered with the operator yet; this happens automatically once there is a network.",
            "waiting": 0, "folded": 0, "sent": 0, "lost": 0, "last_report": null, "problem": null,
        })
    );
    let text = out(&shelf.run(&["status"]));
    assert!(text.contains("密钥编号") && text.contains(&id) && !text.contains("待上报"), "{text}");
    let secret = kept["d"].as_str().unwrap();
    for args in [&["status"][..], &["status", "--json"], &["bind", LINE]] {
        let output = shelf.run(args);
        assert!(!out(&output).contains(secret) && !err(&output).contains(secret), "{args:?}");
    }

    assert_eq!(code(&shelf.run(&["unbind"])), 0);
    assert!(!key.exists());
    let output = shelf.run(&["bind", LINE, "--json"]);
    assert_ne!(json(&output)["key_id"], id.as_str());
}

#[test]
fn a_damaged_device_key_is_told_and_made_anew_at_binding() {
    let shelf = Shelf::new();
    assert_eq!(code(&shelf.run(&["bind", LINE])), 0);
    let key = shelf.dir.path().join("state/device.key");
    fs::write(&key, "\0\0\0\0").unwrap();
    let status = shelf.run(&["status"]);
    assert!(out(&status).contains("设备密钥") && out(&status).contains("损坏"), "{}", out(&status));
    assert_eq!(fs::read(&key).unwrap(), b"\0\0\0\0", "status must change nothing");
    assert_eq!(code(&shelf.run(&["bind", LINE])), 0);
    assert!(json(&shelf.run(&["status", "--json"]))["reports"]["key_id"].is_string());
    assert_eq!(fs::read(key.with_file_name("device.key.damaged-1")).unwrap(), b"\0\0\0\0");
}

#[test]
fn status_says_how_reporting_stands() {
    let shelf = Shelf::new();
    assert_eq!(code(&shelf.run(&["bind", LINE])), 0);
    let paths = cloud_shelf_core::paths::Paths::new(Some(shelf.dir.path().join("state")), None, None);
    let clock = cloud_shelf_core::clock::FixedClock(1_790_000_000);
    let mut outbox = Outbox::open(&paths, Ceiling::default(), &clock).unwrap();
    let events = [(Event::Woken, 1_790_000_000), (Event::SearchEmpty, 1_790_000_000)];
    outbox.record(&events, &[(LossReason::Queue, 3)], 1_790_000_000).unwrap();
    let words = OperatorMessage { zh: "请联系客服 400-000-0000".into(), en: "Call 400-000-0000".into() };
    outbox.set_activation(&Activation::Refused { reason: "other_key".into(), words }, 1_790_000_000).unwrap();
    outbox.set_outcome(Ok(1_790_000_000)).unwrap();
    outbox.set_outcome(Err("unreachable")).unwrap();
    let report = json(&shelf.run(&["status", "--json"]));
    let reports = &report["reports"];
    assert_eq!((&reports["waiting"], &reports["lost"]), (&Value::from(2), &Value::from(3)));
    assert_eq!(reports["activation"], "refused");
    assert_eq!(reports["activation_message_en"], "Call 400-000-0000");
    assert_eq!(reports["last_report"], "2026-09-21T14:13:20Z");
    assert_eq!(reports["problem"], "unreachable");
    let chinese = out(&shelf.run(&["status"]));
    for words in ["请联系客服 400-000-0000", "待上报 2 条", "丢失 3 条", "2026-09-21T14:13:20Z", "连不上"]
    {
        assert!(chinese.contains(words), "{words}: {chinese}");
    }
    let english = out(&shelf.run(&["status", "--lang", "en"]));
    for words in ["Call 400-000-0000", "2 waiting", "3 lost", "can't be reached"] {
        assert!(english.contains(words), "{words}: {english}");
    }
    // Unbinding tells the consequence
    assert!(err(&shelf.run(&["unbind"])).contains("重新激活"));
}

#[test]
fn the_man_page_names_every_verb() {
    let page = include_str!("../debian/man/cloud-shelfctl.1").replace('\\', "");
    let shelf = Shelf::new();
    let help = out(&shelf.run(&["--help"]));
    let verbs: Vec<_> = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|verb| !verb.is_empty()))
        .filter(|verb| *verb != "help")
        .collect();
    assert!(verbs.len() > 10, "{help}");
    for verb in verbs {
        assert!(
            page.lines().any(|line| line.strip_prefix(".B ").is_some_and(|line| line.starts_with(verb))),
            "{verb}"
        );
    }
}
