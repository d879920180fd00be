//! The kiosk's end of the control socket.

use super::{MAX_LINE, Reply, Request};
use std::{future::Future, os::fd::AsRawFd, path::Path, sync::Arc};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    sync::Semaphore,
    time::{Duration, sleep, timeout},
};

/// Conversations at a time; more wait.
const MAX_CLIENTS: usize = 8;
/// A client that says nothing for this long is let go.
const PATIENCE: Duration = Duration::from_secs(10);

/// After a client could not be let in.
const PAUSE: Duration = Duration::from_millis(200);

/// Carries out what a client asks.
pub trait Handler: Send + Sync + 'static {
    fn handle(&self, request: Request) -> impl Future<Output = Reply> + Send;
}

/// Listens on the socket for as long as the future is polled. A socket left behind by a process
/// that is gone is replaced: the caller holds the lock that makes this the only kiosk.
pub async fn serve<H: Handler>(socket: &Path, handler: Arc<H>) -> std::io::Result<()> {
    let listener = bind(socket)?;
    let places = Arc::new(Semaphore::new(MAX_CLIENTS));
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            // A client that is gone already, or no descriptor free: the next one may fare better
            Err(error) => {
                tracing::warn!(%error, "a control client could not be heard");
                sleep(PAUSE).await;
                continue;
            }
        };
        let Ok(place) = places.clone().acquire_owned().await else { return Ok(()) };
        let handler = handler.clone();
        tokio::spawn(async move {
            let _place = place;
            if let Err(error) = converse(stream, &*handler).await {
                tracing::debug!(%error, "a control client went away");
            }
        });
    }
}

fn bind(socket: &Path) -> std::io::Result<UnixListener> {
    use std::os::unix::fs::PermissionsExt;
    let missing = || std::io::Error::other("the control socket has no directory");
    let parent = socket.parent().ok_or_else(missing)?;
    let name = socket.file_name().ok_or_else(missing)?;
    let directory = std::fs::File::open(parent)?;
    // By the descriptor, since a socket's path has 108 bytes at most
    let short = Path::new("/proc/self/fd").join(directory.as_raw_fd().to_string()).join(name);
    match std::fs::remove_file(&short) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&short)?;
    std::fs::set_permissions(&short, std::fs::Permissions::from_mode(0o660))?;
    Ok(listener)
}

async fn converse<H: Handler>(stream: UnixStream, handler: &H) -> std::io::Result<()> {
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
        let reply = match serde_json::from_slice::<Request>(&line) {
            Ok(request) => handler.handle(request).await,
            Err(error) => Reply::Refused {
                zh: format!("看不懂这个请求：{error}"),
                en: format!("This request is not understood: {error}"),
            },
        };
        let mut answer = serde_json::to_vec(&reply).map_err(std::io::Error::other)?;
        answer.push(b'\n');
        // One who does not read is let go, too
        timeout(PATIENCE, write.write_all(&answer)).await??;
        if !whole {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{PageName, Show, request};
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

    /// A server on a socket in a directory whose path alone is longer than a socket's may be.
    fn with_server(test: impl FnOnce(&Path)) {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("x".repeat(120));
        std::fs::create_dir(&deep).unwrap();
        let socket = deep.join("control.sock");
        std::fs::write(&socket, "left behind").unwrap();
        let path = socket.clone();
        let (ready, wait) = std::sync::mpsc::channel();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let served = serve(&path, Arc::new(Echo));
                tokio::pin!(served);
                // The first poll binds the socket
                let _ = timeout(Duration::ZERO, &mut served).await;
                ready.send(()).unwrap();
                tokio::select! {
                    ended = served => ended.unwrap(),
                    _ = stopped => {}
                }
            });
        });
        wait.recv().unwrap();
        test(&socket);
        drop(stop);
        thread.join().unwrap();
    }

    #[test]
    fn a_request_gets_its_answer() {
        with_server(|socket| {
            assert_eq!(request(socket, &Request::Status).unwrap(), Reply::Done);
            let item = Request::Show { page: Show::Item { item_id: "5678".into() } };
            assert!(matches!(request(socket, &item).unwrap(), Reply::Refused { zh, .. } if zh == "5678"));
        });
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
