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
use job::Job;
use std::sync::mpsc::{Sender, channel};

/// Sends orders to the two threads; cheap to clone.
#[derive(Clone)]
pub struct Desk {
    jobs: Sender<Job>,
    networks: Sender<Order>,
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
