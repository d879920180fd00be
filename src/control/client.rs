//! The command's end of the control socket.

use super::{ControlError, MAX_LINE, Reply, Request};
use cloud_shelf_core::{disk, paths::Paths, plain_file};
use rustix::net::{
    self, AddressFamily, SocketAddrUnix, SocketFlags, SocketType, socket_with,
    sockopt::{self, Timeout},
};
use std::{
    io::{self, Read, Write},
    os::{
        fd::AsRawFd,
        unix::{fs::MetadataExt, net::UnixStream},
    },
    path::Path,
    time::{Duration, Instant},
};

/// Time limit of a request; a kiosk that is alive answers well within it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Sends a request to a state directory's kiosk; tries the fallback socket if the directory is read-only.
pub fn ask(paths: &Paths, what: &Request) -> Result<Reply, ControlError> {
    let answer = request(&paths.control_socket(), what);
    let elsewhere = paths.fallback_control_socket();
    let is_gone = matches!(answer, Err(ControlError::NotRunning));
    if is_gone && disk::is_read_only(paths.state_dir()) && is_owners(&elsewhere, paths.state_dir()) {
        return request(&elsewhere, what);
    }
    answer
}

/// Returns whether the socket's directory belongs to the state's owner or to root.
fn is_owners(socket: &Path, state: &Path) -> bool {
    let owner = std::fs::metadata(state).map(|state| state.uid());
    let dir = socket.parent().map(std::fs::symlink_metadata);
    let (Ok(owner), Some(Ok(dir))) = (owner, dir) else { return false };
    dir.is_dir() && (dir.uid() == owner || dir.uid() == 0) && dir.mode() & 0o022 == 0
}

/// Sends one request to the kiosk and waits for the reply, ten seconds in all.
pub fn request(socket: &Path, request: &Request) -> Result<Reply, ControlError> {
    let end = Instant::now() + PATIENCE;
    let mut stream = connect(socket)?;
    stream.set_write_timeout(Some(left(end)?))?;
    stream.write_all(&request.line()?)?;
    let (mut answer, mut part) = (Vec::new(), [0; 4096]);
    while !answer.contains(&b'\n') && answer.len() < MAX_LINE {
        stream.set_read_timeout(Some(left(end)?))?;
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(count) => answer.extend_from_slice(&part[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    let line = answer.iter().position(|byte| *byte == b'\n').map_or(answer.len(), |end| end + 1);
    Reply::read(&answer[..line.min(MAX_LINE)])
}

/// Returns the time until `end`, or a `TimedOut` error if none is left.
fn left(end: Instant) -> io::Result<Duration> {
    let left = end.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
}

/// Connects to the socket itself, not to the target of a symbolic link. Uses `/proc/self/fd`, since a
/// socket's path is limited to 108 bytes and a state directory's may be longer.
///
/// `connect` blocks while the server's backlog is full, so the socket gets its timeout first.
fn connect(path: &Path) -> Result<UnixStream, ControlError> {
    let gone = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => ControlError::NotRunning,
        io::ErrorKind::PermissionDenied => ControlError::NotAllowed,
        _ => ControlError::Io(error),
    };
    let handle = plain_file::open_socket(path).map_err(gone)?;
    let short = Path::new("/proc/self/fd").join(handle.as_raw_fd().to_string());
    let connected = || -> io::Result<UnixStream> {
        let stream = socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
        sockopt::set_socket_timeout(&stream, Timeout::Send, Some(PATIENCE))?;
        net::connect(&stream, &SocketAddrUnix::new(&short)?)?;
        Ok(stream.into())
    };
    connected().map_err(gone)
}
