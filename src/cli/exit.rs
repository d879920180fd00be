//! What a command's exit code says.

/// The exit codes of every command; scripts rely on the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    Ok = 0,
    Failed = 1,
    /// Wrong words on the command line, or a bad settings file
    Usage = 2,
    NotBound = 3,
    /// Network or source unavailable: trying again helps
    Unavailable = 4,
    /// Verification failed: trying again does not help
    Refused = 5,
    KioskNotRunning = 6,
    /// Some rows or checks failed, the others went through
    Partial = 7,
}

impl From<u8> for Exit {
    /// The code of this program in another process; one that has no meaning is a failure.
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
