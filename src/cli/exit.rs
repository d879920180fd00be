//! Exit codes.

/// The exit codes of every command; scripts rely on the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    Ok = 0,
    Failed = 1,
    /// Invalid arguments, or an invalid settings file
    Usage = 2,
    NotBound = 3,
    /// Network or source unavailable: retrying helps
    Unavailable = 4,
    /// Verification failed: retrying does not help
    Refused = 5,
    KioskNotRunning = 6,
    /// Some rows or checks failed, the others succeeded
    Partial = 7,
}

impl From<u8> for Exit {
    /// Converts the exit code of a child process of this program; an unknown code counts as failure.
    fn from(code: u8) -> Self {
        let known = [Self::Ok, Self::Usage, Self::NotBound, Self::Unavailable];
        let known = known.into_iter().chain([Self::Refused, Self::KioskNotRunning, Self::Partial]);
        known.into_iter().find(|exit| *exit as u8 == code).unwrap_or(Self::Failed)
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
