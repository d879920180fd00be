//! The clock, and whether something sets it.

use super::{
    check::{Check, Topic},
    said::{Answer, ask},
    tree::Tree,
};
use crate::sync::{ClockStanding, Known, Reading};
use cloud_shelf_core::domain::Message;

const CLOCK: Topic = Topic::new("clock", "时钟", "Clock");
const SYNC: Topic = Topic::new("time_sync", "网络对时", "Time sync");

pub(super) fn look(tree: &Tree, known: Known, shown: Reading, checks: &mut Vec<Check>) {
    checks.push(clock(known, shown));
    checks.push(sync(tree, &ask("timedatectl", &["show", "--property=NTPSynchronized", "--value"])));
}

fn clock(known: Known, reading: Reading) -> Check {
    let at = reading.at;
    let shown = jiff::Timestamp::from_second(at).map_or_else(|_| at.to_string(), |time| time.to_string());
    let remedy = Message::fixed(
        "请接通网络等待自动对时，或运行 sudo timedatectl set-time '年-月-日 时:分:秒'；经常断电断网的设备可加装时钟电池（RTC）",
        "Connect the network and wait, or run sudo timedatectl set-time 'YYYY-MM-DD hh:mm:ss'; fit a clock battery (RTC) if the unit often lacks power and network",
    );
    match known.standing(reading) {
        ClockStanding::Plausible => {
            CLOCK.good(Message::new(format!("设备时间 {shown}"), format!("The unit's time is {shown}")))
        }
        ClockStanding::Behind => CLOCK.failed(
            Message::new(
                format!("设备时间 {shown} 慢了：这个时刻肯定已经过去"),
                format!("The unit's time is {shown}, which has certainly passed"),
            ),
            remedy,
        ),
        ClockStanding::Ahead => CLOCK.failed(
            Message::new(
                format!("设备时间 {shown} 快了许多年"),
                format!("The unit's time is {shown}, which is years ahead"),
            ),
            remedy,
        ),
    }
}

fn sync(tree: &Tree, told: &Answer) -> Check {
    let yes = match told {
        Ok(said) if said.is_ok() => said.out.trim() == "yes",
        // systemd-timesyncd's marker file, for a system without timedatectl
        _ if tree.exists("run/systemd/timesync/synchronized") => true,
        _ => {
            return SYNC.unknown(Message::fixed(
                "查不到对时状态",
                "It is not known whether the network sets the clock",
            ));
        }
    };
    if yes {
        SYNC.good(Message::fixed("时钟已由网络校准", "The network sets the clock"))
    } else {
        SYNC.notice(
            Message::fixed("时钟没有被网络校准", "The network does not set the clock"),
            Message::fixed(
                "请检查网络，并确认 systemd-timesyncd 在运行：sudo timedatectl set-ntp true",
                "Check the network, and that systemd-timesyncd runs: sudo timedatectl set-ntp true",
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{super::check::Verdict, *};
    use cloud_shelf_core::program::ProgramOutput;

    #[test]
    fn a_clock_is_held_against_what_is_certain() {
        let known = Known { built: 1_790_000_000, newest: 1_795_000_000, signed: 1_795_000_000 };
        for (at, is_set, verdict) in [
            (1_796_000_000, false, Verdict::Good),
            (1_792_000_000, false, Verdict::Failed),
            // The signer's clock was ahead: the network has set this one
            (1_792_000_000, true, Verdict::Good),
            (0, false, Verdict::Failed),
            (0, true, Verdict::Failed),
            (4_000_000_000, false, Verdict::Failed),
            (i64::MIN, false, Verdict::Failed),
        ] {
            let check = clock(known, Reading { at, is_set });
            assert_eq!(check.verdict, verdict, "{at} {is_set}");
            assert_eq!(check.remedy.is_some(), verdict == Verdict::Failed);
        }
    }

    #[test]
    fn time_sync_is_asked_of_systemd_and_else_seen_by_its_mark() {
        let said = |out: &str| Ok(ProgramOutput { code: Some(0), out: out.into(), err: String::new() });
        let failed = || Ok(ProgramOutput { code: Some(1), out: String::new(), err: "no bus".into() });
        let dir = tempfile::tempdir().unwrap();
        let tree = Tree::new(dir.path());
        assert_eq!(sync(&tree, &said("yes\n")).verdict, Verdict::Good);
        assert_eq!(sync(&tree, &said("no\n")).verdict, Verdict::Notice);
        assert_eq!(sync(&tree, &failed()).verdict, Verdict::Unknown);
        std::fs::create_dir_all(dir.path().join("run/systemd/timesync")).unwrap();
        std::fs::write(dir.path().join("run/systemd/timesync/synchronized"), "").unwrap();
        assert_eq!(sync(&tree, &failed()).verdict, Verdict::Good);
    }
}
