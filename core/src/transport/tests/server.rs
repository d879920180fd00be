//! A small server on the loopback address, with one path for each fault.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::sleep,
};

pub const PICTURE: &[u8] = b"\xFF\xD8\xFF the bytes of a picture";

pub struct Server {
    port: u16,
    seen: Arc<Seen>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Seen {
    requests: AtomicUsize,
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Server {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Seen::default());
        let task = tokio::spawn({
            let seen = Arc::clone(&seen);
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let seen = Arc::clone(&seen);
                    tokio::spawn(async move {
                        seen.most.fetch_max(seen.now.fetch_add(1, SeqCst) + 1, SeqCst);
                        // The client may disconnect before the response is sent.
                        let _ = answer(stream, &seen).await;
                        seen.now.fetch_sub(1, SeqCst);
                    });
                }
            }
        });
        Self { port, seen, task }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn requests(&self) -> usize {
        self.seen.requests.load(SeqCst)
    }

    pub fn most_at_once(&self) -> usize {
        self.seen.most.load(SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(stream: TcpStream, seen: &Seen) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut first = String::new();
    stream.read_line(&mut first).await?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? <= 2 {
            break;
        }
    }
    seen.requests.fetch_add(1, SeqCst);
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut out = stream.into_inner();
    let head = |status: &str, more: &str| format!("HTTP/1.1 {status}\r\nconnection: close\r\n{more}\r\n");
    let picture =
        |length: usize| head("200 OK", &format!("content-type: image/jpeg\r\ncontent-length: {length}\r\n"));
    let redirect = |to: &str| head("302 Found", &format!("location: {to}\r\ncontent-length: 0\r\n"));
    match path.as_str() {
        "/ok" => {
            sleep(Duration::from_millis(10)).await;
            out.write_all(picture(PICTURE.len()).as_bytes()).await?;
            out.write_all(PICTURE).await?;
        }
        "/chunked" => {
            out.write_all(head("200 OK", "transfer-encoding: chunked\r\n").as_bytes()).await?;
            for chunk in PICTURE.chunks(7) {
                out.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).await?;
                out.write_all(chunk).await?;
                out.write_all(b"\r\n").await?;
            }
            out.write_all(b"0\r\n\r\n").await?;
        }
        "/broken" => out.write_all(head("503 No", "content-length: 0\r\n").as_bytes()).await?,
        "/html" => {
            let more = "content-type: text/html; charset=utf-8\r\ncontent-length: 4\r\n";
            out.write_all(head("200 OK", more).as_bytes()).await?;
            out.write_all(b"<p/>").await?;
        }
        "/large" => out.write_all(picture(5_000_000_000).as_bytes()).await?,
        "/endless" => {
            out.write_all(head("200 OK", "").as_bytes()).await?;
            loop {
                out.write_all(&[7; 4096]).await?;
            }
        }
        "/truncated" => {
            out.write_all(picture(1000).as_bytes()).await?;
            out.write_all(PICTURE).await?;
        }
        "/silent" => {
            out.write_all(picture(1000).as_bytes()).await?;
            sleep(Duration::from_secs(5)).await;
        }
        "/drip" => {
            out.write_all(picture(1000).as_bytes()).await?;
            loop {
                out.write_all(b"x").await?;
                out.flush().await?;
                sleep(Duration::from_millis(50)).await;
            }
        }
        "/loop" => out.write_all(redirect("/loop").as_bytes()).await?,
        "/to-file" => out.write_all(redirect("file:///etc/passwd").as_bytes()).await?,
        "/to-ftp" => out.write_all(redirect("ftp://127.0.0.1/x.jpg").as_bytes()).await?,
        "/compressed" => {
            let more = "content-type: image/jpeg\r\ncontent-encoding: gzip\r\n";
            out.write_all(head("200 OK", more).as_bytes()).await?;
            loop {
                out.write_all(&[0, 0, 0, 0xFF, 0xFF]).await?;
            }
        }
        "/no-location" => out.write_all(head("302 Found", "content-length: 0\r\n").as_bytes()).await?,
        "/hang-up" => {}
        _ => match path.strip_prefix("/redirect/").and_then(|left| left.parse::<u32>().ok()) {
            Some(0) => {
                out.write_all(picture(PICTURE.len()).as_bytes()).await?;
                out.write_all(PICTURE).await?;
            }
            Some(left) => out.write_all(redirect(&format!("{}", left - 1)).as_bytes()).await?,
            None => out.write_all(head("404 No", "content-length: 0\r\n").as_bytes()).await?,
        },
    }
    out.shutdown().await
}
