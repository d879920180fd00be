//! The text console below the picture: silent while the kiosk runs.

use std::io::IsTerminal as _;

// Of <linux/kd.h>, which has not changed since 1992
const KDSETMODE: libc::Ioctl = 0x4B3A;
const KD_TEXT: libc::c_ulong = 0;
const KD_GRAPHICS: libc::c_ulong = 1;
const KDSKBMODE: libc::Ioctl = 0x4B45;
const KDGKBMODE: libc::Ioctl = 0x4B44;
const K_OFF: libc::c_ulong = 4;

/// Has the console as long as it lives. The kernel then draws no text over the picture, and
/// keyboards type nowhere: no login, no change of console, no Ctrl+Alt+Del.
pub struct Console {
    keyboard: libc::c_ulong,
}

impl Console {
    /// Only as a service whose standard input is a console: by hand, a person would be locked out.
    pub fn take_over() -> Option<Self> {
        if std::env::var_os("INVOCATION_ID").is_none() || !std::io::stdin().is_terminal() {
            return None;
        }
        let mut mode: libc::c_int = 0;
        // SAFETY: the kernel writes one int, which is there.
        let known = unsafe { libc::ioctl(libc::STDIN_FILENO, KDGKBMODE, &raw mut mode) } == 0;
        if !known {
            tracing::info!("standard input is not a console of this machine");
            return None;
        }
        set(KDSETMODE, KD_GRAPHICS, "text may be seen over the picture");
        set(KDSKBMODE, K_OFF, "keyboards reach the console");
        Some(Self { keyboard: libc::c_ulong::try_from(mode).unwrap_or_default() })
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        set(KDSKBMODE, self.keyboard, "the console stays without a keyboard");
        set(KDSETMODE, KD_TEXT, "the console stays dark");
    }
}

fn set(request: libc::Ioctl, value: libc::c_ulong, otherwise: &'static str) {
    // SAFETY: both requests take a number, and no memory.
    if unsafe { libc::ioctl(libc::STDIN_FILENO, request, value) } != 0 {
        tracing::warn!(error = %std::io::Error::last_os_error(), "{otherwise}");
    }
}
