//! Replays the fuzzers' corpora on a stable compiler, so that what was found stays fixed.

use crate::{documents, pictures, stick_script};
use cloud_shelf::{
    control::{Reply, Request},
    enrolment::BindFile,
    sync::{Feed, Progress, Round, Watch, take_bundle},
};
use cloud_shelf_core::{
    binding,
    clock::FixedClock,
    domain::Rgb,
    domain::{DeviceId, StoreId, text},
    feed::{
        CatalogDocument, FeedAddress, FeedBrand, FeedSettings, ObjectRef, PointerClaims, Signer, Subject,
        read_catalog, verify_pointer,
    },
    link, media,
    paths::Paths,
    report::ReportAnswer,
    table,
    transport::Replay,
};
use proptest::{collection::vec, prelude::*};
use std::{fs, io::Cursor, path::Path, sync::Arc};

fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let entries = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path());
    let inputs: Vec<_> = entries.map(|path| (path.display().to_string(), fs::read(&path).unwrap())).collect();
    assert!(!inputs.is_empty(), "{target} has no corpus");
    inputs
}

#[test]
fn link() {
    for (name, bytes) in corpus("link") {
        if let Ok(found) = link::parse(&String::from_utf8_lossy(&bytes)) {
            assert_eq!(link::parse(&found.to_string()), Ok(found), "{name}");
        }
    }
}

#[test]
fn binding_line() {
    for (name, bytes) in corpus("binding_line") {
        let found = binding::parse(&String::from_utf8_lossy(&bytes));
        assert!(!found.bindings.is_empty() || !found.problems.is_empty(), "{name}");
    }
}

#[test]
fn table() {
    for (_, bytes) in corpus("table") {
        let _ = table::read("fuzz", &bytes);
    }
}

#[test]
fn feed_pointer() {
    let subject = Subject::new(StoreId::parse("184454101").unwrap(), DeviceId::parse("8F6A77C73E").unwrap());
    let (subject, signer) = (subject.unwrap(), Signer::from_seed(&[1; 32]));
    let verify = |bytes: &[u8]| verify_pointer(bytes, &signer.public().into(), &subject, 1_800_000_000, 0);
    let mut sound = 0;
    for (name, bytes) in corpus("feed_pointer") {
        let _ = verify(&bytes);
        if let Ok(pointer) = verify(signer.sign_payload(&bytes).as_bytes()) {
            assert_eq!(*verify(signer.sign(&pointer).unwrap().as_bytes()).unwrap(), *pointer, "{name}");
            sound += 1;
        }
    }
    assert!(sound > 0, "the corpus has no valid input");
}

#[test]
fn feed_catalog() {
    let read = |bytes: &[u8]| read_catalog(bytes, &ObjectRef::for_bytes(bytes));
    let mut sound = 0;
    for (name, bytes) in corpus("feed_catalog") {
        if let Ok(catalog) = read(&bytes) {
            assert_eq!(read(&catalog.to_bytes().unwrap()), Ok(catalog), "{name}");
            sound += 1;
        }
    }
    assert!(sound > 0, "the corpus has no valid input");
}

#[test]
fn pointer_members() {
    let sound = corpus("pointer_members").iter().filter(|(_, choices)| documents::pointer(choices)).count();
    assert!(sound > 0, "the corpus has no valid input");
}

#[test]
fn catalog_members() {
    let sound = corpus("catalog_members").iter().filter(|(_, choices)| documents::catalog(choices)).count();
    assert!(sound > 0, "the corpus has no valid input");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    /// A short run of what the fuzzers do for hours.
    #[test]
    fn documents_are_taken_exactly_if_every_member_is_sound(choices in vec(0_u8..=255, 0..400)) {
        documents::pointer(&choices);
        documents::catalog(&choices);
    }
}

#[test]
fn report_answer() {
    let mut answers = 0;
    for (name, bytes) in corpus("report_answer") {
        if let Some(answer) = ReportAnswer::parse(&bytes, "AAECAwQFBgcICQoLDA0ODw") {
            for text in [&answer.words.zh, &answer.words.en, &answer.reason] {
                assert!(text.chars().count() <= 200 && text::first_hidden(text).is_none(), "{name}");
            }
            answers += 1;
        }
    }
    assert!(answers > 0, "the corpus has no valid answer");
}

#[test]
fn http_answer() {
    let folder = tempfile::tempdir().unwrap();
    let replay = Replay::new(folder.path().join("place")).unwrap();
    let (mut taken, mut refused) = (0, 0);
    for (name, bytes) in corpus("http_answer") {
        let replayed = replay.play(&bytes).unwrap_or_else(|| panic!("{name} is not an answer"));
        replayed.check();
        let all = [&replayed.catalog, &replayed.picture, &replayed.report];
        taken += all.iter().filter(|result| result.is_ok()).count();
        refused += all.iter().filter(|result| result.is_err()).count();
    }
    assert!(taken > 0 && refused > 0, "the corpus must have accepted and refused answers");
}

/// Small ones of each kind that was made to harm; `core/tests/decoding.rs` has them at their full size.
/// `script/accept corpus` writes them anew.
#[test]
fn picture() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/picture");
    if std::env::var_os("CLOUD_SHELF_ACCEPT").is_some() {
        fs::create_dir_all(&dir).unwrap();
        for (name, bytes) in pictures::small() {
            fs::write(dir.join(name), bytes).unwrap();
        }
    }
    for (name, bytes) in pictures::small() {
        assert!(bytes.len() < 4 << 10, "{name} has {} bytes", bytes.len());
        assert!(dir.join(name).exists(), "the corpus lacks {name}");
    }
    let mut shown = 0;
    for (name, bytes) in corpus("picture") {
        for made in media::prepare_picture(&bytes).into_iter().flat_map(|prepared| prepared.renditions) {
            let pixels = media::decode(&made.jpeg).unwrap();
            assert_eq!((pixels.width, pixels.height), (made.width, made.height), "{name}");
            shown += 1;
        }
        let _ = media::prepare_logo(&bytes);
    }
    assert!(shown > 0, "the corpus has no valid picture");
}

#[test]
fn control() {
    let (mut requests, mut replies) = (0, 0);
    for (name, line) in corpus("control") {
        if let Ok(request) = Request::read(&line) {
            assert_eq!(Request::read(&request.line().unwrap()).unwrap(), request, "{name}");
            requests += 1;
        }
        if let Ok(reply) = Reply::read(&line) {
            assert_eq!(Reply::read(&reply.line().unwrap()).unwrap(), reply, "{name}");
            replies += 1;
        }
    }
    assert!(requests > 0 && replies > 0, "the corpus must have valid requests and replies");
}

#[test]
fn bind_toml() {
    let mut sound = 0;
    for (name, bytes) in corpus("bind_toml") {
        match BindFile::parse(&bytes) {
            Ok(_) => sound += 1,
            Err(problem) => assert!(!problem.0.zh.is_empty() && !problem.0.en.is_empty(), "{name}"),
        }
    }
    assert!(sound > 0, "the corpus has no valid input");
}

#[test]
fn stick() {
    let taken: usize = corpus("stick").iter().map(|(_, script)| stick_script::play(script)).sum();
    assert!(taken > 20, "the corpus has too few accepted bundles: {taken}");
}

struct Nobody;

impl Watch for Nobody {
    fn progress(&mut self, _: Progress) {}

    fn is_wanted(&self) -> bool {
        true
    }
}

/// Returns the smallest valid bundle for the fuzzer's unit: a pointer and a catalog without items.
fn sound_bundle(subject: &Subject, signer: &Signer) -> Vec<u8> {
    let catalog = CatalogDocument::new(Vec::new(), Vec::new()).unwrap().to_bytes().unwrap();
    let object = ObjectRef::for_bytes(&catalog);
    let claims = PointerClaims {
        subject: subject.clone(),
        version: 1,
        issued_at: 1_800_000_000,
        expires_at: 1_800_086_400,
        brand: FeedBrand { name: "启赋".into(), primary: Rgb(1, 2, 3), accent: Rgb(4, 5, 6), logo: None },
        catalog: object,
        settings: FeedSettings::default(),
        keys: None,
    };
    let mut archive = tar::Builder::new(Vec::new());
    for (path, bytes) in
        [(subject.path(), signer.sign(&claims).unwrap().into_bytes()), (object.path(), catalog)]
    {
        let mut header = tar::Header::new_ustar();
        header.set_mode(0o644);
        header.set_size(bytes.len() as u64);
        archive.append_data(&mut header, path, &bytes[..]).unwrap();
    }
    archive.into_inner().unwrap()
}

/// `script/accept corpus` writes the valid bundle again.
#[test]
fn bundle() {
    let subject = Subject::new(StoreId::parse("184454101").unwrap(), DeviceId::parse("8F6A77C73E").unwrap());
    let (subject, signer) = (subject.unwrap(), Signer::from_seed(&[1; 32]));
    let sound = sound_bundle(&subject, &signer);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/bundle/sound.tar");
    if std::env::var_os("CLOUD_SHELF_ACCEPT").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, &sound).unwrap();
    }
    assert_eq!(fs::read(&file).unwrap(), sound, "the valid bundle in the corpus is out of date");
    let address = FeedAddress::new("https://feed.example.com", signer.public().into()).unwrap();
    let feed = Feed { address, subject };
    for (name, bytes) in corpus("bundle") {
        let state = tempfile::tempdir().unwrap();
        let paths = Paths::new(Some(state.path().into()), None, None);
        let clock = Arc::new(FixedClock(cloud_shelf_core::clock::BUILD_TIME.max(1_800_000_000)));
        let taken = take_bundle(&paths, &feed, Cursor::new(bytes), clock, &mut Nobody);
        if name.ends_with("sound.tar") && cloud_shelf_core::clock::BUILD_TIME < 1_800_086_400 {
            assert_eq!(taken.unwrap(), Round::Taken { changed: true, objects: 0 });
        }
    }
}
