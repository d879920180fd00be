//! The feed served by a real nginx: the requirements of docs/FEED.md on a server, checked by the
//! unit's client and by the bytes on the wire.

use cloud_shelf_core::{
    clock::{Clock, SystemClock},
    domain::{DeviceId, StoreId},
    feed::{FeedAddress, ObjectRef, Subject, read_catalog, verify_pointer},
    transport::{DownloadOptions, FeedClient, FileResponse, Route},
};
use rustix::{
    io::{FdFlags, fcntl_setfd},
    process::{Pid, Signal, kill_process},
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    os::fd::AsRawFd,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::Arc,
};
use tempfile::TempDir;

const ITEMS: usize = 300;

/// A published feed and its server.
struct Site {
    dir: TempDir,
    address: String,
    port: u16,
    nginx: Option<Child>,
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(mut nginx) = self.nginx.take() {
            // By a signal that it passes on to its worker
            let _ = kill_process(Pid::from_child(&nginx), Signal::TERM);
            let _ = nginx.wait();
        }
        if std::thread::panicking() {
            eprintln!("{}", fs::read_to_string(self.dir.path().join("nginx.log")).unwrap_or_default());
        }
    }
}

impl Site {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut site = Self { dir: tempfile::tempdir().unwrap(), address: String::new(), port, nginx: None };
        let rows: String = (0..ITEMS)
            .map(|n| {
                format!(
                    "有机奶粉 {n} 段,https://detail.tmall.com/item.htm?id={},199,a.jpg\n",
                    600_000_000 + n
                )
            })
            .collect();
        site.table(&rows);
        let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/images/quarter-chroma.jpg");
        fs::copy(picture, site.dir.path().join("a.jpg")).unwrap();
        site.ctl(&["feed", "init", "feed", "--url", &format!("http://127.0.0.1:{port}"), "--json"]);
        let added = site.ctl(&["feed", "add-shelf", "feed", "184454101", "8F6A77C73E", "--json"]);
        site.address = json(&added)["address"].as_str().unwrap().to_owned();
        site.ctl(&["feed", "publish", "feed", "t.csv", "--brand", "启赋"]);
        site.start(listener);
        site
    }

    fn table(&self, rows: &str) {
        fs::write(self.dir.path().join("t.csv"), format!("商品,链接,价格,图片\n{rows}")).unwrap();
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cloud-shelfctl"));
        command.env_clear().env("CLOUD_SHELF_CONFIG", self.dir.path().join("settings.toml"));
        command.args(args).current_dir(self.dir.path()).stdin(Stdio::null()).output().unwrap()
    }

    fn ctl(&self, args: &[&str]) -> Output {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {output:?}");
        output
    }

    /// Starts nginx with a listening socket, inherited as from a previous instance: no waiting, and
    /// no other process can get the port.
    fn start(&mut self, listener: TcpListener) {
        listener.set_nonblocking(true).unwrap();
        fcntl_setfd(&listener, FdFlags::empty()).unwrap();
        let at = |name: &str| self.dir.path().join(name).display().to_string();
        let locations = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/feed.nginx.conf");
        let places: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {};\n", at(name)))
            .concat();
        // If root runs the tests, the worker must be root to read the directory; otherwise that
        // line is ignored
        let conf = format!(
            "daemon off; user root; pid {}; error_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{places}\
             server {{ listen 127.0.0.1:{}; root {}; include {}; }}\n}}\n",
            at("nginx.pid"),
            self.port,
            at("feed/public"),
            locations.display(),
        );
        fs::write(self.dir.path().join("nginx.conf"), conf).unwrap();
        let nginx = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"]
            .iter()
            .find(|path| Path::new(path).exists());
        let nginx = nginx.expect("nginx is missing: run script/setup");
        let log = fs::File::create(self.dir.path().join("nginx.log")).unwrap();
        let child = Command::new(nginx)
            .env("NGINX", format!("{};", listener.as_raw_fd()))
            .args(["-c", &at("nginx.conf"), "-e", "stderr", "-p", &at("")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        self.nginx = Some(child);
    }

    fn pointer_path(&self) -> PathBuf {
        self.dir.path().join("feed/public/v1/shelves/184454101/8F6A77C73E.jws")
    }

    /// Returns the objects in the tree, smallest first.
    fn objects(&self) -> Vec<ObjectRef> {
        let entries = fs::read_dir(self.dir.path().join("feed/public/v1/objects")).unwrap();
        let mut found: Vec<_> =
            entries.map(|entry| ObjectRef::for_bytes(&fs::read(entry.unwrap().path()).unwrap())).collect();
        found.sort_by_key(|object| object.size);
        found
    }

    /// Returns status, headers and body of a response, as on the wire.
    fn get(&self, path: &str, head: &str) -> (u16, BTreeMap<String, String>, Vec<u8>) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(stream, "GET /{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{head}\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let text = String::from_utf8(answer[..end].to_vec()).unwrap();
        let mut lines = text.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let fields = lines.map(|line| line.split_once(": ").unwrap());
        let fields = fields.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        (status, fields, answer[end + 4..].to_vec())
    }
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn subject() -> Subject {
    Subject::new(StoreId::parse("184454101").unwrap(), DeviceId::parse("8F6A77C73E").unwrap()).unwrap()
}

#[test]
fn a_shelfs_client_finds_all_that_the_specification_asks_for() {
    let site = Site::new();
    let address: FeedAddress = site.address.parse().unwrap();
    let route = Route { allow_private_feed: true, ..Route::default() };
    let client = FeedClient::new(address.base(), &route, Arc::new(SystemClock)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ask = |etag: Option<&str>| {
        runtime.block_on(client.fetch_file(&address.pointer_url(&subject()), etag, 16 << 10, false)).unwrap()
    };
    let FileResponse::Modified { bytes, etag } = ask(None) else { panic!("no pointer") };
    let pointer = verify_pointer(&bytes, address.keys(), &subject(), SystemClock.now(), 0).unwrap();
    let etag = etag.expect("an ETag");
    let before = client.received_bytes();
    assert_eq!(ask(Some(&etag)), FileResponse::NotModified);
    assert_eq!(client.received_bytes(), before, "an unchanged poll has no body");
    // Publishing again without changes keeps the ETag
    site.ctl(&["feed", "publish", "feed", "t.csv"]);
    assert_eq!(ask(Some(&etag)), FileResponse::NotModified);
    site.table("有机奶粉,https://detail.tmall.com/item.htm?id=600000001,199,a.jpg\n");
    site.ctl(&["feed", "publish", "feed", "t.csv"]);
    assert!(matches!(ask(Some(&etag)), FileResponse::Modified { .. }));

    // The old catalog stays available during a grace period, and a cut download resumes
    let object = pointer.catalog;
    let whole = fs::read(site.dir.path().join("feed/public").join(object.path())).unwrap();
    assert_eq!(read_catalog(&whole, &object).unwrap().items().len(), ITEMS);
    let place = site.dir.path().join("part");
    fs::write(&place, &whole[..1000]).unwrap();
    let url = address.object_url(&object);
    let came =
        runtime.block_on(client.fetch_object(&url, object.size, &place, DownloadOptions::default())).unwrap();
    assert_eq!(came.resumed_at, 1000);
    assert_eq!(fs::read(&place).unwrap(), whole);
    // Text is compressed
    let before = client.received_bytes();
    let manner = DownloadOptions { text: true, ..DownloadOptions::default() };
    runtime.block_on(client.fetch_object(&url, object.size, &site.dir.path().join("text"), manner)).unwrap();
    let sent = client.received_bytes() - before;
    assert!(sent * 3 < object.size, "{sent} of {} bytes were sent", object.size);
}

#[test]
fn the_answers_have_the_fields_of_the_specification() {
    let site = Site::new();
    let pointer = subject().path();
    let (status, fields, body) = site.get(&pointer, "");
    assert_eq!((status, body), (200, fs::read(site.pointer_path()).unwrap()));
    assert_eq!(
        (fields["content-type"].as_str(), fields["cache-control"].as_str()),
        ("application/jose", "no-cache")
    );
    let (status, _, body) = site.get(&pointer, &format!("If-None-Match: {}\r\n", fields["etag"]));
    assert_eq!((status, body.len()), (304, 0));
    assert_eq!(site.get("v1/shelves/184454101/0000000000.jws", "").0, 404);

    let [picture, catalog] = site.objects()[..] else { panic!("not two objects") };
    let whole = fs::read(site.dir.path().join("feed/public").join(catalog.path())).unwrap();
    let (status, fields, body) = site.get(&catalog.path(), "Range: bytes=1000-1999\r\n");
    assert_eq!((status, body), (206, whole[1000..2000].to_vec()));
    assert_eq!(fields["content-range"], format!("bytes 1000-1999/{}", catalog.size));
    assert_eq!(fields["cache-control"], "public, max-age=31536000, immutable");
    let (status, fields, body) = site.get(&catalog.path(), "Accept-Encoding: gzip\r\n");
    assert_eq!((status, fields["content-encoding"].as_str()), (200, "gzip"));
    assert!(body.len() * 3 < whole.len());
    let (status, fields, _) = site.get(&picture.path(), "");
    assert_eq!((status, fields.get("content-encoding")), (200, None));
    assert_eq!(fields["content-type"], "application/octet-stream");
    // Only the tree is served
    for path in ["feed.json", "last.jws", "keys/", "../feed.json", "%2e%2e/feed.json", "v1/../../keys/"] {
        let status = site.get(path, "").0;
        assert!(status == 400 || status == 403 || status == 404, "{path}: {status}");
    }
}

#[test]
fn the_command_verifies_what_is_served() {
    let site = Site::new();
    let verify = |more: &[&str]| {
        let base =
            ["feed", "verify", &site.address, "--allow-private-addresses", "--json", "--store", "184454101"];
        site.run(&[&base[..], more].concat())
    };
    let output = verify(&["--device", "8F6A77C73E"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let report = json(&output);
    assert_eq!(
        (&report["ok"], &report["pointers"], &report["items"]),
        (&true.into(), &1.into(), &ITEMS.into())
    );
    let output = verify(&["--device", "0000000000"]);
    assert_eq!((output.status.code(), &json(&output)["ok"]), (Some(4), &false.into()));
    // Change a byte of the picture on the server's disk
    let picture = site.dir.path().join("feed/public").join(site.objects()[0].path());
    let mut bytes = fs::read(&picture).unwrap();
    bytes[9] ^= 1;
    fs::write(&picture, bytes).unwrap();
    let output = verify(&["--device", "8F6A77C73E"]);
    assert_eq!(output.status.code(), Some(5));
    assert_eq!(json(&output)["problems"][0]["problem"], "wrong_hash");
    let mut other = site.address.clone();
    other.replace_range(other.len() - 43.., "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    let base = ["feed", "verify", &other, "--allow-private-addresses", "--json", "--store", "184454101"];
    let output = site.run(&[&base[..], &["--device", "8F6A77C73E"]].concat());
    assert_eq!(
        (output.status.code(), &json(&output)["problems"][0]["problem"]),
        (Some(5), &"unknown_key".into())
    );
    let gone = site.address.replace(&format!(":{}", site.port), ":9");
    let base = ["feed", "verify", &gone, "--allow-private-addresses", "--store", "184454101"];
    assert_eq!(site.run(&[&base[..], &["--device", "8F6A77C73E"]].concat()).status.code(), Some(4));
}
