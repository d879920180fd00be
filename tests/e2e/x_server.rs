//! A virtual X server: reads its screen, and presses on it.

use std::{
    fmt::Write as _,
    fs::File,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
};
use tempfile::TempDir;

/// Returns the command of a tool that the tests need.
pub fn tool(name: &str) -> Command {
    let there = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()));
    assert!(there, "{name} is not installed: script/test installs what the tests need, then runs them");
    Command::new(name)
}

pub struct XServer {
    server: Child,
    finger: Child,
    commands: Option<ChildStdin>,
    pub display: String,
    /// Contains the framebuffer as a file
    folder: TempDir,
}

impl XServer {
    pub fn start((width, height): (u32, u32)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // With -displayfd, the server prints its display number on file descriptor 1
        let mut server = tool("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-fbdir"])
            .arg(folder.path())
            .args(["-screen", "0", &format!("{width}x{height}x24")])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        let display = format!(":{}", number.trim());
        assert!(display.len() > 1, "Xvfb has not started");
        let mut finger = tool("xdotool")
            .arg("-")
            .env("DISPLAY", &display)
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let commands = finger.stdin.take();
        Self { server, finger, commands, display, folder }
    }

    /// Sends a command in xdotool's language.
    fn input(&mut self, words: &str) {
        let commands = self.commands.as_mut().unwrap();
        writeln!(commands, "{words}").and_then(|()| commands.flush()).expect("xdotool takes commands");
    }

    pub fn press(&mut self, (x, y): (i32, i32)) {
        self.input(&format!("mousemove {x} {y} click 1"));
    }

    /// Turns the wheel; a positive number of clicks turns it down.
    pub fn wheel(&mut self, (x, y): (i32, i32), clicks: i32) {
        let button = if clicks > 0 { 5 } else { 4 };
        self.input(&format!("mousemove {x} {y} click --repeat {} --delay 1 {button}", clicks.abs()));
    }

    /// Presses and holds.
    pub fn hold(&mut self, (x, y): (i32, i32)) {
        self.input(&format!("mousemove {x} {y} mousedown 1"));
    }

    pub fn release(&mut self) {
        self.input("mouseup 1");
    }

    /// Plays a gesture of `tests/data/touch` in real time.
    pub fn play(&mut self, name: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/touch/{name}.touch"));
        let recorded = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let (mut words, mut now) = (String::new(), 0);
        for line in recorded.lines().filter(|line| !line.starts_with('#')) {
            let [ms, what, finger, x, y] = *line.split(' ').collect::<Vec<_>>() else {
                panic!("{name}: {line}")
            };
            let ms: u64 = ms.parse().unwrap();
            let wait = ms - now;
            now = ms;
            let report = match (what, finger) {
                ("down", _) => format!("mousemove {x} {y} mousedown {finger}"),
                ("up", _) => format!("mousemove {x} {y} mouseup {finger}"),
                ("move", "1") => format!("mousemove {x} {y}"),
                _ => panic!("{name}: {line}"),
            };
            write!(words, "sleep 0.{wait:03} {report} ").unwrap();
        }
        self.input(&words);
    }

    /// Returns whether nothing is drawn yet.
    pub fn is_black(&self) -> bool {
        self.picture().rgb.iter().all(|pixel| *pixel == [0; 3])
    }

    pub fn picture(&self) -> Picture {
        let dump = std::fs::read(self.folder.path().join("Xvfb_screen0")).expect("the X server's screen");
        Picture::of_dump(&dump)
    }
}

impl Drop for XServer {
    fn drop(&mut self) {
        self.commands = None;
        for process in [&mut self.finger, &mut self.server] {
            // The process may have ended already
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// The screen's pixels, as RGB.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pub rgb: Vec<[u8; 3]>,
}

impl Picture {
    /// Decodes an X window dump as Xvfb stores it: 32 bits per pixel, blue first.
    fn of_dump(dump: &[u8]) -> Self {
        let word = |index: usize| {
            let bytes: [u8; 4] = dump[4 * index..4 * index + 4].try_into().unwrap();
            u32::from_be_bytes(bytes) as usize
        };
        let (header, width, height) = (word(0), word(4), word(5));
        let (blue_first, bits, line, colors) = (word(7) == 0, word(11), word(12), word(19));
        assert!(blue_first && bits == 32, "unexpected format of the window dump");
        let pixels = &dump[header + 12 * colors..];
        let rgb = (0..height)
            .flat_map(|y| pixels[y * line..y * line + 4 * width].chunks_exact(4))
            .map(|pixel| [pixel[2], pixel[1], pixel[0]])
            .collect();
        Self { width, height, rgb }
    }

    /// Returns what an independent decoder reads off the picture; empty if it finds no code.
    pub fn codes(&self, folder: &Path) -> Vec<String> {
        let path = folder.join("screen.pgm");
        let mut bytes = format!("P5 {} {} 255\n", self.width, self.height).into_bytes();
        bytes.extend(self.rgb.iter().map(|pixel| pixel[1]));
        File::create(&path).and_then(|mut file| file.write_all(&bytes)).unwrap();
        let read = tool("zbarimg")
            .args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"])
            .arg(&path)
            .stderr(Stdio::null())
            .output()
            .unwrap();
        String::from_utf8(read.stdout).unwrap().lines().map(str::to_owned).collect()
    }
}
