//! Results to stdout, everything else to stderr.

use crate::domain::{Lang, Message, text};
use serde::Serialize;
use std::io::{self, Write};

/// Collects a result and writes it. That nobody reads it to its end (`| head`) is no error.
#[derive(Debug)]
pub struct Output {
    lang: Lang,
    failed: Option<io::Error>,
}

impl Output {
    pub const fn new(lang: Lang) -> Self {
        Self { lang, failed: None }
    }

    /// A line, or lines, of the result. What others have written into it does not act on a terminal.
    pub fn line(&mut self, text: &str) {
        self.bytes(format!("{}\n", text::for_terminal(text)).as_bytes());
    }

    /// A sentence of the result.
    pub fn say(&mut self, message: &Message) {
        let text = message.get(self.lang).to_owned();
        self.line(&text);
    }

    /// The result as JSON.
    pub fn json(&mut self, value: &impl Serialize) {
        match serde_json::to_string_pretty(value) {
            Ok(text) => self.bytes(format!("{}\n", text::escaped_json(&text)).as_bytes()),
            Err(error) => self.failed = Some(error.into()),
        }
    }

    /// The result as it is.
    pub fn bytes(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.failed = io::stdout().lock().write_all(bytes).err();
        }
    }

    /// A sentence for the person, beside the result. What others have a say in, such as a kiosk's answer,
    /// must not move the terminal's cursor.
    pub fn tell(&self, message: &Message) {
        // Without a stderr there is nobody to tell
        let _ = writeln!(io::stderr().lock(), "{}", text::for_terminal(message.get(self.lang)));
    }

    /// Writes out what is left.
    pub fn finish(&mut self) -> io::Result<()> {
        let result = match self.failed.take() {
            Some(error) => Err(error),
            None => io::stdout().lock().flush(),
        };
        result.or_else(|error| if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
    }
}
