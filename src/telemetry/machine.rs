//! State of the machine, read from Linux's `/sys` and `/proc`.
//!
//! Temperature: `/sys/class/thermal/thermal_zone*`, in thousandths of a degree. Under-voltage on a
//! Raspberry Pi: the kernel's hwmon driver `rpi_volt` polls the firmware every two seconds and has
//! `in0_lcrit_alarm`; kernels from before 2018 have the firmware's `get_throttled` instead, a
//! hexadecimal number whose bit 0 means "now" and bit 16 "since boot".

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

/// Upper bound for these files.
const MAX_BYTES: u64 = 256;

/// Degrees Celsius from which a Raspberry Pi may throttle its processor, and from which it throttles as far as it
/// can.
const WARM_C: i32 = 75;
const HOT_C: i32 = 85;

/// How hot a processor is, by what a Raspberry Pi's firmware does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heat {
    Normal,
    /// Worth knowing: the unit may slow down
    Warm,
    /// The unit slows down as far as it can
    Hot,
}

impl Heat {
    pub const fn from_celsius(degrees: i32) -> Self {
        match degrees {
            HOT_C.. => Self::Hot,
            WARM_C.. => Self::Warm,
            _ => Self::Normal,
        }
    }
}

/// The machine whose files are below a root directory: `/`, except in tests.
#[derive(Clone, Debug)]
pub struct Machine {
    root: PathBuf,
}

impl Machine {
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Returns the temperature in degrees Celsius, of the processor if its zone is known.
    pub fn temperature_c(&self) -> Option<i32> {
        let zones = self.numbered("sys/class/thermal", "thermal_zone");
        let of_cpu = |zone: &&PathBuf| {
            line(&zone.join("type"))
                .is_some_and(|kind| ["cpu", "soc", "pkg"].iter().any(|word| kind.contains(word)))
        };
        let zone = zones.iter().find(of_cpu).or_else(|| zones.first())?;
        let milli: i32 = line(&zone.join("temp"))?.parse().ok()?;
        Some(milli.saturating_add(500).div_euclid(1000)).filter(|degrees| (-60..=200).contains(degrees))
    }

    /// Whether the power supply is or was too weak; `None` if the machine can't tell.
    pub fn under_voltage(&self) -> Option<bool> {
        let monitors = self.numbered("sys/class/hwmon", "hwmon");
        let volt = monitors.iter().find(|monitor| line(&monitor.join("name")).as_deref() == Some("rpi_volt"));
        if let Some(volt) = volt {
            return match line(&volt.join("in0_lcrit_alarm"))?.as_str() {
                "0" => Some(false),
                "1" => Some(true),
                _ => None,
            };
        }
        Some(self.firmware_flags()? & 0x1_0001 != 0)
    }

    /// Returns the Raspberry Pi firmware's flags: bit 0 under-voltage, 1 frequency capped, 2
    /// throttled, 3 soft temperature limit; the same 16 bits higher for "since boot".
    pub fn firmware_flags(&self) -> Option<u32> {
        let bits = line(&self.root.join("sys/devices/platform/soc/soc:firmware/get_throttled"))?;
        u32::from_str_radix(bits.trim_start_matches("0x"), 16).ok()
    }

    /// Returns the time since boot.
    pub fn uptime(&self) -> Option<Duration> {
        let text = line(&self.root.join("proc/uptime"))?;
        Duration::try_from_secs_f64(text.split(' ').next()?.parse().ok()?).ok()
    }

    /// Returns the directories `base/name0`, `base/name1`, … in numeric order.
    fn numbered(&self, base: &str, name: &str) -> Vec<PathBuf> {
        let number =
            |path: &Path| -> Option<u32> { path.file_name()?.to_str()?.strip_prefix(name)?.parse().ok() };
        let mut found: Vec<(u32, PathBuf)> = fs::read_dir(self.root.join(base))
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter_map(|path| Some((number(&path)?, path)))
            .collect();
        found.sort();
        found.into_iter().map(|(_, path)| path).collect()
    }
}

/// Reads the first line of a small file.
fn line(path: &Path) -> Option<String> {
    let mut text = String::new();
    fs::File::open(path).ok()?.take(MAX_BYTES).read_to_string(&mut text).ok()?;
    text.lines().next().map(|line| line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine with the given files.
    fn machine(files: &[(&str, &str)]) -> (tempfile::TempDir, Machine) {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let machine = Machine::new(dir.path());
        (dir, machine)
    }

    #[test]
    fn a_raspberry_pi_tells_everything() {
        let (_dir, pi) = machine(&[
            ("sys/class/thermal/thermal_zone0/type", "cpu-thermal\n"),
            ("sys/class/thermal/thermal_zone0/temp", "48312\n"),
            ("sys/class/hwmon/hwmon0/name", "cpu_thermal\n"),
            ("sys/class/hwmon/hwmon1/name", "rpi_volt\n"),
            ("sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n"),
            // The driver's value wins
            ("sys/devices/platform/soc/soc:firmware/get_throttled", "0\n"),
            ("proc/uptime", "350735.47 234388.90\n"),
        ]);
        assert_eq!(pi.temperature_c(), Some(48));
        assert_eq!(pi.under_voltage(), Some(true));
        assert_eq!(pi.uptime(), Some(Duration::from_millis(350_735_470)));
    }

    #[test]
    fn the_firmware_is_asked_where_there_is_no_driver() {
        for (bits, expected) in [
            ("0\n", Some(false)),
            ("50005\n", Some(true)),
            ("0x50000", Some(true)),
            ("80008\n", Some(false)),
            ("", None),
            ("?", None),
        ] {
            let (_dir, pi) = machine(&[("sys/devices/platform/soc/soc:firmware/get_throttled", bits)]);
            assert_eq!(pi.under_voltage(), expected, "{bits:?}");
        }
    }

    #[test]
    fn the_processors_temperature_is_chosen_and_nonsense_is_not_believed() {
        for (zones, expected) in [
            (&[][..], None),
            (&[("acpitz", "27800")], Some(28)),
            (&[("acpitz", "27800"), ("x86_pkg_temp", "61000")], Some(61)),
            (&[("cpu-thermal", "-5400")], Some(-5)),
            (&[("cpu-thermal", "2147483647")], None),
            (&[("cpu-thermal", "warm")], None),
        ] {
            let files: Vec<_> = (0..)
                .zip(zones)
                .flat_map(|(n, (kind, temp))| {
                    let file = |name| format!("sys/class/thermal/thermal_zone{n}/{name}");
                    [(file("type"), *kind), (file("temp"), *temp)]
                })
                .collect();
            let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
            let (_dir, machine) = machine(&files);
            assert_eq!(machine.temperature_c(), expected, "{zones:?}");
            assert_eq!((machine.under_voltage(), machine.uptime()), (None, None));
        }
    }
}
