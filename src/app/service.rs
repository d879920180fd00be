//! Notifies systemd: READY at the first frame, STATUS with what the kiosk shows, and WATCHDOG as long as
//! pages are drawn and no thread is stuck.

use super::control::page_name;
use cloud_shelf::control::PageName;
use cloud_shelf_core::watchdog;
use cloud_shelf_platform as platform;
use cloud_shelf_screen::with_screen;
use sd_notify::NotifyState;
use slint::{Timer, TimerMode};
use std::{
    cell::RefCell,
    time::{Duration, Instant},
};

/// Default notification period, if the systemd unit sets no `WatchdogSec`.
const PERIOD: Duration = Duration::from_secs(5);

/// Notifies systemd until dropped. Does nothing without systemd.
pub struct Service {
    _timer: Timer,
}

impl Service {
    pub fn start() -> Option<Self> {
        std::env::var_os("NOTIFY_SOCKET")?;
        platform::when_first_shown(|| tell(&[NotifyState::Ready]));
        // A third of systemd's watchdog timeout, so that one late notification does no harm
        let period = sd_notify::watchdog_enabled().map_or(PERIOD, |most| (most / 3).min(PERIOD));
        let timer = Timer::default();
        let said = RefCell::default();
        timer.start(TimerMode::Repeated, period, move || {
            say(&said);
            // The timer runs in the UI's event loop, so a hung loop feeds no watchdog
            match watchdog::find_stuck(Instant::now()) {
                Some(work) => {
                    tracing::error!(work, "a thread is stuck: systemd will restart the program");
                    tell(&[NotifyState::WatchdogTrigger]);
                }
                None if !platform::draws_in_time() => {
                    tracing::error!("frames are not drawn: the watchdog is not fed");
                }
                None => tell(&[NotifyState::Watchdog]),
            }
        });
        Some(Self { _timer: timer })
    }
}

/// Sends STATUS if it has changed.
fn say(said: &RefCell<String>) {
    let place = platform::description().unwrap_or_else(|| "没有连接屏幕 / no screen is connected".into());
    with_screen(|screen| {
        let words = format!("{}; {place}", words(page_name(screen)));
        if *said.borrow() != words {
            tell(&[NotifyState::Status(&words)]);
            said.replace(words);
        }
    });
}

const fn words(page: PageName) -> &'static str {
    match page {
        PageName::Attract => "待机页 / the attract page",
        PageName::Shelf => "货架页 / the shelf page",
        PageName::Item => "商品页 / an item's page",
        PageName::Search => "搜索页 / the search page",
        PageName::Setup => "等待绑定 / waiting to be bound",
        PageName::Service => "服务页 / the service page",
        PageName::Closed => "休息中 / closed",
        PageName::Fault => "提示页 / the fault card",
    }
}

fn tell(states: &[NotifyState]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "systemd can't be notified");
    }
}
