//! Runs apt with a single source and directories of its own. Of the system's apt and dpkg set-up, only dpkg's
//! list of installed packages is used.

use super::{
    Candidate, UpdateError,
    dpkg::{PACKAGE, command, last_line, run_within},
};
use cloud_shelf_core::{
    domain::{Message, Sha256},
    durable,
    program::ProgramOutput,
};
use std::{
    fmt::Write as _,
    fs,
    io::Read,
    num::NonZeroU32,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};
use url::Url;

/// Deadline: a package over a slow line takes hours, and a night is long enough.
const PATIENCE: Duration = Duration::from_secs(4 * 3600);
/// Upper bound on the source file, in bytes; a real one has a few hundred.
const MAX_SOURCE_BYTES: u64 = 64 << 10;

/// How the repository is reached.
#[derive(Clone, Debug, Default)]
pub struct Way {
    pub proxy: Option<Url>,
    /// Certificate authorities, in PEM, trusted in addition to the system's
    pub ca_pem: Vec<u8>,
    pub kib_per_s: Option<NonZeroU32>,
}

/// apt as configured for this module.
#[derive(Clone, Debug)]
pub(super) struct Apt {
    dir: PathBuf,
    source: PathBuf,
    way: Way,
}

/// A package file in the repository's signed index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    /// File name in apt's archive
    pub file: String,
    pub bytes: u64,
    pub sha256: Sha256,
}

impl Apt {
    pub fn new(dir: &Path, source: &Path, way: Way) -> Self {
        Self { dir: dir.into(), source: source.into(), way }
    }

    /// Returns the path of a downloaded package file.
    pub fn archive(&self, file: &str) -> PathBuf {
        self.dir.join("cache/archives").join(file)
    }

    pub fn clean(&self) {
        // Leftover files do no harm
        let _ = fs::remove_dir_all(self.dir.join("cache/archives"));
    }

    pub fn refresh(&self) -> Result<(), UpdateError> {
        check_source(&self.source)?;
        let said = self.run(&["update"])?;
        if said.is_ok() { Ok(()) } else { Err(why(&said)) }
    }

    /// Returns the version that `apt-get upgrade` would install, with phasing and held packages taken into
    /// account.
    pub fn candidate(&self) -> Result<Option<Candidate>, UpdateError> {
        let said = self.run(&["--simulate", "upgrade"])?;
        if !said.is_ok() {
            return Err(why(&said));
        }
        Ok(parse_candidate(&said.out).map(|version| Candidate { version }))
    }

    /// Returns the file of a version, from the signed index.
    pub fn offer(&self, version: &str) -> Result<Offer, UpdateError> {
        let said = self.run(&[
            "--print-uris",
            "--allow-downgrades",
            "--no-remove",
            "--reinstall",
            "install",
            &format!("{PACKAGE}={version}"),
        ])?;
        if !said.is_ok() {
            return Err(why(&said));
        }
        let offers = parse_offers(&said.out);
        match &offers[..] {
            [offer] if offer.file.starts_with("cloud-shelf_") => Ok(offer.clone()),
            [] => Err(UpdateError::Unfit { detail: format!("{PACKAGE} {version}") }),
            _ => {
                let files: Vec<_> = offers.iter().map(|offer| offer.file.as_str()).collect();
                Err(UpdateError::Unfit { detail: files.join(", ") })
            }
        }
    }

    /// Downloads a version completely into [`Self::archive`]. Installs nothing.
    pub fn download(&self, version: &str) -> Result<(), UpdateError> {
        let said = self.run(&[
            "--download-only",
            "--allow-downgrades",
            "--no-remove",
            "--reinstall",
            "install",
            &format!("{PACKAGE}={version}"),
        ])?;
        if said.is_ok() { Ok(()) } else { Err(why(&said)) }
    }

    fn run(&self, args: &[&str]) -> Result<ProgramOutput, UpdateError> {
        let config = self.dir.join("apt.conf");
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |error| UpdateError::Io { path, error }
        };
        for dir in ["lists/partial", "cache/archives/partial"].map(|dir| self.dir.join(dir)) {
            fs::create_dir_all(&dir).map_err(failed(&dir))?;
        }
        // Readable only by its owner, since a proxy's URL may contain a password
        durable::replace(&config, self.config()?.as_bytes()).map_err(failed(&config))?;
        let mut apt: Command = command("apt-get");
        apt.env("APT_CONFIG", &config).args(["--yes", "--quiet=2"]).args(args);
        run_within("apt-get", &mut apt, PATIENCE)
    }

    fn config(&self) -> Result<String, UpdateError> {
        let mut text = String::new();
        let mut set = |name: &str, value: &str| {
            let value: String = value.chars().filter(|c| !c.is_control() && *c != '"').collect();
            writeln!(text, "{name} \"{value}\";").unwrap_or_default();
        };
        let dir = |name: &str| self.dir.join(name).display().to_string();
        set("Dir::Etc::SourceList", &self.source.display().to_string());
        for none in [
            "Dir::Etc::SourceParts",
            "Dir::Etc::Parts",
            "Dir::Etc::Main",
            "Dir::Etc::Preferences",
            "Dir::Etc::PreferencesParts",
        ] {
            set(none, "/dev/null");
        }
        set("Dir::State::Lists", &dir("lists/"));
        set("Dir::Cache", &dir("cache/"));
        set("Dir::Log", &dir("log/"));
        for never in [
            "Acquire::AllowInsecureRepositories",
            "Acquire::AllowWeakRepositories",
            "Acquire::AllowDowngradeToInsecureRepositories",
            "APT::Get::AllowUnauthenticated",
            "APT::Install-Recommends",
        ] {
            set(never, "false");
        }
        // Otherwise apt ignores phasing whenever it believes it runs in a chroot
        set("Dir::Bin::ischroot", "/bin/false");
        set("APT::Update::Error-Mode", "any");
        // The hash that is checked again before dpkg gets the file
        set("Acquire::ForceHash", "SHA256");
        set("Acquire::Languages", "none");
        set("Acquire::Retries", "3");
        set("DPkg::Lock::Timeout", "300");
        for scheme in ["http", "https"] {
            set(&format!("Acquire::{scheme}::Timeout"), "60");
            if let Some(proxy) = &self.way.proxy {
                set(&format!("Acquire::{scheme}::Proxy"), proxy.as_str());
            }
            if let Some(cap) = self.way.kib_per_s {
                set(&format!("Acquire::{scheme}::Dl-Limit"), &cap.to_string());
            }
        }
        if !self.way.ca_pem.is_empty() {
            // apt accepts only one CA file
            let path = self.dir.join("ca.pem");
            let mut all = fs::read("/etc/ssl/certs/ca-certificates.crt").unwrap_or_default();
            all.extend_from_slice(&self.way.ca_pem);
            durable::replace(&path, &all)
                // apt reads it as its own user; nothing in it is secret
                .and_then(|()| fs::set_permissions(&path, fs::Permissions::from_mode(0o644)))
                .map_err(|error| UpdateError::Io { path: path.clone(), error })?;
            set("Acquire::https::CaInfo", &path.display().to_string());
        }
        Ok(text)
    }
}

/// Checks the source file. It must name its key; otherwise any key trusted by the system could sign this
/// program.
fn check_source(path: &Path) -> Result<(), UpdateError> {
    let wrong = |detail| Err(UpdateError::Source { path: path.into(), detail });
    let mut text = String::new();
    match fs::File::open(path).and_then(|file| file.take(MAX_SOURCE_BYTES).read_to_string(&mut text)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(UpdateError::NoSource { path: path.into() });
        }
        Err(_) => return wrong(Message::fixed("文件读不出来", "it can't be read")),
        Ok(_) => {}
    }
    match source_fault(&text) {
        Some(fault) => wrong(fault),
        None => Ok(()),
    }
}

/// Returns what is wrong with a deb822 source.
fn source_fault(text: &str) -> Option<Message> {
    let lines = || text.lines().filter(|line| !line.starts_with('#'));
    let field = |name: &str| {
        lines()
            .filter(|line| line.split(':').next().is_some_and(|field| field.eq_ignore_ascii_case(name)))
            .count()
    };
    let uris = || {
        let value = lines()
            .find_map(|line| line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("URIs")));
        value.map(|(_, uris)| uris).unwrap_or_default().split_whitespace()
    };
    let sources = field("URIs");
    let fault = |zh, en| Some(Message::fixed(zh, en));
    if sources == 0 {
        fault("缺少 URIs 一行", "no URIs")
    } else if sources != 1 {
        fault("写了不止一个源", "more than one source")
    } else if !uris().all(|uri| uri.starts_with("https://") || uri.starts_with("http://")) {
        // apt does not copy file:/ packages into its archive
        fault("URIs 须以 https:// 或 http:// 开头", "URIs are https:// or http://")
    } else if field("Signed-By") != 1 {
        fault("缺少 Signed-By 一行", "no Signed-By")
    } else if field("Trusted")
        + field("Allow-Insecure")
        + field("Allow-Weak")
        + field("Allow-Downgrade-To-Insecure")
        > 0
    {
        fault("放弃了签名检查", "it turns off signature checks")
    } else {
        None
    }
}

/// Parses a line such as `Inst cloud-shelf [0.1.0] (0.2.0 stable [amd64])`.
fn parse_candidate(out: &str) -> Option<String> {
    let line =
        out.lines().find_map(|line| line.strip_prefix("Inst ")?.strip_prefix(PACKAGE)?.strip_prefix(' '))?;
    let (_, new) = line.split_once('(')?;
    let version = new.split([' ', ')']).next()?;
    (!version.is_empty()).then(|| version.to_owned())
}

/// Parses lines such as `'https://host/pool/x.deb' x.deb 1234 SHA256:…`.
fn parse_offers(out: &str) -> Vec<Offer> {
    let offer = |line: &str| {
        let mut words = line.strip_prefix('\'')?.split_once("' ")?.1.split(' ');
        let file = words.next()?;
        let bytes = words.next()?.parse().ok()?;
        let sha256 = words.next()?.strip_prefix("SHA256:")?.parse().ok()?;
        let is_plain = file.ends_with(".deb") && !file.contains('/');
        is_plain.then(|| Offer { file: file.to_owned(), bytes, sha256 })
    };
    out.lines().filter_map(offer).collect()
}

/// Maps apt's messages to an error.
fn why(said: &ProgramOutput) -> UpdateError {
    let errors: Vec<&str> =
        said.err.lines().filter(|line| line.starts_with("E:") || line.starts_with("W:")).collect();
    let has = |words: &[&str]| errors.iter().find(|line| words.iter().any(|word| line.contains(word)));
    let detail = |line: Option<&&str>| {
        line.map_or_else(
            || last_line(&said.err),
            |line| line.trim_start_matches(['E', 'W', ':', ' ']).chars().take(300).collect(),
        )
    };
    if let Some(line) = has(&[
        "signature",
        "NO_PUBKEY",
        "not signed",
        "GPG error",
        "public key is not available",
        "no longer signed",
        "keyring",
        "EXPKEYSIG",
        "REVKEYSIG",
    ]) {
        UpdateError::Signature { detail: detail(Some(line)) }
    } else if let Some(line) = has(&["Hash Sum mismatch", "unexpected size", "doesn't match"]) {
        UpdateError::Tampered { file: detail(Some(line)) }
    } else if has(&["No space left", "enough free space"]).is_some() {
        UpdateError::Full { detail: detail(has(&["space"])) }
    } else if has(&["Could not get lock", "Unable to acquire", "Unable to lock"]).is_some() {
        UpdateError::Busy
    } else if let Some(line) = has(&[
        "Failed to fetch",
        "Could not resolve",
        "Could not connect",
        "Temporary failure",
        "expired",
        "not valid yet",
        "Release file",
    ]) {
        UpdateError::Unreachable { detail: detail(Some(line)) }
    } else if has(&[
        "unmet dependencies",
        "held broken",
        "Unable to correct",
        "Packages need to be removed",
        "was not found",
    ])
    .is_some()
    {
        // The missing dependency is listed on stdout
        let missing = said.out.lines().find(|line| {
            line.contains("Depends:") || line.contains("Conflicts:") || line.contains("Breaks:")
        });
        UpdateError::Unfit { detail: missing.map_or_else(|| detail(None), |line| line.trim().to_owned()) }
    } else {
        UpdateError::Program { what: "apt-get", detail: detail(errors.first()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SOURCE: &str = "Types: deb\nURIs: https://updates.example.com/debian\nSuites: stable\nComponents: main\nSigned-By: /usr/share/keyrings/x.gpg\n";

    #[test]
    fn a_source_names_its_key_and_is_one() {
        assert_eq!(source_fault(SOURCE), None);
        for (text, fault) in [
            ("", "no URIs"),
            ("# URIs: x\n# Signed-By: y", "no URIs"),
            (&SOURCE.replace("Signed-By", "# Signed-By"), "no Signed-By"),
            (&SOURCE.replace("https://", "file:/"), "URIs are https:// or http://"),
            (&SOURCE.replace("https://", "http://a/ cdrom://"), "URIs are https:// or http://"),
            (&format!("{SOURCE}Trusted: yes\n"), "it turns off signature checks"),
            (&format!("{SOURCE}allow-insecure: yes\n"), "it turns off signature checks"),
            (&format!("{SOURCE}\n{SOURCE}"), "more than one source"),
        ] {
            assert_eq!(source_fault(text).map(|fault| fault.en).as_deref(), Some(fault), "{text}");
        }
    }

    #[test]
    fn a_missing_source_is_another_thing_than_a_bad_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cloud-shelf.sources");
        let refreshed = || Apt::new(dir.path(), &path, Way::default()).refresh().unwrap_err();
        assert_eq!(refreshed().code(), "update_no_source");
        fs::write(&path, SOURCE.replace("Signed-By", "# Signed-By")).unwrap();
        let bad = refreshed();
        assert_eq!(bad.code(), "update_bad_source");
        assert!(bad.message().zh.contains("（缺少 Signed-By 一行）"), "{}", bad.message().zh);
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert!(refreshed().message().zh.contains("（文件读不出来）"));
    }

    #[test]
    fn apts_own_user_may_read_the_authorities() {
        let dir = tempfile::tempdir().unwrap();
        let way = Way { ca_pem: b"-----BEGIN CERTIFICATE-----".to_vec(), ..Way::default() };
        let config = Apt::new(dir.path(), Path::new("/none"), way).config().unwrap();
        let ca = dir.path().join("ca.pem");
        assert!(config.contains(&format!("Acquire::https::CaInfo \"{}\";", ca.display())));
        assert_eq!(fs::metadata(&ca).unwrap().permissions().mode() & 0o777, 0o644);
        assert!(fs::read_to_string(&ca).unwrap().ends_with("-----BEGIN CERTIFICATE-----"));
    }

    #[test]
    fn what_apt_would_do_is_read_from_its_words() {
        let out = "Inst libfoo [1] (2 x [amd64])\nInst cloud-shelf-doc [1] (2 x [all])\nInst cloud-shelf [0.1.0-1] (1:0.2.0~rc1-1 Cloud Shelf:stable [amd64])\nConf cloud-shelf (1:0.2.0)\n";
        assert_eq!(parse_candidate(out).as_deref(), Some("1:0.2.0~rc1-1"));
        assert_eq!(parse_candidate("Conf cloud-shelf (0.2.0)\n"), None);
        let hash = "ab".repeat(32);
        let out = format!(
            "'http://h/p/cloud-shelf_1%3a0.2.0_amd64.deb' cloud-shelf_1%3a0.2.0_amd64.deb 4096 SHA256:{hash}\n"
        );
        assert_eq!(
            parse_offers(&out),
            [Offer {
                file: "cloud-shelf_1%3a0.2.0_amd64.deb".into(),
                bytes: 4096,
                sha256: hash.parse().unwrap()
            }]
        );
        for bad in ["'http://h/x.deb' ../x.deb 1 SHA256:", "'http://h/x.deb' x.deb 1 MD5Sum:00", "x"] {
            assert_eq!(parse_offers(bad), []);
        }
    }

    #[test]
    fn what_apt_complains_of_is_told_apart() {
        for (err, code) in [
            (
                "W: GPG error: http://h stable InRelease: The following signatures couldn't be verified\nE: The repository 'http://h stable InRelease' is not signed.\n",
                "update_bad_signature",
            ),
            (
                "E: Failed to fetch http://h/x.deb  Hash Sum mismatch\n   Hashes of expected file:\n",
                "update_tampered",
            ),
            (
                "E: Failed to fetch http://h/InRelease  Could not connect to h:80\nE: Some index files failed to download.\n",
                "update_unreachable",
            ),
            ("E: Release file for http://h/InRelease is expired (invalid since 3d).\n", "update_unreachable"),
            ("E: You don't have enough free space in /var/cache/.\n", "update_disk_full"),
            (
                "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7 (apt)\n",
                "update_busy",
            ),
            ("E: Unable to correct problems, you have held broken packages.\n", "update_unfit"),
            ("E: Something new\n", "update_program"),
            ("", "update_program"),
        ] {
            let said = ProgramOutput { code: Some(100), out: String::new(), err: err.into() };
            assert_eq!(why(&said).code(), code, "{err}");
        }
    }

    proptest! {
        #[test]
        fn any_words_of_apt_are_read_without_harm(text in "(?s)(Inst |cloud-shelf|\\(|\\)|'|SHA256:|[a-f0-9 .\n/]){0,60}") {
            let _ = parse_candidate(&text);
            for offer in parse_offers(&text) {
                prop_assert!(!offer.file.contains('/'));
            }
        }
    }
}
