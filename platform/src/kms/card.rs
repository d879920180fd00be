//! A graphics card's file.

use drm::{Device, control};
use std::{
    fs::File,
    os::fd::{AsFd, BorrowedFd},
    rc::Rc,
};

/// Open for as long as anybody has it.
#[derive(Clone)]
pub struct Card(pub Rc<File>);

impl AsFd for Card {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Device for Card {}
impl control::Device for Card {}
