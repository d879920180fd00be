//! Delays shutdown, requested by systemd or a person, while dpkg is at work.

use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    flag, low_level,
};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
};

/// Delays shutdown during a step.
#[derive(Clone, Debug)]
pub struct Gate {
    is_open: Arc<AtomicBool>,
    /// The signal that arrived during a step; 0 if none did
    asked: Arc<AtomicUsize>,
}

impl Gate {
    /// Creates a gate without signals.
    pub fn open() -> Self {
        Self { is_open: Arc::new(AtomicBool::new(true)), asked: Arc::default() }
    }

    /// Creates the gate of this process and installs its signal handlers.
    pub fn of_process() -> io::Result<Self> {
        let gate = Self::open();
        for signal in [SIGTERM, SIGINT, SIGHUP] {
            flag::register_conditional_default(signal, gate.is_open.clone())?;
            flag::register_usize(signal, gate.asked.clone(), usize::try_from(signal).unwrap_or_default())?;
        }
        Ok(gate)
    }

    /// Runs a step to its end. A shutdown requested meanwhile follows at once; the next start continues the
    /// update, as after a power cut.
    pub fn hold<T>(&self, step: impl FnOnce() -> T) -> T {
        self.is_open.store(false, SeqCst);
        let done = step();
        self.is_open.store(true, SeqCst);
        if let Ok(signal @ 1..) = i32::try_from(self.asked.swap(0, SeqCst)) {
            tracing::info!(signal, "the step is done; ending as requested by the signal");
            if let Err(error) = low_level::emulate_default_handler(signal) {
                tracing::warn!(%error, "the signal's default action failed");
            }
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        env,
        os::unix::process::ExitStatusExt,
        process::{Command, Output},
    };

    const ROLE: &str = "CLOUD_SHELF_TEST_GATE";

    /// Acts a role in a separate process, whose signals reach the gate.
    fn act(role: &str) {
        let gate = Gate::of_process().unwrap();
        let ask = || low_level::raise(SIGTERM).unwrap();
        match role {
            "between" => ask(),
            _ => gate.hold(|| {
                ask();
                println!("the step is whole");
            }),
        }
        println!("nobody has ended it");
    }

    fn acted(role: &str) -> Output {
        let mut child = Command::new(env::current_exe().unwrap());
        let name = "update::gate::tests::the_end_waits_for_a_step_and_for_nothing_else";
        child.args(["--exact", name, "--nocapture"]).env(ROLE, role).output().unwrap()
    }

    #[test]
    fn the_end_waits_for_a_step_and_for_nothing_else() {
        if let Ok(role) = env::var(ROLE) {
            return act(&role);
        }
        for (role, is_whole) in [("between", false), ("within", true)] {
            let output = acted(role);
            let said = String::from_utf8_lossy(&output.stdout);
            assert_eq!(output.status.signal(), Some(SIGTERM), "{role}: {said}");
            assert_eq!(said.contains("the step is whole"), is_whole, "{role}: {said}");
            assert!(!said.contains("nobody has ended it"), "{role}: {said}");
        }
    }
}
