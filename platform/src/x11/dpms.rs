//! The panel's power behind an X server: off while nobody is to look at it.

use super::super::error::X11Error;
use x11rb::{
    connection::{Connection as _, RequestConnection as _},
    protocol::{
        dpms::{self, ConnectionExt as _, DPMSMode},
        xproto::{Blanking, ConnectionExt as _, Exposures},
    },
    rust_connection::RustConnection,
};

/// A panel that can be switched.
pub trait Panel {
    /// On or off. Asked for what it is already, it does nothing.
    fn set_lit(&self, lit: bool) -> Result<(), X11Error>;
}

/// A panel behind an X server that speaks DPMS. A touch lights it, by the server itself, and is
/// then an ordinary touch.
struct Dpms(RustConnection);

impl Panel for Dpms {
    fn set_lit(&self, lit: bool) -> Result<(), X11Error> {
        let level = if lit { DPMSMode::ON } else { DPMSMode::OFF };
        Ok(self.0.dpms_force_level(level)?.check()?)
    }
}

impl Drop for Dpms {
    /// Whoever comes after this program finds the panel as they expect it.
    fn drop(&mut self) {
        if let Err(error) = self.set_lit(true) {
            tracing::warn!(%error, "the panel may have stayed dark");
        }
    }
}

/// Takes the panel of an X server over (of the one that `DISPLAY` names, if `None`): it no longer goes dark by
/// itself, as it would in front of the attract page after ten minutes. `None` where it can't be switched.
pub fn take_over(display: Option<&str>) -> Result<Option<Box<dyn Panel>>, X11Error> {
    let (connection, _) = x11rb::connect(display)?;
    // No time-out at all; the other two then say nothing
    connection.set_screen_saver(0, 0, Blanking::NOT_PREFERRED, Exposures::NOT_ALLOWED)?.check()?;
    let known = connection.extension_information(dpms::X11_EXTENSION_NAME)?.is_some();
    if !known || !connection.dpms_capable()?.reply()?.capable {
        connection.flush()?;
        return Ok(None);
    }
    connection.dpms_set_timeouts(0, 0, 0)?.check()?;
    connection.dpms_enable()?.check()?;
    let panel = Dpms(connection);
    // The last program may have ended in the dark
    panel.set_lit(true)?;
    Ok(Some(Box::new(panel)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::{Read as _, Write as _},
        os::{
            linux::net::SocketAddrExt as _,
            unix::net::{SocketAddr, UnixListener, UnixStream},
        },
        thread::{JoinHandle, spawn},
    };
    use x11rb::protocol::{
        dpms::{
            CAPABLE_REQUEST, ENABLE_REQUEST, FORCE_LEVEL_REQUEST, GET_VERSION_REQUEST, SET_TIMEOUTS_REQUEST,
        },
        xproto::{GET_INPUT_FOCUS_REQUEST, QUERY_EXTENSION_REQUEST, SET_SCREEN_SAVER_REQUEST},
    };

    const DPMS: u8 = 130;
    const BAD_VALUE: u8 = 2;

    /// A server that has DPMS, which Xvfb has not, and nothing else; it may refuse to force a level. Serves one
    /// program, and ends with the words of what it was asked to do.
    fn serve(refuses: bool) -> (String, JoinHandle<Vec<String>>) {
        let bind = |display: u16| {
            let name = SocketAddr::from_abstract_name(format!("/tmp/.X11-unix/X{display}")).unwrap();
            Some((format!(":{display}"), UnixListener::bind_addr(&name).ok()?))
        };
        let (display, listener) = (30_000..).find_map(bind).unwrap();
        (display, spawn(move || answer(listener.accept().unwrap().0, refuses)))
    }

    fn answer(mut program: UnixStream, refuses: bool) -> Vec<String> {
        // The program's greeting, with what it says to be let in
        let mut greeting = [0; 12];
        program.read_exact(&mut greeting).unwrap();
        let padded =
            |at: usize| usize::from(u16::from_ne_bytes([greeting[at], greeting[at + 1]])).next_multiple_of(4);
        program.read_exact(&mut vec![0; padded(6) + padded(8)]).unwrap();
        // Ours: version 11, 72 more bytes, in which are numbers for the program's objects, and one screen of depth 24
        let mut welcome = [0; 80];
        (welcome[0], welcome[2], welcome[6]) = (1, 11, 18);
        welcome[12..16].copy_from_slice(&0x0020_0000_u32.to_ne_bytes());
        welcome[16..20].copy_from_slice(&0x001F_FFFF_u32.to_ne_bytes());
        welcome[26..28].copy_from_slice(&u16::MAX.to_ne_bytes());
        (welcome[28], welcome[34], welcome[35], welcome[78]) = (1, 8, 255, 24);
        program.write_all(&welcome).unwrap();

        let (mut asked, mut sequence) = (vec![], 0_u16);
        let mut head = [0; 4];
        while program.read_exact(&mut head).is_ok() {
            sequence += 1;
            let [major, minor, ..] = head;
            let mut body = vec![0; usize::from(u16::from_ne_bytes([head[2], head[3]])) * 4 - 4];
            program.read_exact(&mut body).unwrap();
            let mut reply = [0; 32];
            reply[0] = 1;
            reply[2..4].copy_from_slice(&sequence.to_ne_bytes());
            match (major, minor) {
                // It is there, by its number
                (QUERY_EXTENSION_REQUEST, _) => (reply[8], reply[9]) = (1, DPMS),
                (GET_INPUT_FOCUS_REQUEST, _) => {}
                (DPMS, CAPABLE_REQUEST) => reply[8] = 1,
                (DPMS, GET_VERSION_REQUEST) => reply[8] = 1,
                (DPMS, FORCE_LEVEL_REQUEST) if refuses => (reply[0], reply[1]) = (0, BAD_VALUE),
                (DPMS, FORCE_LEVEL_REQUEST) => {
                    asked.push(format!("level {}", body[0]));
                    continue;
                }
                (DPMS, SET_TIMEOUTS_REQUEST) => {
                    asked.push(format!("timeouts {:?}", &body[..6]));
                    continue;
                }
                (DPMS, ENABLE_REQUEST) => {
                    asked.push("enable".to_owned());
                    continue;
                }
                (SET_SCREEN_SAVER_REQUEST, _) => {
                    asked.push(format!("saver {:?}", &body[..4]));
                    continue;
                }
                other => panic!("{other:?}"),
            }
            program.write_all(&reply).unwrap();
        }
        asked
    }

    #[test]
    fn the_panel_is_switched_and_left_lit() {
        let (display, server) = serve(false);
        let panel = take_over(Some(&display)).unwrap().unwrap();
        for lit in [false, true, false] {
            panel.set_lit(lit).unwrap();
        }
        drop(panel);
        // It goes dark by our word only; 0 is on, and 3 is off
        let expected = [
            "saver [0, 0, 0, 0]",
            "timeouts [0, 0, 0, 0, 0, 0]",
            "enable",
            "level 0",
            "level 3",
            "level 0",
            "level 3",
            "level 0",
        ];
        assert_eq!(server.join().unwrap(), expected);
    }

    #[test]
    fn a_server_that_refuses_is_an_error_in_plain_words() {
        let (display, server) = serve(true);
        let error = take_over(Some(&display)).err().unwrap();
        assert!(error.to_string().starts_with("the X server refused: "), "{error}");
        server.join().unwrap();
    }
}
