//! Carries out the orders that staff give on the screen, on two threads: one for quick orders, one for the
//! slow ones of the network.

mod facts;
mod job;
mod judge;
mod networks;
mod orders;
mod restart;
mod stick;

pub(super) use restart::{is_restart_wanted, start_anew};

use super::thread;
use cloud_shelf::{sync::Handle, unit::ThisUnit};
use cloud_shelf_screen::{self as ui, Field, Order, Verdict};
use job::{Job, NetworkJob};
use std::sync::mpsc::{Sender, channel};

/// Sends orders to the two threads; cheap to clone.
#[derive(Clone)]
pub struct Desk {
    jobs: Sender<Job>,
    networks: Sender<NetworkJob>,
}

impl Desk {
    /// Starts the threads. They run until the program ends.
    pub fn start(unit: &ThisUnit, handle: &Handle) -> Self {
        let (jobs, orders) = channel();
        let (networks, network_orders) = channel();
        let (here, sync) = (unit.clone(), handle.clone());
        thread::spawn("desk", move || orders::Clerk::new(here, sync).work(&orders));
        let (here, sync) = (unit.clone(), handle.clone());
        thread::spawn("networks", move || networks::Clerk::new(here, sync).work(&network_orders));
        Self { jobs, networks }
    }

    pub fn take_bind_file(&self, bytes: Vec<u8>) {
        self.send(Job::Bind(bytes));
    }

    fn send(&self, job: Job) {
        // The receiving thread lives as long as the program
        let _ = self.jobs.send(job);
    }

    fn send_to_networks(&self, job: NetworkJob) {
        // The receiving thread lives as long as the program
        let _ = self.networks.send(job);
    }
}

impl ui::Desk for Desk {
    fn judge(&self, field: Field, text: &str) -> Verdict {
        judge::judge(field, text)
    }

    fn order(&self, order: Order) {
        let job = match order {
            Order::Watch(watched) => {
                self.send_to_networks(NetworkJob::Watch(watched));
                Job::Watch(watched)
            }
            Order::Network(order) => return self.send_to_networks(NetworkJob::Order(order)),
            Order::Pin(order) => Job::Pin(order),
            Order::Unit(order) => Job::Unit(order),
            Order::Panel(order) => Job::Panel(order),
        };
        self.send(job);
    }
}
