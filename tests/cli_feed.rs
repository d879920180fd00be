//! The operator's commands, in directories of their own.

use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::PathBuf,
    process::{Command, Output, Stdio},
    thread,
};
use tempfile::TempDir;

const TABLE: &str = "商品,链接,图片\n\
    奶粉,https://detail.tmall.com/item.htm?id=567812345678,奶粉.jpg\n\
    米粉,https://detail.tmall.com/item.htm?id=567812345679,\n";

struct Desk {
    dir: TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { dir: tempfile::tempdir().unwrap() };
        desk.write("t.csv", TABLE);
        let picture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/images/quarter-chroma.jpg");
        fs::copy(picture, desk.path("奶粉.jpg")).unwrap();
        desk
    }

    /// Creates a desk with a feed for one shelf.
    fn with_feed() -> Self {
        let desk = Self::new();
        desk.good(&["init", "f", "--url", "https://cdn.example.com/shelves"]);
        desk.good(&["add-shelf", "f", "184454101", "8F6A77C73E"]);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cloud-shelfctl"));
        command.env_clear().env("LANG", "zh_CN.UTF-8").arg("feed").args(args);
        command.current_dir(self.dir.path()).stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    #[track_caller]
    fn good(&self, args: &[&str]) -> Value {
        let output = self.run(&[args, &["--json"]].concat());
        assert_eq!(output.status.code(), Some(0), "{args:?}: {output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Returns the exit code and the problem's code.
    #[track_caller]
    fn bad(&self, args: &[&str]) -> (i32, String) {
        let output = self.run(&[args, &["--json"]].concat());
        assert!(!output.stderr.is_empty(), "{args:?}: stderr must explain the failure");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (output.status.code().unwrap(), report["problem"].as_str().unwrap_or_default().to_owned())
    }
}

#[test]
fn from_nothing_to_a_published_shelf() {
    let desk = Desk::new();
    let made = desk.good(&["init", "f", "--url", "https://cdn.example.com/shelves/"]);
    let key = made["key"].as_str().unwrap();
    let address = format!("https://cdn.example.com/shelves#k={key}");
    assert_eq!((made["address"].as_str(), key.len()), (Some(&*address), 43));
    let added = desk.good(&["add-shelf", "f", "184454101", "8f6a77c73e"]);
    assert_eq!(added["address"], address);
    assert_eq!(
        (&added["shelves"][0]["device_id"], &added["shelves"][0]["added"]),
        (&"8F6A77C73E".into(), &true.into())
    );
    assert_eq!(added["pointers_written"], 0);
    let bind = |feed: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cloud-shelfctl"));
        command.env_clear().current_dir(desk.dir.path()).args(["--state", "unit", "--json", "bind"]);
        command.args(["启赋品牌，门店id：184454101，设备id:8F6A77C73E", "--feed", feed]).output().unwrap()
    };
    let bound: Value = serde_json::from_slice(&bind(&address).stdout).unwrap();
    assert_eq!(bound["feed"], address, "bind must accept the printed address");
    assert_eq!(bind(&address[..address.len() - 1]).status.code(), Some(2), "a truncated key");

    let published = desk.good(&["publish", "f", "t.csv", "--brand", "启赋", "--primary", "#1F6F8B"]);
    for (name, value) in [
        ("version", 1),
        ("shelves", 1),
        ("pointers_written", 1),
        ("objects_written", 2),
        ("items", 2),
        ("pictures", 1),
    ] {
        assert_eq!(published[name], value, "{name}: {published}");
    }
    assert!(desk.path("f/public/v1/shelves/184454101/8F6A77C73E.jws").exists());
    let again = desk.good(&["publish", "f", "t.csv"]);
    assert_eq!(
        (&again["changed"], &again["pointers_written"], &again["version"]),
        (&false.into(), &0.into(), &1.into())
    );
    assert_eq!(desk.good(&["publish", "f"])["pointers_written"], 0);

    let checked = desk.good(&["verify", "f"]);
    assert_eq!(
        (&checked["ok"], &checked["items"], &checked["pictures"]),
        (&true.into(), &2.into(), &1.into())
    );
    let bundle = desk.good(&["bundle", "f", "184454101", "8F6A77C73E", "out.tar"]);
    assert_eq!(
        (&bundle["files"], bundle["bytes"].as_u64()),
        (&3.into(), Some(desk.path("out.tar").metadata().unwrap().len()))
    );
    let piped = desk.run(&["bundle", "f", "184454101", "8F6A77C73E", "-"]);
    assert_eq!(piped.stdout, fs::read(desk.path("out.tar")).unwrap());
    assert_eq!(desk.good(&["keys", "show", "f"])["key"], *key);

    let text = desk.run(&["publish", "f", "t.csv", "--lang", "en"]);
    assert!(String::from_utf8(text.stdout).unwrap().contains("Nothing has changed (version 1)"));
    let text = desk.run(&["verify", "f"]);
    assert!(String::from_utf8(text.stdout).unwrap().contains("1 台货架、2 个商品、1 张图片完好，0 个问题"));
}

#[test]
fn settings_go_with_a_publication_or_stop_it() {
    let desk = Desk::with_feed();
    desk.write("s.json", r#"{"idle_s":60,"languages":["zh","en"],"hours":{"week":{"mon":["09:00-21:00"]}}}"#);
    desk.good(&["publish", "f", "t.csv", "--brand", "启赋", "--settings", "s.json"]);
    for (text, name) in [
        ("{\"idle_s\":0}", "idle_s"),
        ("[]", "object"),
        ("{\"idle_s\":1,\"idle_s\":2}", "twice"),
        ("", "EOF"),
        (r#"{"hours":{"weeks":{}}}"#, "weeks"),
        (r#"{"hours":{"week":{"mon":["9-21"]}}}"#, "09:00-21:00"),
        (r#"{"hours":{"week":{"monday":[]}}}"#, "Write: mon"),
        (r#"{"hours":{"week":{},"dates":{"2027-2-16":[]}}}"#, "2027-02-16"),
        (r#"{"hours":{"week":{},"zone":"Asia/Peking"}}"#, "Asia/Shanghai"),
    ] {
        desk.write("s.json", text);
        let output = desk.run(&["publish", "f", "t.csv", "--settings", "s.json", "--lang", "en"]);
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && told.contains(name), "{text}: {told}");
    }
    assert_eq!(desk.good(&["publish", "f", "t.csv"])["version"], 1);
}

#[test]
fn an_address_is_verified_by_the_way_that_is_set() {
    let desk = Desk::with_feed();
    let key = desk.good(&["keys", "show", "f"])["key"].as_str().unwrap().to_owned();
    let address = format!("https://feed.example.com/shelves#k={key}");
    let codes = ["--store", "184454101", "--device", "8F6A77C73E", "--config", "s.toml"];
    let verify = [&["verify", &address], &codes[..]].concat();

    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    desk.write("s.toml", &format!("[network]\nproxy = \"http://{}\"\n", proxy.local_addr().unwrap()));
    let asked = thread::spawn(move || {
        let (mut stream, _) = proxy.accept().unwrap();
        let mut line = String::new();
        BufReader::new(&stream).read_line(&mut line).unwrap();
        stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n").unwrap();
        line
    });
    let output = desk.run(&verify);
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    assert_eq!(asked.join().unwrap(), "CONNECT feed.example.com:443 HTTP/1.1\r\n");

    desk.write("s.toml", "[network]\nca_file = \"none.pem\"\n");
    assert_eq!(desk.bad(&verify), (2, "bad_config".into()));
    desk.write("s.toml", "[network]\npoll_s = 1\n");
    assert_eq!(desk.bad(&verify), (2, "bad_config".into()));
    // A directory is checked without a network
    desk.good(&["publish", "f", "t.csv", "--brand", "启赋"]);
    assert_eq!(desk.good(&["verify", "f", "--config", "s.toml"])["ok"], true);
}

#[test]
fn many_shelves_come_as_the_brand_sent_them() {
    let desk = Desk::with_feed();
    let lines: String =
        (0..50).map(|n| format!("启赋品牌，门店id：{}，设备id:{n:010X}\n", 184_454_000 + n)).collect();
    let piped = |text: &str| {
        let mut command = desk.command(&["add-shelf", "f", "--lines", "-", "--json"]);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code().unwrap(), serde_json::from_slice::<Value>(&output.stdout).unwrap())
    };
    let (code, report) = piped(&lines);
    assert_eq!((code, report["shelves"].as_array().unwrap().len()), (0, 50));
    let (code, report) = piped(&format!("{lines}xx品牌，门店id：xxx，设备id:xxx\n"));
    // That line has the form's placeholders for brand, store and device
    assert_eq!((code, report["problems"].as_array().unwrap().len()), (7, 3));
    assert_eq!(report["shelves"][0]["added"], false);
    assert_eq!(piped("你好").0, 1);
    assert_eq!(desk.good(&["publish", "f", "t.csv", "--brand", "启赋"])["pointers_written"], 51);
}

#[test]
fn the_key_is_changed_in_two_steps() {
    let desk = Desk::with_feed();
    desk.good(&["publish", "f", "t.csv", "--brand", "启赋"]);
    let old = desk.good(&["keys", "show", "f"])["kid"].clone();
    let announced = desk.good(&["keys", "rotate", "f"]);
    assert_eq!(
        (&announced["step"], &announced["kid"], &announced["pointers_written"]),
        (&"announced".into(), &old, &1.into())
    );
    assert!(announced["finish_from"].as_str().unwrap().ends_with('Z'));
    assert_eq!(desk.bad(&["keys", "rotate", "f"]), (1, "announced".into()));
    assert_eq!(desk.bad(&["keys", "rotate", "f", "--finish"]), (1, "too_soon".into()));
    let finished = desk.good(&["keys", "rotate", "f", "--finish", "--force"]);
    assert_eq!((&finished["step"], &finished["kid"]), (&"finished".into(), &announced["next_kid"]));
    assert_eq!(desk.good(&["verify", "f"])["ok"], true);
}

#[test]
fn each_failure_says_what_to_do_and_has_its_exit_code() {
    let desk = Desk::with_feed();
    assert_eq!(desk.bad(&["init", "f"]), (1, "feed_there".into()));
    assert_eq!(desk.bad(&["init", "g", "--url", "ftp://a/"]), (2, "bad_feed".into()));
    assert_eq!(desk.bad(&["publish", "none", "t.csv", "--brand", "启赋"]), (2, "no_feed".into()));
    assert_eq!(desk.bad(&["publish", "f", "t.csv"]), (2, "no_brand".into()));
    assert_eq!(desk.bad(&["publish", "f"]), (1, "nothing_published".into()));
    assert_eq!(desk.bad(&["publish", "f", "none.csv", "--brand", "启赋"]), (1, "source_unreadable".into()));
    desk.write("page.csv", "<!DOCTYPE html><html></html>");
    assert_eq!(desk.bad(&["publish", "f", "page.csv", "--brand", "启赋"]), (5, "web_page".into()));
    desk.write("bad.csv", "商品,链接\n奶粉,https://example.com/\n");
    assert_eq!(desk.bad(&["publish", "f", "bad.csv", "--brand", "启赋"]), (1, "no_items".into()));
    assert_eq!(desk.bad(&["publish", "f", "t.csv", "--brand", " "]), (5, "unsound".into()));
    assert_eq!(
        desk.bad(&["publish", "f", "t.csv", "--brand", "启赋", "--logo", "t.csv"]),
        (1, "not_a_picture".into())
    );
    assert_eq!(desk.bad(&["add-shelf", "f", "", "8F6A77C73E"]).0, 2);
    assert_eq!(desk.bad(&["add-shelf", "f", "..", "8F6A77C73E"]), (2, "bad_shelf".into()));
    assert_eq!(desk.bad(&["add-shelf", "f", "1/2", "8F6A77C73E"]), (2, "bad_shelf".into()));
    assert_eq!(desk.bad(&["add-shelf", "f"]).0, 2);
    assert_eq!(desk.bad(&["add-shelf", "f", "184454101"]).0, 2);
    assert_eq!(desk.bad(&["bundle", "f", "184454101", "0000000000", "o.tar"]), (1, "no_shelf".into()));
    assert_eq!(
        desk.bad(&["bundle", "f", "184454101", "8F6A77C73E", "o.tar"]),
        (1, "nothing_published".into())
    );
    assert!(!desk.path("o.tar").exists() && !desk.path("o.tar.new").exists());
    assert_eq!(desk.bad(&["verify", "https://cdn.example.com/"]), (2, "bad_shelf".into()));
    let codes = ["--store", "184454101", "--device", "8F6A77C73E"];
    assert_eq!(
        desk.bad(&[&["verify", "https://cdn.example.com/"], &codes[..]].concat()),
        (2, "bad_feed".into())
    );
    assert_eq!(desk.bad(&["keys", "rotate", "f", "--finish"]), (1, "not_announced".into()));

    // A bad row costs only itself
    desk.write("some.csv", &format!("{TABLE}面条,https://example.com/,\n"));
    let output = desk.run(&["publish", "f", "some.csv", "--brand", "启赋", "--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), &report["items"], &report["left_out"]),
        (Some(7), &2.into(), &1.into())
    );
    fs::remove_dir_all(desk.path("f/public/v1/shelves")).unwrap();
    let output = desk.run(&["verify", "f", "--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &report["problems"][0]["problem"]), (Some(5), &"missing".into()));
    assert_eq!(desk.good(&["publish", "f"])["pointers_written"], 1);
}
