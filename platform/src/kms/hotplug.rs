//! Screens and cards that come and go, as the kernel tells.

use std::{
    io,
    os::fd::{AsFd, BorrowedFd},
};
use udev::{MonitorBuilder, MonitorSocket};

pub struct Hotplug(MonitorSocket);

impl Hotplug {
    pub fn open() -> io::Result<Self> {
        // udev's own reports come once a device's file has its owner, the kernel's before that
        Ok(Self(MonitorBuilder::new()?.match_subsystem("drm")?.listen()?))
    }

    /// Whether anything has changed since it was asked last.
    pub fn has_news(&self) -> bool {
        self.0.iter().count() > 0
    }

    pub fn source(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
