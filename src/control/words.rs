//! What is said to a person, over the control socket.

use cloud_shelf_core::domain::Message;
use serde::{Deserialize, Serialize};

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    pub zh: String,
    pub en: String,
}

impl From<Message> for Words {
    fn from(message: Message) -> Self {
        Self { zh: message.zh.into_owned(), en: message.en.into_owned() }
    }
}

impl From<Words> for Message {
    fn from(words: Words) -> Self {
        Self::new(words.zh, words.en)
    }
}
