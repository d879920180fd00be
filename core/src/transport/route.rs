//! How a feed is reached, and how long to wait for its server.

use crate::config::{ConfigError, NetworkConfig};
use std::{num::NonZeroU32, time::Duration};
use url::Url;

const KIB: NonZeroU32 = NonZeroU32::new(1024).unwrap();

/// Network route to a feed.
#[derive(Clone, Default)]
pub struct Route {
    /// `http` or `https` proxy; a feed within the shop's own network bypasses it
    pub proxy: Option<Url>,
    /// Certificate authorities trusted in addition to the system's, in PEM
    pub ca_pem: Vec<u8>,
    /// Whether the feed may use plain http, within the shop's own network only
    pub allow_private_feed: bool,
    /// Hosts that a file may be redirected to, in addition to the feed's own
    pub redirect_hosts: Vec<String>,
    /// Bandwidth limit for all connections together
    pub bytes_per_s: Option<NonZeroU32>,
    pub timeouts: Timeouts,
}

impl Route {
    /// Creates the route from a unit's settings. Fails if the certificate file can't be read.
    pub fn from_settings(network: &NetworkConfig) -> Result<Self, ConfigError> {
        Ok(Self {
            proxy: network.proxy.as_deref().and_then(|proxy| proxy.parse().ok()),
            ca_pem: network.ca_pem()?,
            allow_private_feed: network.allow_private_feed,
            redirect_hosts: network.redirect_hosts.clone(),
            bytes_per_s: network.bandwidth_kib_s.map(|cap| cap.saturating_mul(KIB)),
            timeouts: Timeouts::default(),
        })
    }
}

impl std::fmt::Debug for Route {
    /// Hides the proxy, whose address may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Route")
            .field("proxy", &self.proxy.as_ref().map(Url::host_str))
            .finish_non_exhaustive()
    }
}

/// How long to wait for a server.
#[derive(Clone, Debug)]
pub struct Timeouts {
    pub connect: Duration,
    /// Longest time without any byte
    pub silence: Duration,
    /// A transfer below this rate over a whole `window` is given up; what has arrived is kept
    pub min_bytes_per_s: u64,
    pub window: Duration,
    /// Time allowed for every transfer, whatever its size: name look-up, connection, handshake,
    /// headers and redirects
    pub base: Duration,
    /// Rate by which a transfer's size adds to `base`
    pub floor_bytes_per_s: u64,
}

impl Timeouts {
    /// Returns the total time allowed for a transfer of `bytes`.
    pub fn total(&self, bytes: u64) -> Duration {
        self.base.saturating_add(Duration::from_secs(bytes / self.floor_bytes_per_s.max(1)))
    }
}

impl Default for Timeouts {
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
