//! Updates of a Debian unit: apt and dpkg install the package, systemd restarts the kiosk, and the kiosk
//! reports its own health.

pub use super::apt::Way;
use super::{
    Candidate, Change, Gate, Hands, Installed, Ledger, Phase, Proof, Release, UpdateError, Vital,
    apt::{Apt, Offer},
    dpkg::{self, PACKAGE},
    proof::Watch,
    repack::repack,
    upstream,
};
use cloud_shelf_core::{
    clock::{Clock, SystemClock},
    disk,
    domain::Sha256,
    durable,
    paths::Paths,
};
use std::{
    fs::{self, File, TryLockError},
    io::Read,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// Polling interval for the kiosk's health.
const BEAT: Duration = Duration::from_secs(1);
const RESTART_PATIENCE: Duration = Duration::from_secs(120);
/// Upper bound on a package, in bytes.
const MAX_DEB_BYTES: u64 = 256 << 20;
/// Free space needed for unpacking, in bytes, on top of the package itself.
const ROOM: u64 = 96 << 20;
const UNIT: &str = "cloud-shelf.service";

/// This machine.
pub struct Debian<'a> {
    paths: Paths,
    apt: Apt,
    /// Asks the kiosk; returns `None` if it does not answer
    pub kiosk: &'a mut dyn FnMut() -> Option<Vital>,
    /// Whether a screen is connected
    pub has_screen: &'a mut dyn FnMut() -> bool,
    pub catalog: bool,
    /// How long a new version may take to prove itself
    pub patience: Duration,
    /// Delays shutdown while dpkg is at work
    pub gate: Gate,
    /// The lock against concurrent updates, held until dropped
    _lock: File,
}

impl<'a> Debian<'a> {
    /// Takes the lock against concurrent updates.
    pub fn new(
        paths: &Paths,
        way: Way,
        patience: Duration,
        catalog: bool,
        kiosk: &'a mut dyn FnMut() -> Option<Vital>,
        has_screen: &'a mut dyn FnMut() -> bool,
    ) -> Result<Self, UpdateError> {
        let dir = paths.updates();
        let failed = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::PermissionDenied => UpdateError::NotRoot,
            _ => UpdateError::Io { path: dir.clone(), error },
        };
        is_roots_own(&dir)?;
        fs::create_dir_all(dir.join("kept")).map_err(failed)?;
        // apt's own user must enter the directory, and the kiosk reads the ledger
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).map_err(failed)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(dir.join("lock"))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(UpdateError::Busy),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let apt = Apt::new(&dir, &paths.update_source(), way);
        let (paths, gate) = (paths.clone(), Gate::open());
        Ok(Self { paths, apt, kiosk, has_screen, catalog, patience, gate, _lock: lock })
    }

    /// Loads the ledger. Call only while holding the lock: before that, another update may still write it.
    pub fn ledger(&self) -> Result<Ledger, UpdateError> {
        Ledger::load(&self.paths.update_ledger())
    }

    fn kept(&self, file: &str) -> PathBuf {
        self.paths.updates().join("kept").join(file)
    }

    /// Copies a package durably to the kept ones, if its content is as expected.
    fn keep(&self, from: &Path, version: &str, expected: Option<&Sha256>) -> Result<Release, UpdateError> {
        let bytes = read(from)?;
        let sha256 = Sha256::digest(&bytes);
        let tampered = || UpdateError::Tampered { file: from.display().to_string() };
        if expected.is_some_and(|expected| *expected != sha256)
            || dpkg::identity(from)? != (PACKAGE.to_owned(), version.to_owned())
        {
            return Err(tampered());
        }
        let safe: String = version
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || ".+~-".contains(c) { c } else { '_' })
            .collect();
        let file = format!("{PACKAGE}_{safe}.deb");
        let path = self.kept(&file);
        durable::replace(&path, &bytes).map_err(|error| UpdateError::Io { path, error })?;
        Ok(Release { version: version.to_owned(), file, sha256 })
    }

    fn bring(&self, version: &str) -> Result<Release, UpdateError> {
        let offer: Offer = self.apt.offer(version)?;
        let dir = self.paths.updates();
        let needed = offer.bytes.saturating_mul(2).saturating_add(ROOM);
        if let Some(free) = disk::free_bytes(&dir).filter(|free| *free < needed) {
            return Err(UpdateError::NoRoom { needed, free });
        }
        self.apt.download(version)?;
        let kept = self.keep(&self.apt.archive(&offer.file), version, Some(&offer.sha256));
        self.apt.clean();
        kept
    }
}

impl Hands for Debian<'_> {
    fn now(&self) -> i64 {
        SystemClock.now()
    }

    /// Sleeps, since neither the release of dpkg's lock nor the health of a kiosk that may not run can be
    /// awaited.
    fn pause(&mut self, time: Duration) {
        thread::sleep(time);
    }

    fn keep_ledger(&mut self, ledger: &Ledger) -> Result<(), UpdateError> {
        // The program that begins an update also finishes it, since the new one may be broken: keep a copy of
        // it. The copy's file name selects the command.
        let own = self.paths.updates().join("cloud-shelfctl");
        let failed = |error| UpdateError::Io { path: own.clone(), error };
        if matches!(ledger.phase, Phase::Installing { .. }) && !own.exists() {
            let program = fs::read("/proc/self/exe").map_err(failed)?;
            durable::replace(&own, &program).map_err(failed)?;
            fs::set_permissions(&own, fs::Permissions::from_mode(0o755)).map_err(failed)?;
        }
        ledger.keep(&self.paths.update_ledger())?;
        if ledger.phase == Phase::Idle {
            durable::remove(&own).map_err(failed)?;
        }
        Ok(())
    }

    fn repair(&mut self) -> Result<(), UpdateError> {
        self.gate.hold(dpkg::repair)
    }

    fn installed(&mut self) -> Result<Installed, UpdateError> {
        dpkg::installed()
    }

    fn refresh(&mut self) -> Result<(), UpdateError> {
        self.apt.refresh()
    }

    fn candidate(&mut self) -> Result<Option<Candidate>, UpdateError> {
        self.apt.candidate()
    }

    fn is_newer(&mut self, version: &str, than: &str) -> Result<bool, UpdateError> {
        dpkg::is_newer(version, than)
    }

    fn fetch(&mut self, candidate: &Candidate) -> Result<Release, UpdateError> {
        self.bring(&candidate.version)
    }

    fn preserve(&mut self, version: &str, kept: Option<&Release>) -> Result<Release, UpdateError> {
        if let Some(kept) = kept
            && self.verify(kept).is_ok()
        {
            return Ok(kept.clone());
        }
        // From the repository if it still has that version, else repacked from the installed files
        match self.bring(version) {
            // Repacking takes even more room, and works only for the installed version
            Err(error)
                if !matches!(error, UpdateError::NoRoom { .. })
                    && dpkg::installed()?.version.as_deref() == Some(version) =>
            {
                tracing::info!(%error, version, "repacking the installed version");
                let made = self.paths.updates().join("made.deb");
                repack(&self.paths.updates().join("making"), &made)?;
                let kept = self.keep(&made, version, None);
                let _ = fs::remove_file(&made);
                kept
            }
            brought => brought,
        }
    }

    fn verify(&mut self, release: &Release) -> Result<(), UpdateError> {
        let path = self.kept(&release.file);
        if Sha256::digest(&read(&path)?) == release.sha256 {
            Ok(())
        } else {
            Err(UpdateError::Tampered { file: path.display().to_string() })
        }
    }

    fn install(&mut self, release: &Release) -> Result<(), UpdateError> {
        let deb = self.kept(&release.file);
        self.gate.hold(|| dpkg::install(&deb))
    }

    fn restart(&mut self) -> Result<(), UpdateError> {
        let mut systemctl = std::process::Command::new("systemctl");
        // Clear systemd's start limit, so that a failed unit gets another chance
        let _ = dpkg::run_within("systemctl", systemctl.args(["reset-failed", UNIT]), RESTART_PATIENCE);
        let mut systemctl = std::process::Command::new("systemctl");
        let said =
            dpkg::run_within("systemctl", systemctl.args(["restart", "--no-block", UNIT]), RESTART_PATIENCE)?;
        let failed = || UpdateError::Program { what: "systemctl", detail: dpkg::last_line(&said.err) };
        if said.is_ok() { Ok(()) } else { Err(failed()) }
    }

    fn has_catalog(&mut self) -> bool {
        self.catalog
    }

    fn prove(&mut self, change: &Change) -> Proof {
        let version = upstream(&change.to.version);
        let begun = Instant::now();
        let mut watch = Watch::new(self.patience, change.had_catalog);
        let beat = BEAT.min(self.patience / 10);
        loop {
            let lap = Instant::now();
            let answer = (self.kiosk)().filter(|vital| vital.version == version);
            if let Some(proof) = watch.hear(begun.elapsed(), answer.as_ref()) {
                return proof;
            }
            self.pause(beat);
            if let Some(proof) = watch.wait(lap.elapsed(), (self.has_screen)()) {
                return proof;
            }
            if !watch.works_now() && begun.elapsed() >= self.patience * 2 {
                return Proof::Open;
            }
        }
    }

    fn drop_all_but(&mut self, kept: &[&Release]) {
        let dir = self.kept("");
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            if !kept.iter().any(|release| release.file.as_str() == entry.file_name()) {
                // Leftover files are removed next time
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Checks that only this user can have created the directory, or put a symbolic link in its place: its
/// content gets installed.
fn is_roots_own(dir: &Path) -> Result<(), UpdateError> {
    let own = rustix::process::geteuid().as_raw();
    let wrong = || UpdateError::Place { path: dir.to_owned() };
    let is_own =
        |file: &fs::Metadata| file.uid() == own && (file.mode() & 0o022 == 0 || file.mode() & 0o1000 != 0);
    let parent = dir.parent().and_then(|parent| fs::metadata(parent).ok());
    if parent.is_some_and(|parent| !is_own(&parent)) {
        return Err(wrong());
    }
    match fs::symlink_metadata(dir) {
        Ok(there) if !there.is_dir() || !is_own(&there) => Err(wrong()),
        _ => Ok(()),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, UpdateError> {
    let failed = |error| UpdateError::Io { path: path.into(), error };
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MAX_DEB_BYTES).read_to_end(&mut bytes)).map_err(failed)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(patience: Duration, answer: Option<Vital>, screen: bool) -> Proof {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(Some(dir.path().into()), None, None);
        let release = |version: &str| Release {
            version: version.into(),
            file: String::new(),
            sha256: Sha256::digest(b""),
        };
        let change = Change { from: release("0.1.0-1"), to: release("0.2.0-1"), had_catalog: true };
        let (mut kiosk, mut has_screen) = (|| answer.clone(), || screen);
        let mut debian =
            Debian::new(&paths, Way::default(), patience, true, &mut kiosk, &mut has_screen).unwrap();
        debian.prove(&change)
    }

    #[test]
    fn patience_ends_with_a_screen_only_and_another_version_proves_nothing() {
        let short = Duration::from_millis(50);
        let vital = |version: &str| {
            Some(Vital {
                version: version.into(),
                frames: 1,
                database_opened: true,
                catalog_read: true,
                ..Vital::default()
            })
        };
        assert!(matches!(proof(short, None, true), Proof::Bad(UpdateError::NotRunning)));
        assert!(matches!(proof(short, None, false), Proof::Open));
        assert!(matches!(proof(short, vital("0.1.0"), true), Proof::Bad(UpdateError::NotRunning)));
        assert!(matches!(proof(short, vital("0.2.0"), false), Proof::Good));
    }

    #[test]
    fn one_update_goes_on_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(Some(dir.path().into()), None, None);
        let (mut kiosk, mut screen, mut other, mut one) = (|| None, || true, || None, || true);
        let first = Debian::new(&paths, Way::default(), BEAT, true, &mut kiosk, &mut screen).unwrap();
        let second = Debian::new(&paths, Way::default(), BEAT, true, &mut other, &mut one);
        assert!(matches!(second.map(|_| ()), Err(UpdateError::Busy)));
        drop(first);
    }

    #[test]
    fn whoever_has_the_turn_reads_what_the_last_one_has_left() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(Some(dir.path().into()), None, None);
        let (mut kiosk, mut screen, mut other, mut one) = (|| None, || true, || None, || true);
        let mut first = Debian::new(&paths, Way::default(), BEAT, true, &mut kiosk, &mut screen).unwrap();
        let mut ledger = first.ledger().unwrap();
        // While the other process waits for the lock, it holds no stale ledger that it could write back
        assert!(Debian::new(&paths, Way::default(), BEAT, true, &mut other, &mut one).is_err());
        ledger.refuse("0.2.0", "update_dpkg", 7);
        first.keep_ledger(&ledger).unwrap();
        drop(first);
        let second = Debian::new(&paths, Way::default(), BEAT, true, &mut other, &mut one).unwrap();
        assert!(second.ledger().unwrap().is_refused("0.2.0"));
    }
}
