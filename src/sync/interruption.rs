//! Why a round is broken off before its end. What came of it so far is kept.

/// What is more urgent than the round that is going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// The unit is bound to another feed or to none, or it reaches its feed by another way
    Changed,
    /// A bundle waits to be taken in
    Bundle,
    /// A person wants the shelf to look now
    Asked,
    /// Whoever has waited for the round waits no longer
    Late,
    /// The program ends
    Ending,
}
