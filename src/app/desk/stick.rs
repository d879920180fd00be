//! Binding from a USB stick's `bind.toml`. The stick is only read. A unit without a PIN accepts the first
//! `bind.toml`; a unit with a PIN accepts the file only if it contains that PIN.

use cloud_shelf::{
    enrolment::{BindFile, bind},
    pin::{Answer, Gate, Pin, PinFile},
    sync,
    unit::{BindingError, Bound, ThisUnit},
};
use cloud_shelf_core::domain::Message;
use std::time::Instant;

/// The outcome, with its messages.
pub(super) enum Outcome {
    Bound(Vec<Message>),
    /// The unit is already bound so
    Same,
    Refused(Message),
}

/// Applies the file as far as the PIN rules allow.
pub(super) fn take(bytes: &[u8], unit: &ThisUnit, gate: &mut Gate, now: Instant) -> Outcome {
    let file = match BindFile::parse(bytes) {
        Ok(file) => file,
        Err(problem) => return Outcome::Refused(problem.0),
    };
    let before = match unit.read_binding() {
        Ok(before) => before,
        // Binding again is the remedy
        Err(BindingError::Damaged { .. }) => None,
        Err(error) => return Outcome::Refused(error.message()),
    };
    let feed = |before: &Bound| file.feed.is_none() || file.feed == before.feed;
    if before.as_ref().is_some_and(|before| same(before, &file) && feed(before)) {
        if file.pin.is_some() && gate.is_set().is_ok_and(|set| !set) {
            return Outcome::Refused(Message::fixed(
                "这台设备已经绑定，U 盘里的 PIN 不再采用。请在屏幕上设置 PIN，或运行 sudo cloud-shelfctl pin",
                "This unit is bound already, and takes no PIN from a stick any more. Set it on the screen, or run sudo \
                 cloud-shelfctl pin",
            ));
        }
        // Binding again in the same way lets a unit without a clock recover from a wrongly signed time. Keys
        // and versions stay, so this weakens nothing
        return match sync::forget_time(&unit.paths().feed_trust()) {
            Ok(()) => Outcome::Same,
            Err(error) => Outcome::Refused(error.message()),
        };
    }
    let has_pin = match may(&file, before.is_some(), gate, now) {
        Ok(has_pin) => has_pin,
        Err(words) => return Outcome::Refused(words),
    };
    let enrolled = match bind(unit, &file.found, file.feed.clone()) {
        Ok(enrolled) => enrolled,
        Err(words) => return Outcome::Refused(words),
    };
    let mut remarks = enrolled.remarks;
    if let Some(pin) = file.pin.filter(|_| !has_pin)
        && let Err(error) = set(unit, &pin)
    {
        remarks.push(error);
    }
    Outcome::Bound(remarks)
}

fn same(before: &Bound, file: &BindFile) -> bool {
    let (before, found) = (&before.binding, &file.found.binding);
    before.store == found.store && before.device == found.device
}

/// Checks whether the file may bind this unit, and returns whether the unit has a PIN.
fn may(file: &BindFile, bound: bool, gate: &mut Gate, now: Instant) -> Result<bool, Message> {
    let refused = |zh: &'static str, en: &'static str| Err(Message::fixed(zh, en));
    if !gate.is_set().map_err(|error| error.message())? {
        if bound {
            return refused(
                "这台设备已经绑定了别的码，没有改动。请先设置服务 PIN，再在服务页里更改",
                "This unit is bound by other codes; nothing is changed. Set a service PIN first, then change them on the \
                 service page",
            );
        }
        return Ok(false);
    }
    let Some(pin) = &file.pin else {
        return refused(
            "这台设备设置了服务 PIN，没有改动。请在 bind.toml 里写上 pin = \"……\"，或在服务页里更改",
            "This unit has a service PIN; nothing is changed. Put pin = \"…\" into bind.toml, or use the service page",
        );
    };
    match gate.open(pin.as_str(), now).map_err(|error| error.message())? {
        Answer::Right | Answer::NoPin => Ok(true),
        Answer::Wrong(_) => refused(
            "bind.toml 里的 PIN 不对，没有改动。请核对后重新插入",
            "The PIN in bind.toml is not this unit's; nothing is changed. Mend it, and plug the stick in again",
        ),
        Answer::Wait(left) => {
            let seconds = left.as_secs() + 1;
            Err(Message::new(
                format!("刚才 PIN 输错过，没有改动。请等 {seconds} 秒后重新插入"),
                format!(
                    "A wrong PIN was given before; nothing is changed. Plug the stick in again in {seconds} s"
                ),
            ))
        }
    }
}

fn set(unit: &ThisUnit, pin: &Pin) -> Result<(), Message> {
    PinFile::new(unit.paths()).set(pin).map_err(|error| error.message())
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloud_shelf_core::paths::Paths;

    const OURS: &str = "store = \"184454101\"\ndevice = \"8F6A77C73E\"";
    const OTHERS: &str = "store = \"184454102\"\ndevice = \"049AA6585C\"";

    struct Unit {
        _dir: tempfile::TempDir,
        unit: ThisUnit,
        gate: Gate,
    }

    impl Unit {
        fn new(pin: Option<&str>) -> Self {
            let dir = tempfile::tempdir().unwrap();
            let paths = Paths::new(Some(dir.path().into()), None, None);
            if let Some(pin) = pin {
                PinFile::new(&paths).set(&Pin::parse(pin).unwrap()).unwrap();
            }
            let gate = Gate::new(PinFile::new(&paths), Instant::now());
            Self { _dir: dir, unit: ThisUnit::of_kiosk(&paths), gate }
        }

        fn take(&mut self, text: &str) -> String {
            match take(text.as_bytes(), &self.unit, &mut self.gate, Instant::now()) {
                Outcome::Bound(_) => "bound".into(),
                Outcome::Same => "same".into(),
                Outcome::Refused(words) => words.en.into_owned(),
            }
        }

        fn device(&self) -> Option<String> {
            let bound = self.unit.read_binding().unwrap();
            bound.map(|bound| bound.binding.device.as_str().to_owned())
        }
    }

    #[test]
    fn a_new_unit_takes_codes_and_pin_and_no_second_stick_changes_them() {
        let mut unit = Unit::new(None);
        assert_eq!(unit.take(&format!("{OURS}\npin = \"4711\"")), "bound");
        assert!(unit.gate.is_set().unwrap());
        assert_eq!(unit.take(OURS), "same");
        assert!(unit.take(OTHERS).contains("has a service PIN"));
        assert!(unit.take(&format!("{OTHERS}\npin = \"8520\"")).contains("not this unit's"));
        assert!(
            unit.take(&format!("{OTHERS}\npin = \"4711\"")).contains("Plug the stick in again"),
            "a wrong PIN must delay the next try"
        );
        assert_eq!(unit.device().as_deref(), Some("8F6A77C73E"));
    }

    #[test]
    fn who_knows_the_pin_may_bind_anew() {
        let mut unit = Unit::new(Some("4711"));
        assert!(unit.take(OURS).contains("has a service PIN"), "an unbound unit still has its PIN");
        assert_eq!(unit.take(&format!("{OURS}\npin = \"4711\"")), "bound");
        assert_eq!(unit.take(&format!("{OTHERS}\npin = \"4711\"")), "bound");
        assert_eq!(unit.device().as_deref(), Some("049AA6585C"));
    }

    #[test]
    fn a_bound_unit_without_a_pin_stays_as_it_is() {
        let mut unit = Unit::new(None);
        assert_eq!(unit.take(OURS), "bound");
        assert!(unit.take(OTHERS).contains("bound by other codes"));
        assert!(unit.take(&format!("{OURS}\npin = \"4711\"")).contains("no PIN from a stick"));
        assert!(!unit.gate.is_set().unwrap());
        let feed = format!("{OURS}\nfeed = \"https://evil.example.com/x\"");
        assert!(unit.take(&feed).contains("bound by other codes"), "the feed must not change either");
        assert!(unit.take("run = \"reboot\"").contains("line 1"));
        assert_eq!(unit.device().as_deref(), Some("8F6A77C73E"));
    }
}
