//! What the program holds on the heap, counted as it is allocated.
//!
//! Some decoders say beforehand what they will need, others do not: a lossless WebP of 1 MB can ask for
//! gigabytes of code tables. So the program's allocator counts, and `media` stops a decoder that goes
//! beyond what it was given. A count is one addition to a number of the thread's own.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

/// The system's allocator, with a count beside it.
#[derive(Debug)]
pub struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
}
/// Bytes of all threads, and the most of them since [`measure`] began. Counted in development builds
/// only: threads of a release share nothing for this.
static ALL: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

/// What the calling thread has allocated, less what it has freed. Memory that came from another thread
/// makes this too small, so only differences over work of one thread mean anything.
pub fn held() -> isize {
    HELD.try_with(Cell::get).unwrap_or(0)
}

/// Does `work`, and says by how many bytes the heap of the whole program grew meanwhile at most. Zero in a
/// release build. For tests: two of these at a time disturb each other.
pub fn measure<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = ALL.load(Relaxed);
    MOST.store(before, Relaxed);
    let result = work();
    (result, MOST.load(Relaxed).saturating_sub(before))
}

fn grow(bytes: usize) {
    // A thread that is ending has no number any more
    let _ = HELD.try_with(|held| held.set(held.get().wrapping_add_unsigned(bytes)));
    if cfg!(debug_assertions) {
        let all = ALL.fetch_add(bytes, Relaxed).wrapping_add(bytes);
        MOST.fetch_max(all, Relaxed);
    }
}

fn shrink(bytes: usize) {
    let _ = HELD.try_with(|held| held.set(held.get().wrapping_sub_unsigned(bytes)));
    if cfg!(debug_assertions) {
        ALL.fetch_sub(bytes, Relaxed);
    }
}

// SAFETY: every call goes to the system's allocator as it came; counting allocates nothing and can't panic.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are those that `System` asks for.
        let pointer = unsafe { System.alloc(layout) };
        if !pointer.is_null() {
            grow(layout.size());
        }
        pointer
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        let pointer = unsafe { System.alloc_zeroed(layout) };
        if !pointer.is_null() {
            grow(layout.size());
        }
        pointer
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        shrink(layout.size());
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        let moved = unsafe { System.realloc(pointer, layout, size) };
        if !moved.is_null() {
            // First the new one: while it is copied, both may be there
            grow(size);
            shrink(layout.size());
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn what_is_allocated_is_counted_and_what_is_freed_is_not() {
        let before = held();
        let mut bytes = vec![0_u8; 1 << 20];
        assert!(held() - before >= 1 << 20);
        bytes.resize(3 << 20, 1);
        bytes.shrink_to_fit();
        assert!((3 << 20..4 << 20).contains(&(held() - before)));
        drop(bytes);
        assert!(held() - before < 1 << 10);
    }

    /// In a process of its own: what other tests of this one allocate and free meanwhile counts, too.
    #[test]
    fn the_most_at_a_time_is_measured_over_all_threads() {
        const ALONE: &str = "CLOUD_SHELF_TEST_HEAP";
        if std::env::var_os(ALONE).is_none() {
            let name = "heap::tests::the_most_at_a_time_is_measured_over_all_threads";
            let mut own = Command::new(std::env::current_exe().unwrap());
            let output = own.args(["--exact", name]).env(ALONE, "").output().unwrap();
            assert!(output.status.success(), "{output:?}");
            assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "{output:?}");
            return;
        }
        let work = || std::thread::spawn(|| vec![1_u8; 5 << 20].len()).join();
        let (length, most) = measure(work);
        assert_eq!(length.unwrap(), 5 << 20);
        // The test's own frame allocates a little, too
        let right = if cfg!(debug_assertions) { 4 << 20..6 << 20 } else { 0..1 };
        assert!(right.contains(&most), "{most}");
    }
}
