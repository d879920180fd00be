//! Drops root's rights when an administrator runs a command on an installed unit.
//!
//! The state directory belongs to the kiosk's user, who may put links and pipes into it. A command run by
//! root therefore becomes that user, for good, before it touches the state. What needs the caller's rights
//! (reading a table in a home directory, writing a result) is done before that, or by another process that
//! never looks at the state.

use super::{Context, Exit, Output};
use cloud_shelf_core::domain::Message;
use rustix::{
    fs::{Gid, Uid},
    process,
    thread::{
        CapabilitySet, CapabilitySets, set_capabilities, set_no_new_privs, set_thread_gid, set_thread_groups,
        set_thread_uid,
    },
};
use std::{
    ffi::{OsStr, OsString},
    fs,
    io::{self, Read},
    os::unix::{fs::MetadataExt as _, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The running program, even if an update has replaced its file.
const OWN_PROGRAM: &str = "/proc/self/exe";

/// How long to wait for finished threads to exit.
const LAST_THREADS: Duration = Duration::from_secs(5);

/// Upper bound on the links that the kernel follows in one path.
const MAX_LINKS: u32 = 40;

/// Why a command can't become the state's owner.
#[derive(Debug, thiserror::Error)]
pub(super) enum PrivilegeError {
    #[error("cannot become user {uid}")]
    Refused { uid: u32, source: io::Error },
    #[error("{path} cannot be entered by its owner, user {uid}")]
    ShutOut { path: PathBuf, uid: u32 },
    #[error("another thread is running")]
    Threads,
}

impl PrivilegeError {
    /// What happened and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::Refused { uid, source } => Message::new(
                format!("不能切换为状态目录所属的用户 {uid}（{source}），没有执行。请用该用户身份运行"),
                format!(
                    "Cannot become the state's owner, user {uid} ({source}); nothing was done. Run it as that user"
                ),
            ),
            Self::ShutOut { path, uid } => Message::new(
                format!(
                    "状态目录 {} 属于用户 {uid}，但该用户进不了上级文件夹，没有执行。请放开上级文件夹的进入权限（chmod o+x）",
                    path.display()
                ),
                format!(
                    "The state directory {} belongs to user {uid}, who may not enter the folders above it; nothing was done. Let others pass through those (chmod o+x)",
                    path.display()
                ),
            ),
            Self::Threads => Message::fixed(
                "程序内部错误：切换用户前已有其他线程，没有执行。请把这条信息告诉技术支持",
                "A fault of this program: other threads ran before it changed its user; nothing was done. Tell support",
            ),
        }
    }
}

/// Becomes the owner of the unit's state for good, without supplementary groups and capabilities. Does
/// nothing if the state is the caller's own or missing, or if the caller is not root.
pub(super) fn become_owner(state: &Path) -> Result<(), PrivilegeError> {
    let Some(owner) = other_owner(state) else { return Ok(()) };
    // On Linux, credentials belong to threads: an older thread would keep root's. Threads that have read a
    // child's output exit by themselves a moment later
    let begun = Instant::now();
    while !fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() == 1) {
        if begun.elapsed() > LAST_THREADS {
            return Err(PrivilegeError::Threads);
        }
        thread::sleep(Duration::from_millis(5));
    }
    drop_to(&owner).map_err(|source| PrivilegeError::Refused { uid: owner.uid, source })?;
    match fs::read_dir(state) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            Err(PrivilegeError::ShutOut { path: state.to_owned(), uid: owner.uid })
        }
        _ => Ok(()),
    }
}

/// Returns whether root runs this command on another user's state.
pub(super) fn is_split(state: &Path) -> bool {
    other_owner(state).is_some()
}

/// Becomes the state's owner, for good, if the way to one of these paths leads through the state directory:
/// the owner then decides where it ends.
pub(super) fn become_owner_for<'a>(
    paths: impl IntoIterator<Item = &'a Path>,
    state: &Path,
) -> Result<(), PrivilegeError> {
    if paths.into_iter().any(|path| is_of_state(path, state)) { become_owner(state) } else { Ok(()) }
}

/// Returns whether the way to a path leads through the state directory, with all links and `..` on it. A
/// link in the state directory may lead anywhere, so the end of the path says nothing.
pub(super) fn is_of_state(path: &Path, state: &Path) -> bool {
    let (Ok(path), Ok(state)) = (std::path::absolute(path), fs::canonicalize(state)) else { return false };
    let steps = |path: &Path| path.components().rev().map(|step| step.as_os_str().to_owned()).collect();
    // A stack: its last element is the next step. Walks the path as the kernel does
    let mut left: Vec<OsString> = steps(&path);
    let (mut at, mut links) = (PathBuf::from("/"), 0);
    while let Some(step) = left.pop() {
        // An absolute path consists of the root, `..` and names
        if step == ".." {
            at.pop();
            continue;
        }
        at.push(&step);
        if at.starts_with(&state) {
            return true;
        }
        if let Ok(target) = fs::read_link(&at) {
            links += 1;
            if links > MAX_LINKS {
                // The kernel gives up here, too
                return false;
            }
            at.pop();
            left.append(&mut steps(&target));
        }
    }
    false
}

struct Owner {
    uid: u32,
    gid: u32,
}

fn other_owner(state: &Path) -> Option<Owner> {
    // The administrator decides where the directory is, so its links are followed
    let about = fs::metadata(state).ok().filter(|about| about.uid() != 0)?;
    process::geteuid().is_root().then(|| Owner { uid: about.uid(), gid: about.gid() })
}

fn drop_to(owner: &Owner) -> io::Result<()> {
    set_thread_groups(&[])?;
    set_thread_gid(Gid::from_raw(owner.gid))?;
    // With its last root user id, a process loses its capabilities, and the new user's other processes may
    // not trace it
    set_thread_uid(Uid::from_raw(owner.uid))?;
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })?;
    // The programs that it runs gain no rights either
    set_no_new_privs(true)?;
    Ok(())
}

/// Runs a verb in a child process that becomes the state's owner, and returns its stdout, at most `most`
/// bytes, to be treated as untrusted. On failure, the person has already been told.
pub(super) fn said_by_owner(
    context: &Context,
    words: &[&str],
    most: u64,
    output: &Output,
) -> Result<Vec<u8>, Exit> {
    let failed = |error: io::Error| {
        output.tell(&Message::new(
            format!("不能以状态目录所属用户的身份运行（{error}）。请稍后再试，或重启设备"),
            format!(
                "The command can't be run as the state's owner ({error}). Try again, or restart the unit"
            ),
        ));
        Exit::Failed
    };
    let (bytes, status) = collect(again_on(context).args(words), most).map_err(failed)?;
    match status.code() {
        Some(0) => Ok(bytes),
        code => Err(code.and_then(|code| u8::try_from(code).ok()).map_or(Exit::Failed, Exit::from)),
    }
}

fn collect(command: &mut Command, most: u64) -> io::Result<(Vec<u8>, ExitStatus)> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let mut bytes = Vec::new();
    let read = child.stdout.take().map(|out| out.take(most + 1).read_to_end(&mut bytes)).transpose();
    let is_too_much = bytes.len() as u64 > most;
    if read.is_err() || is_too_much {
        // The child may just have exited
        let _ = child.kill();
    }
    let status = child.wait()?;
    read?;
    if is_too_much { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok((bytes, status)) }
}

/// Starts a child process that keeps the caller's rights for a single purpose; requests go to its stdin,
/// replies come from its stdout.
pub(super) fn spawn_servant(words: &[&OsStr]) -> io::Result<Child> {
    again().args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
}

/// This program with the same unit and language.
pub(super) fn again_on(context: &Context) -> Command {
    let (paths, lang) = (&context.paths, context.lang.as_str());
    let mut command = again();
    command.args(["--lang", lang, "--state"]).arg(paths.state_dir()).arg("--config").arg(paths.config());
    command
}

/// This program as a child process, which starts with the caller's rights.
fn again() -> Command {
    let mut command = Command::new(OWN_PROGRAM);
    // One program has two names on a unit
    command.arg0("cloud-shelfctl");
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_way_through_the_state_is_seen_wherever_it_ends() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        let state = at("disk/state");
        fs::create_dir_all(&state).unwrap();
        fs::create_dir_all(at("etc/deep")).unwrap();
        symlink("disk/state", at("state")).unwrap();
        symlink(at("etc"), state.join("inbox")).unwrap();
        symlink(at("state/inbox"), at("home")).unwrap();
        symlink("home/deep", at("chain")).unwrap();
        symlink("loop", at("loop")).unwrap();
        for (path, through) in [
            ("disk/state/x.png", true),
            ("state/x.png", true),
            ("state", true),
            ("state/inbox/x.png", true),
            ("state/inbox/../x.png", true),
            ("state/../x.png", true),
            ("home/x.png", true),
            ("chain/x.png", true),
            ("chain", true),
            ("none/../home/x.png", true),
            ("etc/x.png", false),
            ("etc/../x.png", false),
            ("disk/state2/x.png", false),
            ("none/x.png", false),
            ("loop/x.png", false),
        ] {
            for state in [&state, &at("state")] {
                assert_eq!(is_of_state(&at(path), state), through, "{path} in {}", state.display());
            }
        }
        assert!(!is_of_state(&at("etc/x.png"), &at("no state")));
    }
}
