//! By which way a feed is reached, and how long its server is waited for.

use crate::config::{ConfigError, Network};
use std::{num::NonZeroU32, time::Duration};
use url::Url;

const KIB: NonZeroU32 = NonZeroU32::new(1024).unwrap();

/// By which way the feed is reached.
#[derive(Clone, Default)]
pub struct Route {
    /// `http` or `https`; a feed within the shop's own network is asked directly
    pub proxy: Option<Url>,
    /// Authorities trusted beside the system's, in PEM
    pub ca_pem: Vec<u8>,
    /// A feed may be over plain http, as long as it is within the shop's own network
    pub allow_private_feed: bool,
    /// Hosts that a file may be redirected to, beside the feed's own
    pub redirect_hosts: Vec<String>,
    /// For all connections together
    pub bytes_per_s: Option<NonZeroU32>,
    pub patience: Patience,
}

impl Route {
    /// As a unit's settings have it. Fails where the file of authorities cannot be read.
    pub fn of(network: &Network) -> Result<Self, ConfigError> {
        Ok(Self {
            proxy: network.proxy.as_deref().and_then(|proxy| proxy.parse().ok()),
            ca_pem: network.ca_pem()?,
            allow_private_feed: network.allow_private_feed,
            redirect_hosts: network.redirect_hosts.clone(),
            bytes_per_s: network.bandwidth_kib_s.map(|cap| cap.saturating_mul(KIB)),
            patience: Patience::default(),
        })
    }
}

impl std::fmt::Debug for Route {
    /// A proxy's address may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Route")
            .field("proxy", &self.proxy.as_ref().map(Url::host_str))
            .finish_non_exhaustive()
    }
}

/// How long a server is waited for.
#[derive(Clone, Debug)]
pub struct Patience {
    pub connect: Duration,
    /// Without a single byte
    pub silence: Duration,
    /// A transfer that brings fewer bytes per second than this over a whole `window` is given up;
    /// what came is kept
    pub min_bytes_per_s: u64,
    pub window: Duration,
    /// What every transfer may take, whatever its size: names, connections, handshakes, heads and
    /// redirects are in it
    pub base: Duration,
    /// By which the size of a transfer adds to that
    pub floor_bytes_per_s: u64,
}

impl Patience {
    /// What a transfer of so many bytes may take in all.
    pub fn total(&self, bytes: u64) -> Duration {
        self.base.saturating_add(Duration::from_secs(bytes / self.floor_bytes_per_s.max(1)))
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            silence: Duration::from_secs(30),
            min_bytes_per_s: 256,
            window: Duration::from_secs(60),
            base: Duration::from_secs(60),
            floor_bytes_per_s: 8 << 10,
        }
    }
}
