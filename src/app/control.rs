//! The kiosk's side of the control socket: answers requests of `cloud-shelfctl`.

use super::{thread, vitals::Vitals};
use cloud_shelf::{
    control::{
        CardPlace, Handler, KioskStatus, LeftFile, PageName, Reply, ReportsStatus, Request, Show, SyncStatus,
        Words, serve,
    },
    inbox::Ledger,
    sync::Handle,
    telemetry::SharedActivity,
};
use cloud_shelf_core::{
    clock::{Clock, SystemClock},
    disk,
    domain::Message,
    durable, media,
    paths::Paths,
    settings::SettingsReport,
    watchdog,
};
use cloud_shelf_platform::{self as platform, Rendering};
use cloud_shelf_screen::{Page, Place, Screen, with_screen};
use std::{
    fs,
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::Path,
    sync::Arc,
    time::Duration,
};
use tokio::sync::{Mutex, oneshot};

/// Deadline for an answer of the UI thread; past it the screen counts as stuck.
const PATIENCE: Duration = Duration::from_secs(5);

/// Upper bound on the ignored inbox files that one status reply lists.
const MAX_LEFT: usize = 20;

/// Serves the control socket for as long as the program lives.
pub fn start(paths: &Paths, handle: &Handle, vitals: &Vitals, reports: SharedActivity, ledger: &Ledger) {
    let (paths, handle, vitals, ledger) = (paths.clone(), handle.clone(), vitals.clone(), ledger.clone());
    let desk = Desk { paths, handle, vitals, reports, ledger, camera: Mutex::new(()) };
    thread::spawn("control", move || {
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return tracing::error!(%error, "the control socket can't be served"),
        };
        let (socket, elsewhere) = (desk.paths.control_socket(), desk.paths.fallback_control_socket());
        let desk = Arc::new(desk);
        let mut served = runtime.block_on(serve(&socket, desk.clone()));
        if served.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::ReadOnlyFilesystem) {
            served = own_directory(&elsewhere).and_then(|()| runtime.block_on(serve(&elsewhere, desk)));
        }
        if let Err(error) = served {
            tracing::error!(%error, "the control socket can't be served");
        }
    });
}

/// Creates the directory of the fallback socket. Fails if the directory belongs to another user.
fn own_directory(socket: &Path) -> io::Result<()> {
    let dir = socket.parent().ok_or(io::ErrorKind::InvalidInput)?;
    match fs::DirBuilder::new().mode(0o700).create(dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let about = fs::symlink_metadata(dir)?;
    let is_own = about.is_dir() && about.uid() == rustix::process::geteuid().as_raw();
    if is_own { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

struct Desk {
    paths: Paths,
    handle: Handle,
    vitals: Vitals,
    reports: SharedActivity,
    ledger: Ledger,
    /// Held while a screenshot is taken: all screenshots share one file
    camera: Mutex<()>,
}

impl Handler for Desk {
    async fn handle(&self, request: Request) -> Reply {
        // Every reply has a deadline, so a request that outlives the watchdog's bound is a stuck thread
        let _work = watchdog::begin_work("control");
        match request {
            Request::Status => {
                let sync = SyncStatus::from(&self.handle.standing());
                let vitals = self.vitals.clone();
                let reports = ReportsStatus::from(&self.reports.now());
                let (left_alone, left_alone_count) = left_alone(&self.ledger);
                ask(move |screen| {
                    let status = status(screen, sync, reports, &vitals);
                    Reply::Status(Box::new(KioskStatus { left_alone, left_alone_count, ..status }))
                })
                .await
            }
            Request::Sync => {
                let before = self.handle.standing();
                self.handle.sync_now();
                Reply::Sync(Box::new(SyncStatus::from(&before)))
            }
            Request::SyncStatus => Reply::Sync(Box::new(SyncStatus::from(&self.handle.standing()))),
            Request::Show { page } => {
                let place = match page {
                    Show::Attract => Place::Attract,
                    Show::Shelf => Place::Shelf,
                    Show::Search => Place::Search,
                    Show::Item { item_id } => Place::Item(item_id),
                    Show::Service => Place::Service,
                    Show::TouchTest => Place::TouchTest,
                    Show::ColorTest => Place::ColorTest,
                };
                ask(move |screen| match screen.show(&place) {
                    Ok(()) => Reply::Done,
                    Err(message) => refused(message),
                })
                .await
            }
            Request::Screenshot => self.screenshot().await,
        }
    }
}

impl Desk {
    async fn screenshot(&self) -> Reply {
        let _one_at_a_time = self.camera.lock().await;
        let Some(size) = on_screen(|screen| screen.window().size()).await else { return refused(stuck()) };
        // Slint's RGBA frame (4 bytes) plus the RGB copy that is written (3 bytes)
        let bytes = (4 + 3) * u64::from(size.width) * u64::from(size.height);
        let room = tokio::task::spawn_blocking(move || media::reserve_within(bytes, PATIENCE)).await;
        let Ok(Some(_room)) = room else { return refused(busy()) };
        let pixels = match on_screen(picture).await {
            Some(Ok(pixels)) => pixels,
            Some(Err(error)) => {
                return refused(Message::new(
                    format!("无法截屏：{error}"),
                    format!("No screenshot: {error}"),
                ));
            }
            None => return refused(stuck()),
        };
        let target = self.paths.screenshot();
        let written = tokio::task::spawn_blocking(move || write_png(&target, &pixels)).await;
        match written.map_err(std::io::Error::other).flatten() {
            Ok(()) => Reply::Done,
            Err(error) => {
                let remedy = disk::remedy(&error);
                refused(Message::new(
                    format!("截屏无法保存（{error}）。{}", remedy.zh),
                    format!("The screenshot can't be saved ({error}). {}", remedy.en),
                ))
            }
        }
    }
}

/// Returns the pixels on the screen; renders the page again if the framebuffer can't be read.
fn picture(screen: &Screen) -> Result<platform::Snapshot, slint::PlatformError> {
    if let Some(picture) = platform::snapshot() {
        return Ok(picture);
    }
    let drawn = screen.window().take_snapshot()?;
    let mut picture = platform::Snapshot::new(drawn.width(), drawn.height());
    for (to, from) in picture.make_mut_slice().iter_mut().zip(drawn.as_slice()) {
        *to = slint::Rgb8Pixel::new(from.r, from.g, from.b);
    }
    Ok(picture)
}

/// Writes the PNG with an atomic rename: no reader sees half a picture, and a symbolic link at the target is
/// replaced, not followed.
fn write_png(target: &Path, pixels: &platform::Snapshot) -> io::Result<()> {
    let mut bytes = Vec::new();
    {
        let mut encoder = png::Encoder::new(&mut bytes, pixels.width(), pixels.height());
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        // Streamed row by row, so that the picture is not held in memory twice
        let mut writer = encoder.write_header()?;
        let mut rows = writer.stream_writer()?;
        rows.write_all(pixels.as_bytes())?;
        rows.finish()?;
    }
    durable::replace(target, &bytes)
}

/// Runs `answer` on the UI thread and returns its reply, or a refusal if the screen is stuck.
async fn ask(answer: impl FnOnce(&Screen) -> Reply + Send + 'static) -> Reply {
    on_screen(answer).await.unwrap_or_else(|| refused(stuck()))
}

/// Runs `work` on the UI thread; `None` if the UI thread does not get to it within [`PATIENCE`].
async fn on_screen<T: Send + 'static>(work: impl FnOnce(&Screen) -> T + Send + 'static) -> Option<T> {
    let (sender, receiver) = oneshot::channel();
    slint::invoke_from_event_loop(move || {
        with_screen(|screen| {
            // The requester may have timed out
            let _ = sender.send(work(screen));
        });
    })
    .ok()?;
    tokio::time::timeout(PATIENCE, receiver).await.ok()?.ok()
}

fn busy() -> Message {
    Message::fixed(
        "设备正在处理大图片，内存暂时不足，请稍后再截屏。",
        "The unit is busy with large pictures and has no memory left for a screenshot; try again in a moment.",
    )
}

fn stuck() -> Message {
    Message::fixed("屏幕程序没有响应，请重启设备。", "The screen does not answer; restart the unit.")
}

fn refused(message: Message) -> Reply {
    Reply::Refused { zh: message.zh.into_owned(), en: message.en.into_owned() }
}

fn status(screen: &Screen, sync: SyncStatus, reports: ReportsStatus, vitals: &Vitals) -> KioskStatus {
    let size = screen.window().size();
    let (picture_bytes, picture_bytes_max) = screen.picture_bytes();
    let rendering = platform::rendering();
    KioskStatus {
        running: true,
        page: page_name(screen),
        item_id: screen.item_id(),
        frames: platform::frames(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: vitals.started_at(),
        database_opened: vitals.database_opened(),
        catalog_read: vitals.catalog_read(),
        catalog_version: screen.catalog_version(),
        language: screen.language().as_str().to_owned(),
        width: size.width,
        height: size.height,
        scroll_px: screen.scrolled(),
        countdown: screen.countdown(),
        picture_bytes: picture_bytes as u64,
        picture_bytes_max: picture_bytes_max as u64,
        typed: screen.typed() as u32,
        cards_waiting: screen.cards_waiting() as u32,
        cards: screen.cards_in_sight().into_iter().map(card_place).collect(),
        settings: Some(SettingsReport::at(&screen.settings(), SystemClock.now())),
        config_problem: screen.config_problem().map(Words::from),
        sync: Some(sync),
        reports: Some(reports),
        offline: screen.freshness().offline,
        display: platform::description(),
        renderer: rendering.as_ref().map(Rendering::name),
        left_alone: Vec::new(),
        left_alone_count: 0,
        renderer_reason: rendering.as_ref().and_then(Rendering::reason).map(Words::from),
    }
}

/// Returns the first [`MAX_LEFT`] ignored files and the total count: a reply is one line of at most 64 KiB.
fn left_alone(ledger: &Ledger) -> (Vec<LeftFile>, usize) {
    let (left, count) = ledger.left();
    let file = |left: &cloud_shelf::inbox::LeftAlone| {
        let words = left.message().into();
        LeftFile { file: left.name(), problem: left.code().to_owned(), words }
    };
    (left.iter().take(MAX_LEFT).map(file).collect(), count)
}

pub fn page_name(screen: &Screen) -> PageName {
    match screen.page() {
        Page::Attract => PageName::Attract,
        Page::Shelf => PageName::Shelf,
        Page::Item => PageName::Item,
        Page::Search => PageName::Search,
        Page::Setup => PageName::Setup,
        Page::Service => PageName::Service,
        Page::Closed => PageName::Closed,
        Page::Fault => PageName::Fault,
    }
}

fn card_place((item_id, [left, top, width, height]): (String, [i32; 4])) -> CardPlace {
    CardPlace { item_id, left, top, width, height }
}
