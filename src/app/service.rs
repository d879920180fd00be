//! What systemd is told: that the kiosk shows its first frame, what it shows, and, as long as its
//! pages are drawn and no thread is stuck, that it is alive.

use super::control::page_name;
use crate::{control::PageName, platform, ui::with_screen, watchdog};
use sd_notify::NotifyState;
use slint::{Timer, TimerMode};
use std::{
    cell::RefCell,
    time::{Duration, Instant},
};

/// How often the state is said, and the watchdog fed, where the service's unit sets no time.
const PERIOD: Duration = Duration::from_secs(5);

/// Lasts as long as the program is to be known as alive. Does nothing where no systemd asked.
pub struct Service {
    _timer: Timer,
}

impl Service {
    pub fn start() -> Option<Self> {
        std::env::var_os("NOTIFY_SOCKET")?;
        platform::when_first_shown(|| tell(&[NotifyState::Ready]));
        // Three times within what the unit allows: one that is late is no death
        let period = sd_notify::watchdog_enabled().map_or(PERIOD, |most| (most / 3).min(PERIOD));
        let timer = Timer::default();
        let said = RefCell::default();
        timer.start(TimerMode::Repeated, period, move || {
            say(&said);
            // By the loop that draws the pages: should it hang, nobody comes here
            match watchdog::stuck(Instant::now()) {
                Some(work) => {
                    tracing::error!(work, "a thread is stuck: the program is to be started anew");
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

/// The state in plain words, where it is another one than before.
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
        tracing::warn!(%error, "systemd is not told");
    }
}
