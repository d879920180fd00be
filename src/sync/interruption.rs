//! Why a round is interrupted. What it has downloaded is kept.

/// Something more urgent than the round in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// The binding or the network settings have changed
    Changed,
    /// A bundle is waiting
    Bundle,
    /// A person has asked for a sync now
    Asked,
    /// The caller's deadline has passed
    Late,
    /// The program is shutting down
    Ending,
}
