//! Carries out the orders that staff give on the screen, on two threads: one for quick orders, one for the
//! slow ones of the network.

mod facts;
mod judge;
mod networks;
mod orders;
mod stick;

use super::thread;
use crate::{
    paths::Paths,
    sync::Handle,
    ui::{self, Field, Order, Verdict},
};
use std::{
    os::unix::process::CommandExt,
    process::Command,
    sync::{
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc::{Sender, channel},
    },
};

static RESTART: AtomicBool = AtomicBool::new(false);

/// Sends orders to the two threads; cheap to clone.
#[derive(Clone)]
pub struct Desk {
    jobs: Sender<Job>,
    networks: Sender<Order>,
}

enum Job {
    Order(Order),
    /// The bytes of a `bind.toml` from a USB stick
    Bind(Vec<u8>),
}

impl Desk {
    /// Starts the threads. They run until the program ends.
    pub fn start(paths: &Paths, handle: &Handle) -> Self {
        let (jobs, orders) = channel();
        let (networks, network_orders) = channel();
        let (here, sync) = (paths.clone(), handle.clone());
        thread::spawn("desk", move || orders::Clerk::new(here, sync).work(&orders));
        let (here, sync) = (paths.clone(), handle.clone());
        thread::spawn("networks", move || networks::Clerk::new(here, sync).work(&network_orders));
        Self { jobs, networks }
    }

    pub fn take_bind_file(&self, bytes: Vec<u8>) {
        // The receiving thread lives as long as the program
        let _ = self.jobs.send(Job::Bind(bytes));
    }
}

impl ui::Desk for Desk {
    fn judge(&self, field: Field, text: &str) -> Verdict {
        judge::judge(field, text)
    }

    fn order(&self, order: Order) {
        // The receiving threads live as long as the program
        match order {
            Order::Watch(_) => {
                let _ = self.networks.send(order.clone());
                let _ = self.jobs.send(Job::Order(order));
            }
            Order::Networks { .. } | Order::Join { .. } | Order::Forget { .. } | Order::Proxy(_) => {
                let _ = self.networks.send(order);
            }
            order => {
                let _ = self.jobs.send(Job::Order(order));
            }
        }
    }
}

/// Ends the event loop, so that the program restarts.
fn restart() {
    RESTART.store(true, Relaxed);
    if slint::quit_event_loop().is_err() {
        tracing::debug!("the screen is gone");
    }
}

/// Returns whether a restart was ordered and no systemd is there to do it.
pub(super) fn is_restart_wanted() -> bool {
    RESTART.load(Relaxed) && std::env::var_os("INVOCATION_ID").is_none()
}

/// Replaces this process with a new run of the program; returns only if that fails.
pub(super) fn start_anew() -> std::io::Error {
    match std::env::current_exe() {
        Ok(program) => Command::new(program).args(std::env::args_os().skip(1)).exec(),
        Err(error) => error,
    }
}
