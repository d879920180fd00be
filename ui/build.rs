//! Compiles the pages and bundles their translations.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// Path of the translations below a language's folder.
const PO: &str = "LC_MESSAGES/cloud-shelf-ui.po";

fn main() {
    let debug = std::env::var_os("PROFILE").is_some_and(|profile| profile == "debug");
    let lang = if debug { with_pseudo_language().expect("a folder of languages") } else { "lang".into() };
    let config = slint_build::CompilerConfiguration::new()
        .with_bundled_translations(lang)
        .with_default_translation_context(slint_build::DefaultTranslationContext::None)
        // Tests find elements by their ids
        .with_debug_info(debug);
    slint_build::compile_with_config("app-window.slint", config).expect("the pages compile");
    println!("cargo:rerun-if-changed=lang");
}

/// Copies the languages and adds a pseudo-language for tests (`qps`): every English sentence with accents and
/// twice as long. A page with room for it has room for any language.
fn with_pseudo_language() -> io::Result<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it")).join("lang");
    let keep = |name: &Path, text: &str| {
        let path = folder.join(name).join(PO);
        fs::create_dir_all(path.parent().expect("a folder"))?;
        fs::write(path, text)
    };
    for lang in fs::read_dir("lang")? {
        let lang = lang?;
        keep(lang.file_name().as_ref(), &fs::read_to_string(lang.path().join(PO))?)?;
    }
    let po = fs::read_to_string(Path::new("lang/zh_CN").join(PO))?;
    let mut pseudo = String::from(
        "msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\"Plural-Forms: nplurals=1; plural=0;\\n\"\n",
    );
    let messages = po.lines().filter_map(|line| line.strip_prefix("msgid \"")?.strip_suffix('"'));
    for message in messages.filter(|message| !message.is_empty()) {
        pseudo += &format!("\nmsgid \"{message}\"\nmsgstr \"{}\"\n", stretch(message));
    }
    keep("qps".as_ref(), &pseudo)?;
    make_old(&folder)?;
    Ok(folder)
}

/// Backdates the folder: the compiler has cargo watch it, and a new one would cause a rebuild every time.
fn make_old(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        fs::read_dir(path)?.try_for_each(|entry| make_old(&entry?.path()))?;
    }
    fs::File::open(path)?.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1))
}

fn stretch(message: &str) -> String {
    let accent = |c: char| match c {
        'a' => 'à',
        'e' => 'é',
        'i' => 'ï',
        'o' => 'ö',
        'u' => 'ü',
        'A' => 'Å',
        'S' => 'Š',
        c => c,
    };
    let accented: String = message.chars().map(accent).collect();
    let again: String = accented.chars().filter(|c| !matches!(c, '{' | '}' | '0'..='9')).collect();
    format!("{accented} {again}")
}
