//! The control socket with hostile users: whatever they do, root gets its replies. Only root can act as
//! several users; for anybody else the tests are skipped.

use crate::serving::while_serving;
use cloud_shelf::control::{Handler, Reply, Request, request, serve};
use std::{
    fs::{self, Permissions},
    io::{Read, Write},
    os::unix::{
        fs::{PermissionsExt, chown},
        net::UnixStream,
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

/// Group that may use the kiosk's socket, and users in it; the numbers are unused.
const GROUP: u32 = 4242;
const HOSTILE: [u32; 3] = [5551, 5552, 5553];
/// Tells a second process of this test program which part to play.
const PART: &str = "CLOUD_SHELF_TEST_PART";
const CONNECTIONS: usize = 1_000;

struct Kiosk;

impl Handler for Kiosk {
    async fn handle(&self, request: Request) -> Reply {
        match request {
            // More than a socket buffers, so that a client which does not read blocks the reply
            Request::Screenshot => Reply::Refused { zh: "图".repeat(1 << 20), en: String::new() },
            // As long as a stuck screen
            Request::Sync => {
                tokio::time::sleep(Duration::from_secs(5)).await;
                Reply::Done
            }
            _ => Reply::Done,
        }
    }
}

fn with_kiosk(test: impl FnOnce(&Path)) {
    if !rustix::process::geteuid().is_root() {
        return eprintln!("skipped: only root can be several users");
    }
    let root = tempfile::tempdir().unwrap();
    let state = root.path().join("state");
    fs::create_dir(&state).unwrap();
    chown(&state, None, Some(GROUP)).unwrap();
    fs::set_permissions(root.path(), Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&state, Permissions::from_mode(0o2750)).unwrap();
    let socket = state.join("control.sock");
    let path = socket.clone();
    while_serving(async move { serve(&path, Arc::new(Kiosk)).await }, || test(&socket));
}

/// A process of another user that plays a part and reports when it is under way.
struct User(Child);

impl User {
    fn start(uid: u32, part: &str, socket: &Path) -> Self {
        let mut child = Command::new(program())
            .args(["--exact", "control_users::another_users_part", "--nocapture"])
            .env(PART, format!("{part} {}", socket.display()))
            .uid(uid)
            .gid(GROUP)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut said, mut byte) = (Vec::new(), [0]);
        let out = child.stdout.as_mut().unwrap();
        while !said.ends_with(b"under way\n") {
            assert_eq!(out.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&said));
            said.push(byte[0]);
        }
        Self(child)
    }
}

impl Drop for User {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Copies this program to where every user may run it.
fn program() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let copy = std::env::temp_dir().join(format!("cloud-shelf-control-users-{}", std::process::id()));
    if !copy.exists() {
        fs::copy(own, &copy).unwrap();
        fs::set_permissions(&copy, Permissions::from_mode(0o755)).unwrap();
    }
    copy
}

/// Run as another user by the tests below; alone it does nothing.
#[test]
fn another_users_part() {
    let Ok(part) = std::env::var(PART) else { return };
    let (part, socket) = part.split_once(' ').unwrap();
    let connect = || UnixStream::connect(socket);
    let mut kept = Vec::new();
    let mut out = std::io::stdout();
    match part {
        // Opens as many connections as possible and sends nothing
        "idle" => {
            kept.extend((0..CONNECTIONS).filter_map(|_| connect().ok()));
            assert!(kept.len() > CONNECTIONS / 2, "{}", kept.len());
        }
        // Requests a lot and reads nothing
        "deaf" => {
            for _ in 0..CONNECTIONS {
                if let Ok(mut stream) = connect() {
                    let _ = stream.write_all(b"{\"request\":\"screenshot\"}\n");
                    kept.push(stream);
                }
            }
        }
        // Keeps the kiosk busy as long as possible
        "busy" => {
            for _ in 0..CONNECTIONS {
                if let Ok(mut stream) = connect() {
                    let _ = stream.write_all(b"{\"request\":\"sync\"}\n");
                    kept.push(stream);
                }
            }
        }
        // Reconnects again and again
        "storm" => {
            out.write_all(b"under way\n").unwrap();
            out.flush().unwrap();
            loop {
                if let Ok(stream) = connect() {
                    kept.push(stream);
                }
                if kept.len() > 100 {
                    kept.clear();
                }
            }
        }
        other => panic!("{other}"),
    }
    out.write_all(b"under way\n").unwrap();
    out.flush().unwrap();
    // Until the parent is gone
    let _ = std::io::stdin().read(&mut [0]);
}

#[test]
fn root_is_answered_whatever_other_users_do() {
    with_kiosk(|socket| {
        for part in ["idle", "deaf", "busy", "storm"] {
            let users: Vec<User> = HOSTILE.iter().map(|uid| User::start(*uid, part, socket)).collect();
            for _ in 0..20 {
                assert_eq!(request(socket, &Request::Status).unwrap(), Reply::Done, "{part}");
            }
            drop(users);
        }
        let _ = fs::remove_file(program());
    });
}

#[test]
fn whoever_may_not_look_into_the_state_is_not_heard() {
    with_kiosk(|socket| {
        let output = Command::new("cat").arg(socket.parent().unwrap()).uid(9999).gid(9999).output().unwrap();
        assert!(String::from_utf8_lossy(&output.stderr).contains("Permission denied"), "{output:?}");
        let mode = fs::metadata(socket).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o660);
    });
}
