//! A small feed server with every fault that a test asks for.
//!
//! It supports keep-alive, `If-None-Match`, `Range` and compressed JSON, as a good static server
//! does; each fault imitates one seen on real networks or servers.

// Each test uses some of it
#![allow(dead_code)]

#[path = "endless.rs"]
mod endless;

pub use endless::Endless;

use flate2::{Compression, write::GzEncoder};
use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Write as _,
    io::{self, BufRead, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

/// A fault.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Closes the connection after so many bytes of the body
    Drop(usize),
    /// Goes silent after so many bytes of the body
    Stall(usize),
    /// Sends the body byte by byte, with a pause after each
    Drip(Duration),
    /// Claims this `Content-Length`, whatever the body's length
    Length(usize),
    /// Answers a range request with another range
    WrongRange,
    /// Answers a range request with the same range of another file
    RangeOf(Vec<u8>),
    /// Does not support ranges
    NoRange,
    /// Redirects
    Redirect(String),
    /// Status, and `Retry-After`
    Status(u16, Option<&'static str>),
    /// Truncated gzip body
    TruncatedGzip,
    /// Gzip body of so many zeros
    GzipBomb(usize),
    /// A compression that was not requested
    Encoding(&'static str),
    /// Another body in place of the file
    Body(Vec<u8>),
    /// A captive portal's or a filter's page
    Page,
    /// Answers 304 to every request
    NotModified,
    /// Closes the connection without an answer
    HangUp,
    /// Never ends
    Endless(Endless),
}

/// A request, and its response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub path: String,
    pub range: Option<String>,
    pub if_none_match: Option<String>,
    pub no_cache: bool,
    pub status: u16,
    /// Bytes of the request and of the whole response
    pub bytes_in: usize,
    pub bytes_out: usize,
    /// The whole response has been sent
    pub answered: bool,
}

#[derive(Default)]
struct State {
    files: BTreeMap<String, Vec<u8>>,
    /// By a part of the path; each applies once
    faults: Vec<(String, VecDeque<Fault>)>,
    /// Applies every time
    standing: Vec<(String, Fault)>,
    /// Number of objects still served correctly, and the fault for all later ones
    after: Option<(usize, Fault)>,
    seen: Vec<Seen>,
    /// Requests before the first of `seen`
    forgotten: usize,
    now: usize,
    most: usize,
    closed: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

pub struct FeedServer {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// Transport of a connection.
trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

impl FeedServer {
    pub fn start() -> Self {
        Self::start_on("127.0.0.1:0", None)
    }

    pub fn start_v6() -> Self {
        Self::start_on("[::1]:0", None)
    }

    pub fn start_tls(config: Arc<rustls::ServerConfig>) -> Self {
        Self::start_on("127.0.0.1:0", Some(config))
    }

    fn start_on(address: &str, tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let server = Self { address: listener.local_addr().unwrap(), shared: Arc::default() };
        let shared = server.shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { continue };
                if shared.lock().closed {
                    return;
                }
                let (shared, tls) = (shared.clone(), tls.clone());
                thread::spawn(move || {
                    // Clients may disconnect at any time
                    let _ = match tls {
                        Some(config) => rustls::ServerConnection::new(config)
                            .map_err(io::Error::other)
                            .and_then(|connection| {
                                let socket = stream.try_clone()?;
                                let mut stream = rustls::StreamOwned::new(connection, stream);
                                converse(&mut stream, &socket, &shared)
                            }),
                        None => {
                            stream.try_clone().and_then(|socket| converse(&mut { stream }, &socket, &shared))
                        }
                    };
                });
            }
        });
        server
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn put(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.shared.lock().files.insert(path.to_owned(), bytes.into());
    }

    pub fn remove(&self, path: &str) -> Option<Vec<u8>> {
        self.shared.lock().files.remove(path)
    }

    pub fn remove_objects(&self) {
        self.shared.lock().files.retain(|path, _| !path.contains("/objects/"));
    }

    /// Applies these faults, one per request, to paths that contain `part`.
    pub fn fail(&self, part: &str, faults: impl IntoIterator<Item = Fault>) {
        self.shared.lock().faults.push((part.to_owned(), faults.into_iter().collect()));
    }

    /// Applies a fault every time to paths that contain `part`.
    pub fn fail_always(&self, part: &str, fault: Fault) {
        self.shared.lock().standing.push((part.to_owned(), fault));
    }

    /// Applies a fault to every object except the first ones.
    pub fn fail_after(&self, objects: usize, fault: Fault) {
        self.shared.lock().after = Some((objects, fault));
    }

    pub fn heal(&self) {
        let mut state = self.shared.lock();
        state.after = None;
        state.faults.clear();
        state.standing.clear();
    }

    /// Returns the requests since the last call. The last response's status and length appear a
    /// moment after the client has it.
    pub fn seen(&self) -> Vec<Seen> {
        let mut state = self.shared.lock();
        state.forgotten += state.seen.len();
        std::mem::take(&mut state.seen)
    }

    /// Waits until so many requests have been answered since the last call of `seen`.
    pub fn wait_for(&self, requests: usize) {
        let mut state = self.shared.lock();
        while state.seen.iter().filter(|seen| seen.answered).count() < requests {
            let waited = self.shared.changed.wait_timeout(state, Duration::from_secs(30));
            let (next, late) = waited.unwrap_or_else(PoisonError::into_inner);
            assert!(!late.timed_out(), "only {} of {requests} requests came", next.seen.len());
            state = next;
        }
    }

    pub fn most_at_once(&self) -> usize {
        self.shared.lock().most
    }
}

impl Drop for FeedServer {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        // Wakes the listener, so that the port is free again
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn fault(&mut self, path: &str) -> Option<Fault> {
        if let Some((left, fault)) = &mut self.after
            && path.contains("/objects/")
        {
            match left.checked_sub(1) {
                Some(less) => *left = less,
                None => return Some(fault.clone()),
            }
        }
        let once = self.faults.iter_mut().filter(|(part, _)| path.contains(part.as_str()));
        let once = once.filter_map(|(_, faults)| faults.pop_front()).next();
        once.or_else(|| {
            self.standing.iter().find(|(part, _)| path.contains(part.as_str())).map(|(_, f)| f.clone())
        })
    }
}

#[derive(Default)]
struct Asked {
    path: String,
    range: Option<String>,
    if_none_match: Option<String>,
    no_cache: bool,
    gzip: bool,
    bytes: usize,
}

fn converse(stream: &mut dyn Stream, socket: &TcpStream, shared: &Shared) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(asked) = read(&mut stream)? {
        let (file, fault, number) = {
            let mut state = shared.lock();
            state.now += 1;
            state.most = state.most.max(state.now);
            state.seen.push(Seen {
                path: asked.path.clone(),
                range: asked.range.clone(),
                if_none_match: asked.if_none_match.clone(),
                no_cache: asked.no_cache,
                status: 0,
                bytes_in: asked.bytes,
                bytes_out: 0,
                answered: false,
            });
            let number = state.forgotten + state.seen.len() - 1;
            (state.files.get(&asked.path).cloned(), state.fault(&asked.path), number)
        };
        let hold = matches!(fault, Some(Fault::Stall(_)));
        let (status, sent) = answer(&mut Counted { to: stream.get_mut(), bytes: 0 }, &asked, file, fault);
        {
            let mut state = shared.lock();
            state.now -= 1;
            let forgotten = state.forgotten;
            if let Some(seen) = number.checked_sub(forgotten).and_then(|index| state.seen.get_mut(index)) {
                seen.answered = true;
                seen.status = status;
                seen.bytes_out = *sent.as_ref().unwrap_or_else(|(bytes, _)| bytes);
            }
            shared.changed.notify_all();
        }
        if hold {
            // Stay silent until the client disconnects
            let _ = stream.read(&mut [0]);
        }
        if sent.is_err() {
            return socket.shutdown(Shutdown::Both);
        }
    }
    Ok(())
}

fn read(stream: &mut BufReader<&mut dyn Stream>) -> io::Result<Option<Asked>> {
    let mut asked = Asked::default();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        asked.bytes += line.len();
        let line = line.trim_end();
        if asked.path.is_empty() {
            line.split(' ').nth(1).unwrap_or("/").clone_into(&mut asked.path);
            continue;
        }
        if line.is_empty() {
            return Ok(Some(asked));
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "range" => asked.range = Some(value.to_owned()),
            "if-none-match" => asked.if_none_match = Some(value.to_owned()),
            "cache-control" => asked.no_cache = value == "no-cache",
            "accept-encoding" => asked.gzip = value.contains("gzip"),
            _ => {}
        }
    }
}

struct Counted<'a> {
    to: &'a mut dyn Stream,
    bytes: usize,
}

impl Counted<'_> {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.to.write_all(bytes)?;
        self.to.flush()?;
        self.bytes += bytes.len();
        Ok(())
    }
}

/// Headers and body of a response.
struct Reply {
    status: u16,
    head: String,
    body: Vec<u8>,
}

/// Returns the status and the bytes sent; an error closes the connection.
fn answer(
    out: &mut Counted<'_>,
    asked: &Asked,
    file: Option<Vec<u8>>,
    fault: Option<Fault>,
) -> (u16, Result<usize, (usize, io::Error)>) {
    let hang_up = || io::Error::from(io::ErrorKind::ConnectionAborted);
    if matches!(fault, Some(Fault::HangUp)) {
        return (0, Err((0, hang_up())));
    }
    if let Some(Fault::Endless(endless)) = fault {
        return (200, Err((0, endless.pour(file.map_or(0, |file| file.len()), out.to))));
    }
    let mut reply = reply(asked, file, fault.as_ref());
    let length = match fault {
        Some(Fault::Length(length)) => length,
        _ => reply.body.len(),
    };
    let _ = write!(reply.head, "content-length: {length}\r\n");
    let head = format!("HTTP/1.1 {} x\r\n{}\r\n", reply.status, reply.head);
    let body = &reply.body;
    let sent = out.send(head.as_bytes()).and_then(|()| match fault {
        Some(Fault::Drop(bytes)) => out.send(&body[..bytes.min(body.len())]).and(Err(hang_up())),
        Some(Fault::Stall(bytes)) => out.send(&body[..bytes.min(body.len())]),
        Some(Fault::Drip(pause)) => body.chunks(1).try_for_each(|byte| {
            thread::sleep(pause);
            out.send(byte)
        }),
        // With a wrong length the connection can't be reused
        Some(Fault::Length(_)) => out.send(body).and(Err(hang_up())),
        _ => out.send(body),
    });
    (reply.status, sent.map(|()| out.bytes).map_err(|error| (out.bytes, error)))
}

fn reply(asked: &Asked, file: Option<Vec<u8>>, fault: Option<&Fault>) -> Reply {
    let page = b"<!DOCTYPE html><html><title>Welcome</title><p>Please log in</html>";
    let plain = |status: u16, body: &[u8]| Reply {
        status,
        head: "content-type: text/html\r\n".into(),
        body: body.to_vec(),
    };
    match fault {
        Some(Fault::Page) => return plain(200, page),
        Some(Fault::Status(status, retry_after)) => {
            let mut reply = plain(*status, if *status == 304 { b"" } else { page });
            if let Some(after) = retry_after {
                let _ = write!(reply.head, "retry-after: {after}\r\n");
            }
            return reply;
        }
        Some(Fault::Redirect(to)) => {
            let mut reply = plain(302, b"");
            let _ = write!(reply.head, "location: {to}\r\n");
            return reply;
        }
        Some(Fault::NotModified) => return plain(304, b""),
        _ => {}
    }
    let Some(mut body) = file else { return plain(404, b"<html>404</html>") };
    let etag =
        format!("\"{:x}-{}\"", body.len(), body.iter().fold(7_u32, |a, b| a.rotate_left(5) ^ u32::from(*b)));
    let mut head = format!("etag: {etag}\r\ncontent-type: application/octet-stream\r\n");
    if asked.if_none_match.as_deref() == Some(&etag) {
        return Reply { status: 304, head, body: Vec::new() };
    }
    match fault {
        Some(Fault::Body(other)) => other.clone_into(&mut body),
        Some(Fault::Encoding(name)) => {
            let _ = write!(head, "content-encoding: {name}\r\n");
        }
        Some(Fault::GzipBomb(zeros)) => return gzip(head, &vec![0; *zeros]),
        Some(Fault::TruncatedGzip) => {
            let mut reply = gzip(head, &body);
            reply.body.truncate(reply.body.len() * 2 / 3);
            return reply;
        }
        _ => {}
    }
    let first = asked
        .range
        .as_deref()
        .and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
    match first {
        Some(first) if !matches!(fault, Some(Fault::NoRange)) => part(head, &body, first, fault),
        _ if asked.gzip && body.starts_with(b"{") => gzip(head, &body),
        _ => Reply { status: 200, head, body },
    }
}

fn part(mut head: String, body: &[u8], first: usize, fault: Option<&Fault>) -> Reply {
    if first >= body.len() {
        return Reply { status: 416, head, body: Vec::new() };
    }
    let first = if matches!(fault, Some(Fault::WrongRange)) { first.saturating_sub(3) } else { first };
    let _ = write!(head, "content-range: bytes {first}-{}/{}\r\n", body.len() - 1, body.len());
    let body = match fault {
        Some(Fault::RangeOf(other)) => other[first.min(other.len())..].to_vec(),
        _ => body[first..].to_vec(),
    };
    Reply { status: 206, head, body }
}

fn gzip(head: String, body: &[u8]) -> Reply {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).unwrap();
    Reply { status: 200, head: head + "content-encoding: gzip\r\n", body: encoder.finish().unwrap() }
}
