//! Who a command is, when an administrator runs it on an installed unit.
//!
//! The state belongs to the kiosk's user, who may put links and pipes into it. So root's commands read and
//! write it as that user, and keep nothing of root's rights. What only the caller may do (read a table in
//! somebody's home, write a result) is done before, or by another process, which never looks at the state.

use super::{Context, Exit, Output};
use crate::domain::Message;
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

/// The program that runs, also after an update has replaced its file.
const OWN_PROGRAM: &str = "/proc/self/exe";

/// Threads that are at their end are waited for so long.
const LAST_THREADS: Duration = Duration::from_secs(5);

/// Links of one path that the kernel follows.
const MAX_LINKS: u32 = 40;

/// Why a command cannot be the state's owner.
#[derive(Debug, thiserror::Error)]
pub(super) enum PrivilegeError {
    #[error("cannot become user {uid}")]
    Refused { uid: u32, source: io::Error },
    #[error("{path} cannot be entered by its owner, user {uid}")]
    ShutOut { path: PathBuf, uid: u32 },
    #[error("another thread runs already")]
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

/// Goes on as the owner of the unit's state, without groups and capabilities, and for good. Does nothing
/// where the state is the caller's own, or there is none, or the caller is not root.
pub(super) fn become_owner(state: &Path) -> Result<(), PrivilegeError> {
    let Some(owner) = other_owner(state) else { return Ok(()) };
    // Each thread has rights of its own: one that was started before would keep root's
    // Those that have read what a program said come to their end by themselves, a moment later
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

/// Whether root runs this on a state that belongs to somebody else.
pub(super) fn is_split(state: &Path) -> bool {
    other_owner(state).is_some()
}

/// Goes on as the state's owner where the way to one of these paths leads through the state directory: then
/// its owner says where it ends.
pub(super) fn become_owner_for<'a>(
    paths: impl IntoIterator<Item = &'a Path>,
    state: &Path,
) -> Result<(), PrivilegeError> {
    if paths.into_iter().any(|path| is_of_state(path, state)) { become_owner(state) } else { Ok(()) }
}

/// Whether the way to a path leads through the state directory, whatever links and `..` it takes. What is a
/// link there may lead anywhere, so where the path ends says nothing.
pub(super) fn is_of_state(path: &Path, state: &Path) -> bool {
    let (Ok(path), Ok(state)) = (std::path::absolute(path), fs::canonicalize(state)) else { return false };
    let steps = |path: &Path| path.components().rev().map(|step| step.as_os_str().to_owned()).collect();
    // The last is the next; as the kernel goes
    let mut left: Vec<OsString> = steps(&path);
    let (mut at, mut links) = (PathBuf::from("/"), 0);
    while let Some(step) = left.pop() {
        // Of an absolute path `..` and the root are all there is beside names
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
                // The kernel goes no further, either
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
    // Where the directory itself is, is the administrator's business: its links are followed
    let about = fs::metadata(state).ok().filter(|about| about.uid() != 0)?;
    process::geteuid().is_root().then(|| Owner { uid: about.uid(), gid: about.gid() })
}

fn drop_to(owner: &Owner) -> io::Result<()> {
    set_thread_groups(&[])?;
    set_thread_gid(Gid::from_raw(owner.gid))?;
    // With the last of its user ids a process loses its capabilities, and others of the new user may not
    // trace it
    set_thread_uid(Uid::from_raw(owner.uid))?;
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })?;
    // Nor do the programs that it runs get any
    set_no_new_privs(true)?;
    Ok(())
}

/// What a verb says on stdout that becomes the state's owner by itself, asked in a process of its own: at most
/// `most` bytes, which the caller has to take for anybody's. Anything else has been told to the person.
pub(super) fn said_by_owner(
    context: &Context,
    words: &[&str],
    most: u64,
    output: &Output,
) -> Result<Vec<u8>, Exit> {
    let failed = |error: io::Error| {
        output.tell(&Message::new(
            format!("不能以状态目录所属用户的身份运行（{error}）。请稍后再试，或重启设备"),
            format!("This can't be run as the state's owner ({error}). Try again, or restart the unit"),
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
        // It may have ended just now
        let _ = child.kill();
    }
    let status = child.wait()?;
    read?;
    if is_too_much { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok((bytes, status)) }
}

/// A process that keeps the caller's rights and does one thing with them, asked over its stdin and
/// answering over its stdout.
pub(super) fn spawn_servant(words: &[&OsStr]) -> io::Result<Child> {
    again().args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
}

/// This program once more, on the same unit and in the same language.
pub(super) fn again_on(context: &Context) -> Command {
    let (paths, lang) = (&context.paths, context.lang.as_str());
    let mut command = again();
    command.args(["--lang", lang, "--state"]).arg(paths.state_dir()).arg("--config").arg(paths.config());
    command
}

/// This program once more. It is the caller's still when it starts.
fn again() -> Command {
    let mut command = Command::new(OWN_PROGRAM);
    // A unit has one program with two names
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
