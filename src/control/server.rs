//! The kiosk's end of the control socket.

use super::{
    MAX_LINE, Reply, Request,
    seats::{Admission, Seat, Seats},
};
use cloud_shelf_core::plain_file;
use std::{
    collections::HashMap,
    fs::{self, Permissions},
    future::Future,
    io,
    os::{fd::AsRawFd, unix::fs::PermissionsExt},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::AbortHandle,
    time::{Duration, sleep, timeout},
};

/// Timeout for a client that sends nothing or does not read its reply.
const PATIENCE: Duration = Duration::from_secs(10);
/// Upper bound on the length of a connection. A command sends one request and leaves.
const LONGEST: Duration = Duration::from_secs(60);
/// Upper bound on open connections, including those that are about to be closed.
const MOST_OPEN: usize = 64;
/// Pause after a connection could not be accepted.
const PAUSE: Duration = Duration::from_millis(200);

/// Carries out the requests of clients.
pub trait Handler: Send + Sync + 'static {
    fn handle(&self, request: Request) -> impl Future<Output = Reply> + Send;
}

/// Serves the socket for as long as the future is polled. Replaces a socket left behind by a dead process:
/// the caller holds the lock that makes this the only kiosk.
pub async fn serve<H: Handler>(socket: &Path, handler: Arc<H>) -> io::Result<()> {
    let listener = bind(socket)?;
    let room = Room::new();
    let open = Arc::new(Semaphore::new(MOST_OPEN));
    loop {
        // A connection that lost its seat stays open until the runtime has dropped its task
        let Ok(permit) = open.clone().acquire_owned().await else { return Ok(()) };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            // The client has left, or no file descriptor is free: keep accepting
            Err(error) => {
                tracing::warn!(%error, "a control connection could not be accepted");
                sleep(PAUSE).await;
                continue;
            }
        };
        room.receive(stream, handler.clone(), permit);
    }
}

/// The open connections. A new client is never queued: it gets a seat, if need be that of an idle connection,
/// or is refused.
#[derive(Clone)]
struct Room(Arc<Mutex<Table>>);

struct Table {
    seats: Seats,
    conversations: HashMap<Seat, AbortHandle>,
}

impl Room {
    fn new() -> Self {
        let seats = Seats::new(rustix::process::geteuid().as_raw());
        Self(Arc::new(Mutex::new(Table { seats, conversations: HashMap::new() })))
    }

    fn receive<H: Handler>(&self, stream: UnixStream, handler: Arc<H>, permit: OwnedSemaphorePermit) {
        let uid = match stream.peer_cred() {
            Ok(peer) => peer.uid(),
            // The client has left
            Err(error) => return tracing::debug!(%error, "a control client has no credentials"),
        };
        let mut table = self.table();
        let seat = match table.seats.admit(uid, Instant::now()) {
            Admission::Free(seat) => seat,
            Admission::InPlaceOf { seat, gone } => {
                if let Some(conversation) = table.conversations.remove(&gone) {
                    conversation.abort();
                }
                seat
            }
            Admission::Full => {
                tracing::warn!(uid, "a user has too many busy control connections; one was refused");
                return send_away(&stream);
            }
        };
        let chair = Chair { room: self.clone(), seat };
        let conversation = tokio::spawn(async move {
            let _permit = permit;
            match timeout(LONGEST, converse(stream, &*handler, &chair)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::debug!(%error, "a control connection failed"),
                Err(_) => tracing::debug!(uid, "a control connection exceeded its time limit"),
            }
        });
        table.conversations.insert(seat, conversation.abort_handle());
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends a refusal without waiting for the client.
fn send_away(stream: &UnixStream) {
    let reply = Reply::Refused {
        zh: "同一用户的控制连接太多，请稍后再试。".into(),
        en: "This user has too many connections to the kiosk. Try again in a moment.".into(),
    };
    // A client that can't receive it at once gets no reply
    let _ = reply.line().map(|line| stream.try_write(&line));
}

/// A held seat; released on drop, however the connection ends.
struct Chair {
    room: Room,
    seat: Seat,
}

impl Chair {
    /// Marks the connection as idle: another client may take its seat.
    fn idle(&self) {
        self.room.table().seats.set_idle(self.seat, Some(Instant::now()));
    }

    fn busy(&self) {
        self.room.table().seats.set_idle(self.seat, None);
    }
}

impl Drop for Chair {
    fn drop(&mut self) {
        let mut table = self.room.table();
        table.seats.leave(self.seat);
        table.conversations.remove(&self.seat);
    }
}

fn bind(socket: &Path) -> io::Result<UnixListener> {
    let missing = || io::Error::other("the control socket has no directory");
    let parent = socket.parent().ok_or_else(missing)?;
    let name = socket.file_name().ok_or_else(missing)?;
    let directory = fs::File::open(parent)?;
    // Through a directory descriptor, since a socket's path is limited to 108 bytes
    let short = Path::new("/proc/self/fd").join(directory.as_raw_fd().to_string()).join(name);
    match fs::remove_file(&short) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&short)?;
    // Changes the mode of the socket just created, not of a symbolic link put in its place
    let handle = plain_file::open_socket(socket)?;
    let own = Path::new("/proc/self/fd").join(handle.as_raw_fd().to_string());
    fs::set_permissions(own, Permissions::from_mode(0o660))?;
    Ok(listener)
}

async fn converse<H: Handler>(stream: UnixStream, handler: &H, chair: &Chair) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read);
    loop {
        let mut line = Vec::new();
        let mut capped = (&mut lines).take(MAX_LINE as u64);
        match timeout(PATIENCE, capped.read_until(b'\n', &mut line)).await {
            Ok(Ok(read)) if read > 0 => {}
            Ok(Err(error)) => return Err(error),
            _ => return Ok(()),
        }
        let whole = line.last() == Some(&b'\n');
        chair.busy();
        let reply = match Request::read(&line) {
            Ok(request) => handler.handle(request).await,
            Err(refusal) => refusal,
        };
        chair.idle();
        let answer = reply.line().map_err(io::Error::other)?;
        timeout(PATIENCE, write.write_all(&answer)).await??;
        if !whole {
            return Ok(());
        }
    }
}

#[cfg(test)]
#[path = "../../tests/support/serving.rs"]
mod serving;

#[cfg(test)]
mod tests {
    use super::super::{PageName, Show, request};
    use super::serving::while_serving;
    use super::*;
    use std::io::{BufRead, Write};

    struct Echo;

    impl Handler for Echo {
        async fn handle(&self, request: Request) -> Reply {
            match request {
                Request::Show { page: Show::Item { item_id } } => {
                    Reply::Refused { zh: item_id.clone(), en: item_id }
                }
                _ => Reply::Done,
            }
        }
    }

    /// Starts a server on a socket whose directory's path alone exceeds the limit for socket paths.
    fn with_server(test: impl FnOnce(&Path)) {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("x".repeat(120));
        std::fs::create_dir(&deep).unwrap();
        let socket = deep.join("control.sock");
        std::fs::write(&socket, "left behind").unwrap();
        let path = socket.clone();
        while_serving(async move { serve(&path, Arc::new(Echo)).await }, || test(&socket));
    }

    #[test]
    fn a_request_gets_its_answer() {
        with_server(|socket| {
            assert_eq!(request(socket, &Request::Status).unwrap(), Reply::Done);
            let item = Request::Show { page: Show::Item { item_id: "5678".into() } };
            assert!(matches!(request(socket, &item).unwrap(), Reply::Refused { zh, .. } if zh == "5678"));
        });
    }

    fn connect(socket: &Path) -> std::os::unix::net::UnixStream {
        let directory = std::fs::File::open(socket.parent().unwrap()).unwrap();
        let path = format!("/proc/self/fd/{}/control.sock", directory.as_raw_fd());
        std::os::unix::net::UnixStream::connect(path).unwrap()
    }

    #[test]
    fn who_says_nothing_makes_room_for_who_asks() {
        with_server(|socket| {
            let idle: Vec<_> = (0..400).map(|_| connect(socket)).collect();
            assert_eq!(request(socket, &Request::Status).unwrap(), Reply::Done);
            let mut byte = [0];
            use std::io::Read;
            assert_eq!((&idle[0]).read(&mut byte).unwrap(), 0, "the longest idle connection must be closed");
        });
    }

    #[test]
    fn a_link_in_the_sockets_place_is_replaced_and_never_followed() {
        let root = tempfile::tempdir().unwrap();
        let (target, socket) = (root.path().join("target"), root.path().join("control.sock"));
        let _other = std::os::unix::net::UnixListener::bind(&target).unwrap();
        std::os::unix::fs::symlink(&target, &socket).unwrap();
        let error = request(&socket, &Request::Status).unwrap_err();
        assert!(error.message().en.contains("control.sock is a symbolic link"), "{error}");
        let mode = |path: &Path| fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777;
        let before = mode(&target);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { bind(&socket) }).unwrap();
        assert_eq!((mode(&socket), mode(&target)), (0o660, before));
    }

    #[test]
    fn rubbish_gets_an_error_and_harms_nobody() {
        with_server(|socket| {
            let short = socket.parent().unwrap();
            let directory = std::fs::File::open(short).unwrap();
            let path = format!("/proc/self/fd/{}/control.sock", directory.as_raw_fd());
            for rubbish in
                [&b"hello\n"[..], b"{\"request\":\"reboot\"}\n", b"\xff\xfe\n", &[b'x'; 2 * MAX_LINE]]
            {
                let mut stream = std::os::unix::net::UnixStream::connect(&path).unwrap();
                let _ = stream.write_all(rubbish);
                let mut answer = String::new();
                let _ = std::io::BufReader::new(stream).read_line(&mut answer);
                assert!(answer.is_empty() || answer.contains("refused"), "{answer}");
            }
            assert_eq!(request(socket, &Request::Status).unwrap(), Reply::Done);
        });
    }

    #[test]
    fn messages_have_the_documented_shape() {
        let show =
            serde_json::to_string(&Request::Show { page: Show::Item { item_id: "1".into() } }).unwrap();
        assert_eq!(show, r#"{"request":"show","page":"item","item_id":"1"}"#);
        assert_eq!(serde_json::to_string(&PageName::Attract).unwrap(), r#""attract""#);
    }
}
