//! `screen.json`: this unit's screen set-up.

use super::{Mode, Renderer, Rotation, ScreenSetup};
use crate::{disk, domain::Message, durable, plain_file};
use serde::{Deserialize, Serialize};
use std::{
    io,
    path::{Path, PathBuf},
};

/// Upper bound; the file has about 100 bytes.
const MAX_BYTES: u64 = 16 * 1024;
const SCHEMA: u32 = 1;
const BRIGHTNESS: std::ops::RangeInclusive<u8> = 5..=100;
const MAX_OUTPUT_BYTES: usize = 64;

/// Why the set-up can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ScreenFileError {
    #[error("cannot read {path}")]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write {path}")]
    Write { path: PathBuf, source: io::Error },
    #[error("{path} is damaged: {what}")]
    Damaged { path: PathBuf, what: String },
}

impl ScreenFileError {
    /// Says what happened and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::Read { path, source } => {
                let (path, why, remedy) =
                    (path.display(), plain_file::describe_error(source), disk::remedy(source));
                Message::new(
                    format!("读不到屏幕设置 {path}（{}）。{}", why.zh, remedy.zh),
                    format!("Cannot read {path} ({}). {}", why.en, remedy.en),
                )
            }
            Self::Write { path, source } => {
                let (path, why, remedy) =
                    (path.display(), plain_file::describe_error(source), disk::remedy(source));
                Message::new(
                    format!("写不了屏幕设置 {path}（{}）。{}", why.zh, remedy.zh),
                    format!("Cannot write {path} ({}). {}", why.en, remedy.en),
                )
            }
            Self::Damaged { path, what } => Message::new(
                format!(
                    "屏幕设置 {} 已损坏（{what}），暂按默认显示。请重新设置：sudo cloud-shelfctl screen --rotation 90",
                    path.display()
                ),
                format!(
                    "{} is damaged ({what}); the defaults apply. Set it again: sudo cloud-shelfctl screen --rotation 90",
                    path.display()
                ),
            ),
        }
    }
}

/// JSON form of the file.
#[derive(Serialize, Deserialize)]
struct ScreenSetupForm {
    schema: u32,
    #[serde(default)]
    rotation: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mode: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    brightness: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    renderer: Option<String>,
}

/// The file with a unit's screen set-up.
#[derive(Clone, Debug)]
pub struct ScreenFile {
    path: PathBuf,
}

impl ScreenFile {
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the set-up; the default without a file.
    pub fn load(&self) -> Result<ScreenSetup, ScreenFileError> {
        let read = plain_file::read_if_exists(&self.path, MAX_BYTES)
            .map_err(|source| ScreenFileError::Read { path: self.path.clone(), source })?;
        let Some(bytes) = read else { return Ok(ScreenSetup::default()) };
        parse(&bytes).map_err(|what| ScreenFileError::Damaged { path: self.path.clone(), what })
    }

    pub fn save(&self, setup: &ScreenSetup) -> Result<(), ScreenFileError> {
        let document = ScreenSetupForm {
            schema: SCHEMA,
            rotation: setup.rotation.degrees(),
            output: setup.output.clone(),
            mode: setup.mode.map(|mode| mode.to_string()),
            brightness: setup.brightness,
            renderer: (setup.renderer != Renderer::Auto).then(|| setup.renderer.to_string()),
        };
        let bytes = serde_json::to_vec_pretty(&document).expect("plain values");
        durable::replace(&self.path, &bytes)
            .map_err(|source| ScreenFileError::Write { path: self.path.clone(), source })
    }
}

fn parse(bytes: &[u8]) -> Result<ScreenSetup, String> {
    let document: ScreenSetupForm = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let mode = document.mode.map(|mode| mode.parse::<Mode>()).transpose();
    Ok(ScreenSetup {
        rotation: Rotation::try_from(document.rotation).map_err(|error| error.to_string())?,
        output: document.output.filter(|output| (1..=MAX_OUTPUT_BYTES).contains(&output.len())),
        mode: mode.map_err(|error| error.to_string())?,
        brightness: document.brightness.map(|percent| percent.clamp(*BRIGHTNESS.start(), *BRIGHTNESS.end())),
        // A renderer that this version does not know must not cost the rotation
        renderer: document.renderer.and_then(|renderer| renderer.parse().ok()).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(dir: &tempfile::TempDir) -> ScreenFile {
        ScreenFile::new(dir.path().join("screen.json"))
    }

    #[test]
    fn what_is_saved_is_loaded() {
        let dir = tempfile::tempdir().unwrap();
        let file = file(&dir);
        assert_eq!(file.load().unwrap(), ScreenSetup::default());
        let setup = ScreenSetup {
            rotation: Rotation::ThreeQuarters,
            output: Some("DSI-1".into()),
            mode: Some("800x480@60".parse().unwrap()),
            brightness: Some(70),
            renderer: Renderer::Software,
        };
        file.save(&setup).unwrap();
        assert_eq!(file.load().unwrap(), setup);
    }

    #[test]
    fn rubbish_is_told_from_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = file(&dir);
        for rubbish in ["", "[]", "{\"schema\":1,\"rotation\":45}", "{\"schema\":1,\"mode\":\"big\"}", "\0\0"]
        {
            std::fs::write(file.path(), rubbish).unwrap();
            assert!(matches!(file.load(), Err(ScreenFileError::Damaged { .. })), "{rubbish}");
        }
        // Zero brightness must not leave the panel dark
        std::fs::write(file.path(), "{\"schema\":1,\"brightness\":0,\"later\":true}").unwrap();
        assert_eq!(file.load().unwrap().brightness, Some(5));
    }

    #[test]
    fn a_file_of_another_version_keeps_what_is_known() {
        let dir = tempfile::tempdir().unwrap();
        let file = file(&dir);
        for (renderer, expected) in [
            ("", Renderer::Auto),
            (",\"renderer\":\"gpu\"", Renderer::Gpu),
            (",\"renderer\":\"vulkan\"", Renderer::Auto),
        ] {
            std::fs::write(file.path(), format!("{{\"schema\":1,\"rotation\":90{renderer}}}")).unwrap();
            let expected =
                ScreenSetup { rotation: Rotation::Quarter, renderer: expected, ..Default::default() };
            assert_eq!(file.load().unwrap(), expected, "{renderer}");
        }
    }
}
