//! Brightness of the panel, if the kernel can dim it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

const SYSTEM: &str = "/sys/class/backlight";

/// Backlights of the unit.
#[derive(Clone, Debug)]
pub struct Backlight {
    dir: PathBuf,
}

impl Default for Backlight {
    fn default() -> Self {
        Self::at(SYSTEM)
    }
}

impl Backlight {
    /// Uses the kernel's backlight directory at a path.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// Sets every backlight to a percentage; returns false if there is none, as with HDMI.
    pub fn set(&self, percent: u8) -> io::Result<bool> {
        let mut any = false;
        for light in self.lights() {
            let most = number(&light.join("max_brightness"))?;
            // Rounded up: the lowest step of a coarse backlight is not dark
            let level = (most * u64::from(percent.min(100))).div_ceil(100);
            fs::write(light.join("brightness"), level.to_string())?;
            any = true;
        }
        Ok(any)
    }

    /// Returns the percentage of the first backlight; `None` if there is none.
    pub fn percent(&self) -> io::Result<Option<u8>> {
        let Some(light) = self.lights().next() else { return Ok(None) };
        let (level, most) = (number(&light.join("brightness"))?, number(&light.join("max_brightness"))?);
        Ok(Some(u8::try_from(level * 100 / most.max(1)).unwrap_or(100)))
    }

    fn lights(&self) -> impl Iterator<Item = PathBuf> {
        fs::read_dir(&self.dir).into_iter().flatten().flatten().map(|entry| entry.path())
    }
}

fn number(path: &Path) -> io::Result<u64> {
    fs::read_to_string(path)?.trim().parse().map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_light_is_set_in_its_own_steps() {
        let dir = tempfile::tempdir().unwrap();
        let backlight = Backlight::at(dir.path());
        assert!(!backlight.set(50).unwrap());
        assert_eq!(backlight.percent().unwrap(), None);
        for (name, most) in [("10-0045", 255), ("coarse", 3)] {
            let light = dir.path().join(name);
            fs::create_dir(&light).unwrap();
            fs::write(light.join("max_brightness"), format!("{most}\n")).unwrap();
            fs::write(light.join("brightness"), "1\n").unwrap();
        }
        let level = |name: &str| number(&dir.path().join(name).join("brightness")).unwrap();
        assert!(backlight.set(5).unwrap());
        assert_eq!((level("10-0045"), level("coarse")), (13, 1));
        assert!(backlight.set(100).unwrap());
        assert_eq!((level("10-0045"), level("coarse")), (255, 3));
        assert_eq!(backlight.percent().unwrap(), Some(100));
    }
}
