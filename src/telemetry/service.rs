//! The thread that stores events and reports them.

use super::{
    Activation, Ceiling, DeviceKey, Machine, Outbox, OutboxError, Outcome, Pace, ReportError, SharedActivity,
    recorder::{Inbox, Note},
    sender::{Answered, Destination, Sender, name},
};
use cloud_shelf_core::{
    clock::Clock,
    disk::free_bytes,
    domain::Binding,
    paths::Paths,
    report::{
        Event, Heartbeat, LastError, LossReason, ReportAddress, ReportAnswer, ReportBody, ReportVerdict,
    },
    sqlite::SqliteError,
    transport::Route,
    watchdog,
};
use std::{
    cell::{Cell, RefCell},
    sync::{Arc, mpsc::SyncSender},
    time::Duration,
};
use tokio::{
    select,
    time::{Instant, sleep, timeout_at},
};
use url::Url;

/// Events held in memory while they cannot be written; further ones are counted as lost.
const MAX_PENDING: usize = 1024;
/// Polling interval of the power supply.
const POWER: Duration = Duration::from_secs(30);
/// Interval at which a wait for a server checks that it is still the right server.
const LOOK: Duration = Duration::from_secs(1);

/// What the service asks of the unit each time it needs it, so that no change has to be announced.
/// All methods are called on the service's own thread, and may read files.
pub trait Unit {
    /// The current store and device codes
    fn binding(&self) -> Option<Binding>;
    /// The operator's report address; without one, nothing is recorded or reported
    fn report_address(&self) -> Option<ReportAddress>;
    /// The signed catalog on the screen; `None` for an imported table
    fn catalog(&self) -> Option<Catalog>;
    /// Unix time (seconds) at which the feed last matched the screen
    fn in_step_at(&self) -> Option<i64>;
    fn last_error(&self) -> Option<LastError>;
    /// Network route to the operator's server
    fn route(&self) -> Route;
}

/// The signed catalog that a unit shows. Times are in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Catalog {
    /// The operator's version number
    pub version: u64,
    pub signed_at: i64,
    pub expires_at: i64,
    /// Whether the catalog has expired by the trusted clock
    pub expired: bool,
}

/// Options of the service; the defaults are for a real unit.
#[derive(Clone, Debug)]
pub struct Options {
    pub paths: Paths,
    /// Events are written together, this long after the first of them: the most that a power cut
    /// can lose
    pub window: Duration,
    pub pace: Pace,
    pub ceiling: Ceiling,
    pub machine: Machine,
}

impl Options {
    pub fn new(paths: Paths) -> Self {
        Self {
            paths,
            window: Duration::from_secs(5),
            pace: Pace::default(),
            ceiling: Ceiling::default(),
            machine: Machine::new("/"),
        }
    }
}

/// Stores events and reports them until the last [`super::Recorder`] is dropped.
pub struct Service<U> {
    unit: U,
    options: Options,
    clock: Arc<dyn Clock>,
    started: Instant,
    /// Opened when first needed
    outbox: RefCell<Option<Outbox>>,
    /// Losses that are not in an outbox yet
    lost: RefCell<Vec<(LossReason, u64)>>,
    under_voltage: Cell<Option<bool>>,
    clock_offset_s: Cell<Option<i64>>,
    activity: SharedActivity,
}

/// Destination and route of reports.
#[derive(PartialEq)]
struct Way {
    binding: Option<Binding>,
    address: Option<ReportAddress>,
    proxy: Option<Url>,
}

impl<U: Unit> Service<U> {
    pub fn new(unit: U, options: Options, clock: Arc<dyn Clock>) -> Self {
        Self {
            unit,
            options,
            clock,
            started: Instant::now(),
            outbox: RefCell::default(),
            lost: RefCell::default(),
            under_voltage: Cell::default(),
            clock_offset_s: Cell::default(),
            activity: SharedActivity::default(),
        }
    }

    /// Returns the activity, for other threads to show.
    pub fn activity(&self) -> SharedActivity {
        self.activity.clone()
    }

    /// Runs the service. Blocks; meant for a thread of its own.
    pub fn run(self, inbox: Inbox) -> std::io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            select! {
                () = self.keep(inbox) => {}
                () = self.report() => {}
                () = self.watch_power() => {}
            }
        });
        // Does not wait for a name lookup in progress
        runtime.shutdown_background();
        Ok(())
    }

    /// Writes events, all those of a window together.
    async fn keep(&self, mut inbox: Inbox) {
        let mut pending = Vec::new();
        let mut open = true;
        while open {
            // Nothing wakes this thread while there is nothing to write
            if pending.is_empty() {
                match inbox.notes.recv().await {
                    Some(Note::Event(event)) => pending.push((event, self.clock.now())),
                    Some(Note::Flush(done)) => self.say_written(&done, &mut pending, &inbox),
                    None => open = false,
                }
            }
            let end = Instant::now() + self.options.window;
            while !pending.is_empty() && open {
                match timeout_at(end, inbox.notes.recv()).await {
                    Ok(Some(Note::Event(event))) if pending.len() < MAX_PENDING => {
                        pending.push((event, self.clock.now()));
                    }
                    Ok(Some(Note::Event(_))) => self.lose(LossReason::Disk, 1),
                    Ok(Some(Note::Flush(done))) => self.say_written(&done, &mut pending, &inbox),
                    Ok(None) => open = false,
                    Err(_) => break,
                }
            }
            self.write(&mut pending, &inbox);
        }
    }

    fn say_written(&self, done: &SyncSender<()>, pending: &mut Vec<(Event, i64)>, inbox: &Inbox) {
        self.write(pending, inbox);
        if pending.is_empty() {
            // The caller may have timed out
            let _ = done.try_send(());
        }
    }

    /// Writes the pending events; after an error they stay pending.
    fn write(&self, pending: &mut Vec<(Event, i64)>, inbox: &Inbox) {
        self.lose(LossReason::Queue, inbox.dropped());
        let lost = self.lost.borrow().clone();
        if pending.is_empty() && lost.is_empty() {
            return;
        }
        let written = match self.destination() {
            Ok(Some(to)) => self.with_outbox(|outbox| {
                outbox.claim(&to.subject())?;
                outbox.record(pending, &lost, self.clock.now())
            }),
            // There is no report address
            Ok(None) => Ok(()),
            Err(error) => return tracing::warn!(%error, "events can't be written yet"),
        };
        match written {
            Ok(()) => {
                pending.clear();
                self.lost.borrow_mut().clear();
            }
            Err(error) => tracing::warn!(%error, "events can't be written yet"),
        }
    }

    fn lose(&self, reason: LossReason, number: u64) {
        if number == 0 {
            return;
        }
        let mut lost = self.lost.borrow_mut();
        match lost.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, sum)) => *sum += number,
            None => lost.push((reason, number)),
        }
    }

    /// Reports, for ever.
    async fn report(&self) {
        sleep(self.options.pace.first.mul_f64(chance())).await;
        let mut failures = 0;
        loop {
            let way = self.way();
            self.activity.begin(self.clock.now());
            let outcome = select! {
                outcome = self.round() => Some(outcome),
                // The destination has changed, so stop waiting for this server
                () = self.is_other(&way, LOOK) => None,
            };
            self.activity.rest(None);
            let Some(outcome) = outcome else {
                failures = 0;
                continue;
            };
            failures = if matches!(outcome, Outcome::Failed { .. }) { failures + 1 } else { 0 };
            let wait = self.options.pace.wait(outcome, failures, chance());
            if outcome != Outcome::Idle {
                self.activity.rest(std::time::Instant::now().checked_add(wait));
            }
            select! {
                () = sleep(wait) => {}
                () = self.is_other(&way, self.options.pace.idle) => failures = 0,
            }
        }
    }

    /// Waits until the destination or the route changes; checks at an interval.
    async fn is_other(&self, way: &Way, every: Duration) {
        loop {
            sleep(every).await;
            if self.way() != *way {
                return;
            }
        }
    }

    fn way(&self) -> Way {
        let (binding, address) = (self.unit.binding(), self.unit.report_address());
        Way { binding, address, proxy: self.unit.route().proxy }
    }

    /// Activates the unit if that is due, then sends a heartbeat and everything that waits.
    async fn round(&self) -> Outcome {
        let to = match self.destination() {
            Ok(Some(to)) => to,
            Ok(None) => return Outcome::Idle,
            Err(error) => return self.failed(&error),
        };
        match self.talk(&to).await {
            Ok(outcome) => outcome,
            Err(error) => self.failed(&error),
        }
    }

    fn failed(&self, error: &ReportError) -> Outcome {
        tracing::warn!(%error, "reporting failed");
        self.activity.failed(self.clock.now(), error);
        let noted = self.with_outbox(|outbox| outbox.set_outcome(Err(error.code())));
        if let Err(error) = noted {
            tracing::warn!(%error, "the failure can't be recorded either");
        }
        Outcome::Failed { retry_after: error.retry_after() }
    }

    async fn talk(&self, to: &Destination) -> Result<Outcome, ReportError> {
        let sender = Sender::new(to, &self.unit.route(), &self.clock)?;
        let subject = to.subject();
        let standing = self.with_outbox(|outbox| {
            outbox.claim(&subject)?;
            outbox.standing()
        })?;
        if standing.activation != Activation::Active {
            match self.activate(&sender, to).await? {
                Activation::Active => {}
                Activation::Refused { .. } => return Ok(Outcome::Refused),
                Activation::None | Activation::Pending(_) => return Ok(Outcome::Pending),
            }
        }
        let heartbeat = ReportBody::Heartbeat(self.heartbeat(standing.waiting, standing.lost));
        let answer = self.ask(&sender, &name(), heartbeat).await?;
        self.expect(&answer, ReportVerdict::Accepted)?;
        self.under_voltage.set(None);
        // Whatever a slow server has not taken by then waits for the next heartbeat
        let end = Instant::now() + self.options.pace.round;
        while let Some(batch) = self.with_outbox(|outbox| outbox.batch(&subject))? {
            let body = ReportBody::Events { events: &batch.entries };
            let answer = self.ask(&sender, &batch.id.to_string(), body).await?;
            if answer.verdict == ReportVerdict::Refused {
                self.with_outbox(|outbox| outbox.refuse(batch.id, self.clock.now()))?;
                return Err(ReportError::Refused);
            }
            self.expect(&answer, ReportVerdict::Accepted)?;
            self.with_outbox(|outbox| outbox.acknowledge(batch.id))?;
            if Instant::now() >= end {
                break;
            }
        }
        self.activity.accepted(self.clock.now());
        self.with_outbox(|outbox| outbox.set_outcome(Ok(self.clock.now())))?;
        Ok(Outcome::Reported)
    }

    async fn activate(&self, sender: &Sender<'_>, to: &Destination) -> Result<Activation, ReportError> {
        let version = env!("CARGO_PKG_VERSION");
        let body = ReportBody::Activation { brand: &to.brand, version, jwk: to.key.public().into() };
        let answer = self.ask(sender, &name(), body).await?;
        let activation = match answer.verdict {
            ReportVerdict::Activated => Activation::Active,
            ReportVerdict::Pending => Activation::Pending(answer.words),
            ReportVerdict::Refused => Activation::Refused { reason: answer.reason, words: answer.words },
            ReportVerdict::Accepted | ReportVerdict::UnknownDevice => return Err(ReportError::BadAnswer),
        };
        self.with_outbox(|outbox| outbox.set_activation(&activation, self.clock.now()))?;
        Ok(activation)
    }

    async fn ask(
        &self,
        sender: &Sender<'_>,
        jti: &str,
        body: ReportBody<'_>,
    ) -> Result<ReportAnswer, ReportError> {
        let Answered { answer, clock_offset_s } = sender.send(jti, body).await?;
        self.clock_offset_s.set(clock_offset_s);
        Ok(answer)
    }

    /// Converts an answer other than the wanted one to an error.
    fn expect(&self, answer: &ReportAnswer, wanted: ReportVerdict) -> Result<(), ReportError> {
        if answer.verdict == wanted {
            return Ok(());
        }
        if answer.verdict != ReportVerdict::UnknownDevice {
            return Err(ReportError::BadAnswer);
        }
        // Activate again next time
        self.with_outbox(|outbox| outbox.set_activation(&Activation::None, self.clock.now()))?;
        Err(ReportError::UnknownDevice)
    }

    fn heartbeat(&self, waiting: u64, lost: u64) -> Heartbeat {
        self.look_at_power();
        let catalog = self.unit.catalog();
        Heartbeat {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            catalog_version: catalog.map(|catalog| catalog.version),
            catalog_signed_at: catalog.map(|catalog| catalog.signed_at),
            catalog_expires_at: catalog.map(|catalog| catalog.expires_at),
            catalog_expired: catalog.map(|catalog| catalog.expired),
            in_step_at: self.unit.in_step_at(),
            free_bytes: free_bytes(self.options.paths.state_dir()),
            uptime_s: self.options.machine.uptime().map(|uptime| uptime.as_secs()),
            running_s: self.started.elapsed().as_secs(),
            temperature_c: self.options.machine.temperature_c(),
            under_voltage: self.under_voltage.get(),
            last_error: self.unit.last_error(),
            clock_offset_s: self.clock_offset_s.get(),
            waiting,
            lost,
        }
    }

    /// Polls the power supply. A reading covers a moment only, so there are many, and a bad one is
    /// remembered.
    async fn watch_power(&self) {
        loop {
            self.look_at_power();
            sleep(POWER).await;
        }
    }

    fn look_at_power(&self) {
        let before = self.under_voltage.get();
        let now = self.options.machine.under_voltage();
        self.under_voltage.set(if before == Some(true) { before } else { now });
    }

    /// Returns where reports go now; `None` without a report address.
    fn destination(&self) -> Result<Option<Destination>, ReportError> {
        let (Some(binding), Some(address)) = (self.unit.binding(), self.unit.report_address()) else {
            return Ok(None);
        };
        let key = Arc::new(DeviceKey::load_or_make(&self.options.paths.device_key())?);
        let sub = format!("{}/{}", binding.store, binding.device);
        Ok(Some(Destination { address, brand: binding.brand, sub, key }))
    }

    fn with_outbox<T>(
        &self,
        with: impl FnOnce(&mut Outbox) -> Result<T, OutboxError>,
    ) -> Result<T, OutboxError> {
        let _work = watchdog::begin_work("outbox");
        let mut place = self.outbox.borrow_mut();
        let outbox = match &mut *place {
            Some(outbox) => outbox,
            None => {
                place.insert(Outbox::open(&self.options.paths, self.options.ceiling, self.clock.as_ref())?)
            }
        };
        let result = with(outbox);
        if let Err(OutboxError(SqliteError::Damaged { detail })) = &result
            && let Some(outbox) = place.take()
        {
            *place = Some(outbox.replace(detail, self.clock.now())?);
        }
        result
    }
}

/// Returns a random number in 0..1, so that units started together do not act in step.
fn chance() -> f64 {
    f64::from(getrandom::u32().unwrap_or(u32::MAX / 2)) / (f64::from(u32::MAX) + 1.0)
}
