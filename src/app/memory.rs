//! The C allocator's habits, set for a program that lives for months and handles large pictures.

/// Buffers from this size on are mapped, and unmapped when they are dropped. Left alone, glibc
/// raises the bound to the largest buffer it has seen, and keeps what is smaller for ever.
const MAP_FROM_BYTES: libc::c_int = 128 << 10;
/// Each arena keeps free memory of its own; the picture makers and the UI share these.
const ARENAS: libc::c_int = 2;

/// Call before the first thread starts.
pub fn set_habits() {
    #[cfg(target_env = "gnu")]
    // SAFETY: plain integers to documented parameters, while this is the only thread.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, MAP_FROM_BYTES);
        libc::mallopt(libc::M_ARENA_MAX, ARENAS);
    }
}
