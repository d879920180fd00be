//! The packaged shell completions match the command. `script/accept completions` rewrites the files.

use clap::CommandFactory;
use clap_complete::{Shell, generate};
use cloud_shelf::cli::Cli;
use std::{fs, path::Path};

#[test]
fn completions_are_those_of_the_command() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("debian/completions");
    for (shell, file) in [
        (Shell::Bash, "bash/cloud-shelfctl"),
        (Shell::Fish, "fish/cloud-shelfctl.fish"),
        (Shell::Zsh, "zsh/_cloud-shelfctl"),
    ] {
        let (path, mut made) = (dir.join(file), Vec::new());
        generate(shell, &mut Cli::command(), "cloud-shelfctl", &mut made);
        if std::env::var_os("CLOUD_SHELF_ACCEPT").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &made).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(kept.as_bytes() == made, "{file} is out of date; run script/accept completions");
    }
}
