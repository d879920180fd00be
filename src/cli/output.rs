//! Writes results to stdout and everything else to stderr.

use cloud_shelf_core::domain::{Lang, Message, text};
use serde::Serialize;
use std::io::{self, Write};

/// Writes a result to stdout. A reader that stops early (`| head`) is not an error.
#[derive(Debug)]
pub struct Output {
    lang: Lang,
    failed: Option<io::Error>,
}

impl Output {
    pub const fn new(lang: Lang) -> Self {
        Self { lang, failed: None }
    }

    /// Writes one or more lines of the result. Escapes control characters, since part of the text is not
    /// ours.
    pub fn line(&mut self, text: &str) {
        self.bytes(format!("{}\n", text::for_terminal(text)).as_bytes());
    }

    /// Writes a message as part of the result.
    pub fn say(&mut self, message: &Message) {
        let text = message.get(self.lang).to_owned();
        self.line(&text);
    }

    /// Writes the result as JSON.
    pub fn json(&mut self, value: &impl Serialize) {
        match serde_json::to_string_pretty(value) {
            Ok(text) => self.bytes(format!("{}\n", text::escaped_json(&text)).as_bytes()),
            Err(error) => self.failed = Some(error.into()),
        }
    }

    /// Writes the result as raw bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.failed = io::stdout().lock().write_all(bytes).err();
        }
    }

    /// Writes a message to stderr, apart from the result. Escapes control characters, since part of the text,
    /// such as a kiosk's reply, is not ours.
    pub fn tell(&self, message: &Message) {
        // Without a stderr there is nobody to tell
        let _ = writeln!(io::stderr().lock(), "{}", text::for_terminal(message.get(self.lang)));
    }

    /// Flushes stdout and returns the first write error.
    pub fn finish(&mut self) -> io::Result<()> {
        let result = match self.failed.take() {
            Some(error) => Err(error),
            None => io::stdout().lock().flush(),
        };
        result.or_else(|error| if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
    }
}
