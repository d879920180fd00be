//! Tunes the C allocator for a program that runs for months and handles large pictures.

/// Buffers of at least this size get a mapping of their own, unmapped on drop. By default glibc raises the
/// threshold to the largest buffer freed so far, and keeps everything smaller for ever.
const MAP_FROM_BYTES: libc::c_int = 128 << 10;
/// Number of arenas, shared by the picture makers and the UI: each arena keeps free memory of its own.
const ARENAS: libc::c_int = 2;

/// Sets the limits. Call before the first thread starts.
pub fn set_habits() {
    #[cfg(target_env = "gnu")]
    // SAFETY: plain integers to documented parameters, while this is the only thread.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, MAP_FROM_BYTES);
        libc::mallopt(libc::M_ARENA_MAX, ARENAS);
    }
}
