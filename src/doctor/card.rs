//! The disk that holds the state, on most units an SD card: writability, file system errors, wear, and free
//! space.

use super::{
    check::{Check, Topic},
    mount::{Mount, holding},
    tree::Tree,
};
use cloud_shelf_core::{disk, domain::Message, paths::Paths, plain_file};
use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    process,
    sync::mpsc::channel,
    thread,
    time::{Duration, Instant},
};

const READ_ONLY: Topic = Topic::new("card_writable", "存储卡可写", "Card takes writes");
const ERRORS: Topic = Topic::new("card_errors", "文件系统错误", "File system errors");
const WEAR: Topic = Topic::new("card_wear", "存储寿命", "Card wear");
const FSYNC: Topic = Topic::new("fsync", "写入测试", "Write probe");
const SPACE: Topic = Topic::new("free_space", "可用空间", "Free space");

/// A healthy card writes one page in far less time.
const SLOW_WRITE: Duration = Duration::from_secs(2);
/// Deadline of the write probe; past it the card counts as hanging.
const WRITE_PATIENCE: Duration = Duration::from_secs(20);

const LITTLE_BYTES: u64 = 512 << 20;
/// Less than an update and a large catalog need together
const TOO_LITTLE_BYTES: u64 = 64 << 20;

pub(super) fn look(tree: &Tree, paths: &Paths, checks: &mut Vec<Check>) {
    let state = nearest(paths.state_dir());
    let mount = tree.text("proc/self/mountinfo").and_then(|text| holding(&text, &state));
    checks.push(read_only(mount.as_ref()));
    let device = mount.and_then(|mount| tree.link_name(&format!("sys/dev/block/{}", mount.device)));
    checks.push(errors(device.as_ref().and_then(|device| Ext4Errors::read(tree, device)).as_ref()));
    checks.push(wear(device.as_ref().and_then(|device| life_used(tree, device))));
    checks.push(fsync(&probe(&state)));
    checks.push(space(disk::free_bytes(&state)));
}

/// Returns the deepest existing ancestor of the state directory.
fn nearest(dir: &Path) -> PathBuf {
    let there = dir.ancestors().find(|dir| dir.is_dir()).unwrap_or(Path::new("/"));
    there.canonicalize().unwrap_or_else(|_| there.into())
}

fn replace_card() -> Message {
    Message::fixed(
        "存储卡可能已损坏。请先用 sudo cloud-shelfctl bundle 保存诊断包，再换一张工业级或高耐久存储卡重新安装；绑定信息请记下",
        "The card may be failing. Save a bundle (sudo cloud-shelfctl bundle), note the binding, and reinstall on an industrial or high-endurance card",
    )
}

fn read_only(mount: Option<&Mount>) -> Check {
    match mount {
        None => READ_ONLY.unknown(Message::fixed("读不到挂载信息", "The mounts can't be read")),
        Some(Mount { at, read_only: true, .. }) => READ_ONLY.failed(
            Message::new(
                format!("{} 变成了只读：内核遇到错误后会这样保护数据", at.display()),
                format!("{} is mounted read-only: the kernel does this after an error", at.display()),
            ),
            Message::fixed(
                "请重启设备，开机会检查文件系统；若再次变为只读，请更换存储卡",
                "Restart the unit, which checks the file system; if it happens again, replace the card",
            ),
        ),
        Some(Mount { at, kind, .. }) => READ_ONLY.good(Message::new(
            format!("{}（{kind}）可写", at.display()),
            format!("{} ({kind}) is mounted for writing", at.display()),
        )),
    }
}

/// Errors that ext4 has counted since the file system was last repaired.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Ext4Errors {
    count: u64,
    /// Unix time (seconds) of the last error; 0 for never
    last: u64,
}

impl Ext4Errors {
    fn read(tree: &Tree, device: &str) -> Option<Self> {
        let file = |name: &str| format!("sys/fs/ext4/{device}/{name}");
        Some(Self {
            count: tree.number(&file("errors_count"))?,
            last: tree.number(&file("last_error_time")).unwrap_or(0),
        })
    }
}

fn errors(found: Option<&Ext4Errors>) -> Check {
    match found {
        None => ERRORS.unknown(Message::fixed(
            "不是 ext4 文件系统，没有错误计数",
            "This file system does not count errors (it is not ext4)",
        )),
        Some(Ext4Errors { count: 0, .. }) => {
            ERRORS.good(Message::fixed("没有记录到错误", "No errors counted"))
        }
        Some(Ext4Errors { count, last }) => {
            let last = i64::try_from(*last).ok().filter(|last| *last > 0);
            let last = last.and_then(|last| jiff::Timestamp::from_second(last).ok());
            let when = last.map(|last| last.to_string());
            ERRORS.failed(
                Message::new(
                    format!(
                        "记录到 {count} 个错误{}",
                        when.as_ref().map(|when| format!("，最近一次 {when}")).unwrap_or_default()
                    ),
                    format!(
                        "{count} errors counted{}",
                        when.map(|when| format!(", the last at {when}")).unwrap_or_default()
                    ),
                ),
                replace_card(),
            )
        }
    }
}

/// Returns the used share of an eMMC's life in per cent, in steps of ten, from the larger of its two
/// registers; 110 means beyond its life. SD cards have no such registers.
fn life_used(tree: &Tree, device: &str) -> Option<u64> {
    // The life time is the disk's, not the partition's: mmcblk0p2 belongs to mmcblk0
    let disk = device.rsplit_once('p').map_or(device, |(disk, _)| disk);
    let text = tree.line(&format!("sys/block/{disk}/device/life_time"))?;
    let of = |word: &str| u64::from_str_radix(word.trim_start_matches("0x"), 16).ok();
    // 0 means "not defined"
    text.split_whitespace()
        .filter_map(of)
        .max()
        .filter(|tenths| (1..=11).contains(tenths))
        .map(|tenths| tenths * 10)
}

fn wear(used: Option<u64>) -> Check {
    let Some(used) = used else {
        return WEAR.unknown(Message::fixed(
            "这种存储不报告寿命（SD 卡一般没有）",
            "This kind of memory does not report its wear (SD cards do not)",
        ));
    };
    let finding =
        Message::new(format!("设计寿命已用约 {used}%"), format!("About {used} % of its life is used"));
    match used {
        100.. => WEAR.failed(finding, replace_card()),
        80.. => WEAR.notice(finding, replace_card()),
        _ => WEAR.good(finding),
    }
}

/// Writes a page, syncs it to the card, and reads it back.
fn probe(dir: &Path) -> io::Result<Duration> {
    let path = dir.join(format!(".doctor-{}", process::id()));
    let (sender, receiver) = channel();
    // A write to a hanging card can't be cancelled, so the thread may stay
    thread::spawn(move || {
        let page = [0xA5; 4096];
        let begun = Instant::now();
        let written = fs::File::options()
            .write(true)
            .create_new(true)
            .open(&path)
            .and_then(|mut file| file.write_all(&page).and_then(|()| file.sync_all()))
            .and_then(|()| plain_file::read(&path, page.len() as u64 + 1))
            .and_then(|read| {
                if read == page { Ok(begun.elapsed()) } else { Err(io::ErrorKind::InvalidData.into()) }
            });
        // An error means that the file was never created
        let _ = fs::remove_file(&path);
        let _ = sender.send(written);
    });
    receiver.recv_timeout(WRITE_PATIENCE).unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

fn fsync(probed: &io::Result<Duration>) -> Check {
    match probed {
        Ok(time) => {
            let ms = time.as_millis();
            let finding = Message::new(
                format!("写入并落盘 4 KiB 用时 {ms} 毫秒"),
                format!("Wrote and synced 4 KiB in {ms} ms"),
            );
            if *time < SLOW_WRITE { FSYNC.good(finding) } else { FSYNC.notice(finding, replace_card()) }
        }
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => FSYNC.unknown(Message::fixed(
            "当前用户不能写入状态目录，请用 sudo 再运行一次",
            "This user may not write to the state directory; run the command again with sudo",
        )),
        Err(error) if error.kind() == io::ErrorKind::ReadOnlyFilesystem => FSYNC.failed(
            Message::fixed("存储卡是只读的，写不进去", "The card is read-only: nothing can be written"),
            disk::read_only_message(),
        ),
        Err(error) if error.kind() == io::ErrorKind::StorageFull => FSYNC.failed(
            Message::fixed("存储空间已满，写不进去", "The disk is full: nothing can be written"),
            make_room(),
        ),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => FSYNC.failed(
            Message::fixed("读回的数据与写入的不同", "The data read back differs from the data written"),
            replace_card(),
        ),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => FSYNC.failed(
            Message::new(
                format!("{} 秒内没有写完", WRITE_PATIENCE.as_secs()),
                format!("The write did not finish within {} s", WRITE_PATIENCE.as_secs()),
            ),
            replace_card(),
        ),
        Err(error) => FSYNC.failed(
            Message::new(format!("写入失败（{error}）"), format!("The write failed ({error})")),
            replace_card(),
        ),
    }
}

fn make_room() -> Message {
    Message::fixed(
        "请清理存储卡：删除不用的文件，或运行 sudo journalctl --vacuum-size=50M；仍不够请换更大的卡",
        "Make room: delete what is not needed, or run sudo journalctl --vacuum-size=50M; if that is not enough, use a larger card",
    )
}

fn space(free: Option<u64>) -> Check {
    let Some(free) = free else {
        return SPACE.unknown(Message::fixed("读不到可用空间", "The free space can't be read"));
    };
    let mib = free >> 20;
    let finding = Message::new(format!("剩余 {mib} MiB"), format!("{mib} MiB are free"));
    match free {
        ..TOO_LITTLE_BYTES => SPACE.failed(finding, make_room()),
        TOO_LITTLE_BYTES..LITTLE_BYTES => SPACE.notice(finding, make_room()),
        _ => SPACE.good(finding),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::check::Verdict, *};

    #[test]
    fn a_failing_card_is_told_from_its_traces() {
        let dir = tempfile::tempdir().unwrap();
        let put = |path: &str, text: &str| {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        put("sys/fs/ext4/mmcblk0p2/errors_count", "3\n");
        put("sys/fs/ext4/mmcblk0p2/last_error_time", "1790000000\n");
        put("sys/fs/ext4/sda1/errors_count", "0\n");
        put("sys/block/mmcblk0/device/life_time", "0x02 0x0b\n");
        put("sys/block/mmcblk1/device/life_time", "0x00 0x00\n");
        let tree = Tree::new(dir.path());
        let bad = errors(Ext4Errors::read(&tree, "mmcblk0p2").as_ref());
        assert_eq!(bad.verdict, Verdict::Failed);
        assert!(bad.finding.en.contains('3') && bad.finding.zh.contains("2026-09"), "{:?}", bad.finding);
        assert_eq!(errors(Ext4Errors::read(&tree, "sda1").as_ref()).verdict, Verdict::Good);
        assert_eq!(errors(Ext4Errors::read(&tree, "sdb1").as_ref()).verdict, Verdict::Unknown);
        assert_eq!(wear(life_used(&tree, "mmcblk0p2")).verdict, Verdict::Failed);
        assert_eq!(wear(life_used(&tree, "mmcblk1p1")).verdict, Verdict::Unknown);
        for (used, verdict) in [(10, Verdict::Good), (80, Verdict::Notice), (100, Verdict::Failed)] {
            assert_eq!(wear(Some(used)).verdict, verdict);
        }
    }

    #[test]
    fn the_probe_writes_leaves_nothing_and_names_what_is_wrong() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(fsync(&probe(dir.path())).verdict, Verdict::Good);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        assert_eq!(fsync(&probe(&dir.path().join("nowhere"))).verdict, Verdict::Failed);
        assert_eq!(fsync(&Ok(SLOW_WRITE)).verdict, Verdict::Notice);
        for (kind, verdict) in [
            (io::ErrorKind::PermissionDenied, Verdict::Unknown),
            (io::ErrorKind::StorageFull, Verdict::Failed),
            (io::ErrorKind::TimedOut, Verdict::Failed),
            (io::ErrorKind::ReadOnlyFilesystem, Verdict::Failed),
        ] {
            assert_eq!(fsync(&Err(kind.into())).verdict, verdict, "{kind:?}");
        }
        for (free, verdict) in [
            (None, Verdict::Unknown),
            (Some(0), Verdict::Failed),
            (Some(64 << 20), Verdict::Notice),
            (Some(1 << 30), Verdict::Good),
        ] {
            assert_eq!(space(free).verdict, verdict, "{free:?}");
        }
    }
}
