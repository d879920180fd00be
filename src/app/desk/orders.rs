//! The desk's own thread: PIN, binding, panel, and the facts about the unit.

use super::{
    super::{log, ui_thread::to_screen},
    facts,
    job::Job,
    restart::restart,
    stick::{self, Outcome},
};
use cloud_shelf::{
    enrolment,
    pin::{Answer, Gate, Pin, PinFile, PinFileError},
    sync::Handle,
    unit::ThisUnit,
};
use cloud_shelf_core::{
    binding,
    domain::Message,
    panel::{Backlight, Rotation, ScreenFile, ScreenSetup},
    program, watchdog,
};
use cloud_shelf_screen::{PanelFacts, PanelOrder, PinAnswer, PinOrder, Secret, UnitOrder, Watched};
use std::{
    process::Command as Process,
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

/// Polling interval while a page with facts is open.
const LOOK: Duration = Duration::from_secs(1);
/// Deadline for calls to systemd.
const QUICK: Duration = Duration::from_secs(5);
/// Upper bound, in bytes, on the output of `busctl` and `systemctl`.
const MAX_WORDS: usize = 4096;

pub(super) struct Clerk {
    unit: ThisUnit,
    sync: Handle,
    gate: Gate,
    watched: Watched,
    /// Number of finished rounds when staff asked for a sync
    sync_asked: Option<u64>,
}

impl Clerk {
    pub fn new(unit: ThisUnit, sync: Handle) -> Self {
        let gate = Gate::new(PinFile::new(unit.paths()), Instant::now());
        Self { unit, sync, gate, watched: Watched::Nothing, sync_asked: None }
    }

    pub fn work(mut self, jobs: &Receiver<Job>) {
        let can = can_restart_unit();
        to_screen(move |screen| screen.set_can_restart_unit(can));
        loop {
            let job =
                if matches!(self.watched, Watched::Nothing | Watched::Network) && self.sync_asked.is_none() {
                    let Ok(job) = jobs.recv() else { return };
                    Some(job)
                } else {
                    match jobs.recv_timeout(LOOK) {
                        Ok(job) => Some(job),
                        Err(RecvTimeoutError::Timeout) => None,
                        Err(RecvTimeoutError::Disconnected) => return,
                    }
                };
            let _work = watchdog::begin_work("desk");
            if let Some(job) = job {
                self.carry_out(job);
            }
            self.look();
        }
    }

    fn carry_out(&mut self, job: Job) {
        match job {
            Job::Watch(watched) => self.watched = watched,
            Job::Pin(PinOrder::Try(pin)) => self.try_pin(&pin),
            Job::Pin(PinOrder::Set(Secret(pin))) => self.set_pin(&pin),
            Job::Unit(order) => self.carry_out_unit_order(order),
            Job::Panel(order) => self.change_panel(|setup| match order {
                PanelOrder::Rotate(degrees) => {
                    setup.rotation = Rotation::try_from(degrees).unwrap_or_default();
                }
                PanelOrder::Brighten(percent) => setup.brightness = Some(percent),
            }),
            Job::Bind(bytes) => self.bind_by_stick(&bytes),
        }
    }

    fn carry_out_unit_order(&mut self, order: UnitOrder) {
        match order {
            UnitOrder::Bind { store, device, feed } => self.bind(&store, &device, feed.as_deref()),
            UnitOrder::Unbind => self.unbind(),
            UnitOrder::Sync => self.sync_now(),
            UnitOrder::ReadLog => {
                let lines = log::lines();
                to_screen(move |screen| screen.set_logs(lines));
            }
            UnitOrder::RestartProgram => restart(),
            UnitOrder::RestartUnit => restart_unit(),
        }
    }

    fn try_pin(&mut self, pin: &Secret) {
        let answer = match self.gate.open(&pin.0, Instant::now()) {
            Ok(Answer::Right) => PinAnswer::Right,
            Ok(Answer::Wrong(wait)) => {
                tracing::warn!("a wrong PIN was given on the screen");
                PinAnswer::Wrong(wait)
            }
            Ok(Answer::Wait(wait)) => PinAnswer::Wait(wait),
            Ok(Answer::NoPin) => PinAnswer::Failed(Message::fixed(
                "PIN 已被删除。请在设备上运行：sudo cloud-shelfctl pin",
                "The PIN is gone. On the unit, run: sudo cloud-shelfctl pin",
            )),
            Err(error) => PinAnswer::Failed(error.message()),
        };
        to_screen(move |screen| screen.pin_tried(answer));
    }

    fn set_pin(&self, pin: &str) {
        let pin = match Pin::parse(pin) {
            Ok(pin) => pin,
            Err(problem) => return tell(problem.message(), None),
        };
        match PinFile::new(self.unit.paths()).set(&pin) {
            Ok(()) => {
                to_screen(|screen| screen.set_pin(true));
                tell(
                    Message::fixed("服务 PIN 已设置", "The service PIN is set"),
                    Some(Message::fixed(
                        "以后按住品牌标志 3 秒，输入它即可打开服务页。",
                        "From now on, 3 seconds on the brand's mark and this PIN open the service page.",
                    )),
                );
            }
            Err(error) => tell(PinFileError::message(&error), None),
        }
    }

    fn bind(&self, store: &str, device: &str, feed: Option<&str>) {
        let not_bound = || Message::fixed("没有绑定", "The unit was not bound");
        let brand = self.unit.read_binding().ok().flatten();
        let brand = brand.map(|bound| bound.binding.brand).unwrap_or_default();
        let found = match enrolment::only(binding::from_parts(&brand, store, device)) {
            Ok(found) => found,
            Err(problems) => return tell(not_bound(), problems.into_iter().next().map(|(_, words)| words)),
        };
        let feed = match feed.map(enrolment::feed_address).transpose() {
            Ok(feed) => feed,
            Err(words) => return tell(not_bound(), Some(words)),
        };
        match enrolment::bind(&self.unit, &found, feed) {
            Ok(enrolled) => {
                let (store, device) = (&enrolled.bound.binding.store, &enrolled.bound.binding.device);
                tell(
                    Message::new(
                        format!("已绑定：门店码 {store}，设备码 {device}"),
                        format!("Bound: store {store}, device {device}"),
                    ),
                    enrolled
                        .bound
                        .feed
                        .as_deref()
                        .is_some_and(enrolment::lacks_key)
                        .then(enrolment::without_key),
                );
                self.sync.sync_now();
                to_screen(|screen| screen.bound_by_hand());
            }
            Err(words) => tell(not_bound(), Some(words)),
        }
    }

    fn bind_by_stick(&mut self, bytes: &[u8]) {
        let (title, detail) = match stick::take(bytes, &self.unit, &mut self.gate, Instant::now()) {
            Outcome::Bound(remarks) => {
                self.sync.sync_now();
                let title = Message::fixed(
                    "已按 U 盘上的 bind.toml 绑定，可以拔出 U 盘",
                    "Bound as bind.toml says; the stick can go",
                );
                (title, remarks.into_iter().next())
            }
            Outcome::Same => (
                Message::fixed(
                    "绑定与 U 盘上的 bind.toml 一致",
                    "This unit is bound as bind.toml says already",
                ),
                None,
            ),
            Outcome::Refused(words) => {
                tracing::warn!(why = %words.en, "a USB stick's bind.toml was refused");
                (
                    Message::fixed("没有按 U 盘上的 bind.toml 绑定", "The stick's bind.toml was not taken"),
                    Some(words),
                )
            }
        };
        tell(title, detail);
    }

    fn unbind(&self) {
        match enrolment::unbind(&self.unit) {
            Ok(released) => tell(Message::fixed("已解除绑定", "The binding is forgotten"), released.remark()),
            Err(words) => tell(Message::fixed("没有解除绑定", "The unit was not unbound"), Some(words)),
        }
    }

    fn sync_now(&mut self) {
        let standing = self.sync.standing();
        if !facts::has_feed(&self.unit) {
            return tell(
                Message::fixed("没有可同步的数据网址", "There is no feed to sync with"),
                Some(Message::fixed(
                    "请在“重新设置”里输入运营方给的网址；没有网络时可用 U 盘。",
                    "Enter the operator's address under “Set up again”; without a network, use a stick.",
                )),
            );
        }
        self.sync_asked = Some(standing.begun);
        self.sync.sync_now();
    }

    fn change_panel(&self, change: impl FnOnce(&mut ScreenSetup)) {
        let file = ScreenFile::new(self.unit.paths().screen());
        let mut setup = file.load().unwrap_or_default();
        change(&mut setup);
        if let Err(error) = file.save(&setup) {
            tell(error.message(), None);
        }
    }

    /// Sends the screen whatever has changed of what the open page shows.
    fn look(&mut self) {
        let standing = self.sync.standing();
        let ended = standing.last.as_ref().map_or(0, |last| last.round);
        if let Some(before) = self.sync_asked.filter(|before| ended > *before && standing.progress.is_none())
        {
            tracing::debug!(before, "a requested sync has finished");
            self.sync_asked = None;
            let (title, detail) = facts::sync_result(&standing);
            tell(title, detail);
        }
        let syncing = standing.progress.is_some();
        match self.watched {
            Watched::Nothing | Watched::Network => {}
            Watched::Setup => {
                let facts = facts::of_setup(&self.unit, &standing);
                to_screen(move |screen| screen.set_setup_facts(facts));
            }
            Watched::Service => {
                let setup = ScreenFile::new(self.unit.paths().screen()).load().unwrap_or_default();
                let light = Backlight::default().percent().ok().flatten();
                let panel = PanelFacts { rotation: Some(setup.rotation.degrees()), brightness: light };
                let (groups, known) =
                    (facts::of_unit(&self.unit, &standing), facts::of_setup(&self.unit, &standing));
                to_screen(move |screen| {
                    screen.set_panel_facts(panel);
                    screen.set_facts(facts::with_display(groups));
                    screen.set_setup_facts(known);
                    screen.set_syncing(syncing);
                });
            }
        }
    }
}

fn tell(title: Message, detail: Option<Message>) {
    to_screen(move |screen| screen.tell(title, detail));
}

/// Returns whether systemd lets this program's user reboot the machine.
fn can_restart_unit() -> bool {
    let ask = [
        "--system",
        "call",
        "org.freedesktop.login1",
        "/org/freedesktop/login1",
        "org.freedesktop.login1.Manager",
        "CanReboot",
    ];
    program::run(Process::new("busctl").args(ask), QUICK, MAX_WORDS)
        .is_ok_and(|said| said.is_ok() && said.out.contains("\"yes\""))
}

fn restart_unit() {
    let said =
        program::run(Process::new("systemctl").args(["--no-ask-password", "reboot"]), QUICK, MAX_WORDS);
    let problem = match said {
        Ok(said) if said.is_ok() => return,
        Ok(said) => said.err.trim().to_owned(),
        Err(error) => error.to_string(),
    };
    tracing::warn!(problem, "the unit does not restart");
    tell(
        Message::fixed("设备没有重启", "The unit does not restart"),
        Some(Message::new(
            format!("系统拒绝了（{problem}）。请断电 5 秒再通电；断电不会损坏数据。"),
            format!("The system refused ({problem}). Pull its plug for 5 seconds; that harms no data."),
        )),
    );
}
