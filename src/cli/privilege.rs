//! Who a command is, when an administrator runs it on an installed unit.

use rustix::{
    fs::{Gid, Uid},
    io, process,
    thread::{
        CapabilitySet, CapabilitySets, set_capabilities, set_keep_capabilities, set_thread_gid,
        set_thread_groups, set_thread_uid,
    },
};
use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

/// Goes on as the owner of the unit's state, so that the kiosk can read what is written there; of
/// an administrator's rights, only that to any file stays, for a table in somebody's home. Anybody
/// else stays who they are. For a thread that has started no other yet.
pub fn become_owner(state: &Path) -> io::Result<()> {
    let Some(about) = fs::metadata(state).ok().filter(|about| about.uid() != 0) else { return Ok(()) };
    if !process::geteuid().is_root() {
        return Ok(());
    }
    set_keep_capabilities(true)?;
    set_thread_groups(&[])?;
    set_thread_gid(Gid::from_raw(about.gid()))?;
    set_thread_uid(Uid::from_raw(about.uid()))?;
    let files = CapabilitySet::DAC_OVERRIDE;
    set_capabilities(
        None,
        CapabilitySets { effective: files, permitted: files, inheritable: CapabilitySet::empty() },
    )
}
