//! The previews in `ui/preview` compile, so that each still opens in Slint's viewer, and there is one
//! for every page.

use std::{
    fs,
    path::{Path, PathBuf},
};

fn ui() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui")
}

/// The .slint files of a folder below `ui`.
fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(ui().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "slint")).collect();
    files.sort();
    assert!(!files.is_empty(), "{folder} has no files");
    files
}

/// Compiles a file as `ui/build.rs` compiles the pages; what is wrong with it, if anything.
fn compile(file: &Path) -> Option<String> {
    let out = tempfile::tempdir().unwrap();
    let config = slint_build::CompilerConfiguration::new();
    slint_build::compile_with_output_path(file, out.path().join("preview.rs"), config)
        .err()
        .map(|error| format!("{}: {error}", file.display()))
}

#[test]
fn every_preview_opens() {
    let problems: Vec<_> = files("preview").iter().filter_map(|file| compile(file)).collect();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_page_has_a_preview() {
    let previews: String = files("preview").iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    for page in files("pages") {
        let import = format!("../pages/{}", page.file_name().unwrap().to_str().unwrap());
        assert!(previews.contains(&import), "no file in ui/preview shows {import}");
    }
}

#[test]
fn a_preview_that_has_rotted_would_be_found() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rotten.slint");
    fs::write(&file, "export component Preview inherits Window { NoSuchPage { } }").unwrap();
    assert!(compile(&file).is_some_and(|problem| problem.contains("NoSuchPage")));
}
