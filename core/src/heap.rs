//! A global allocator that counts the heap memory of each thread.
//!
//! Some decoders announce how much memory they need, others do not: a lossless WebP of 1 MB can ask for
//! gigabytes of code tables. The allocator therefore counts, and `media` stops a decoder that exceeds its
//! budget. Counting costs one addition to a thread-local number.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

/// The system's allocator plus a counter.
#[derive(Debug)]
pub struct CountingAllocator;

thread_local! {
    static ALLOCATED: Cell<isize> = const { Cell::new(0) };
}
/// Bytes held by all threads, and their peak since [`measure_peak`] began. Counted in debug builds only, so that
/// threads of a release build share no counter.
static TOTAL: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

/// Returns the bytes that the calling thread has allocated minus those it has freed. Memory freed by another
/// thread distorts the number, so only differences over work of one thread are meaningful.
pub fn allocated_bytes() -> isize {
    ALLOCATED.try_with(Cell::get).unwrap_or(0)
}

/// Runs `work` and returns the peak growth of the whole program's heap, in bytes; 0 in a release build. For
/// tests: concurrent calls disturb each other.
pub fn measure_peak<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = TOTAL.load(Relaxed);
    PEAK.store(before, Relaxed);
    let result = work();
    (result, PEAK.load(Relaxed).saturating_sub(before))
}

fn grow(bytes: usize) {
    // The thread-local is gone while its thread ends
    let _ = ALLOCATED.try_with(|held| held.set(held.get().wrapping_add_unsigned(bytes)));
    if cfg!(debug_assertions) {
        let all = TOTAL.fetch_add(bytes, Relaxed).wrapping_add(bytes);
        PEAK.fetch_max(all, Relaxed);
    }
}

fn shrink(bytes: usize) {
    let _ = ALLOCATED.try_with(|held| held.set(held.get().wrapping_sub_unsigned(bytes)));
    if cfg!(debug_assertions) {
        TOTAL.fetch_sub(bytes, Relaxed);
    }
}

// SAFETY: every call is passed unchanged to the system's allocator; counting allocates nothing and can't
// panic.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller upholds the contract of `System`, which is that of this method.
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
            // Grow first: both blocks may exist while the content is copied
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
        let before = allocated_bytes();
        let mut bytes = vec![0_u8; 1 << 20];
        assert!(allocated_bytes() - before >= 1 << 20);
        bytes.resize(3 << 20, 1);
        bytes.shrink_to_fit();
        assert!((3 << 20..4 << 20).contains(&(allocated_bytes() - before)));
        drop(bytes);
        assert!(allocated_bytes() - before < 1 << 10);
    }

    /// Runs in a process of its own, since allocations of other tests in the same process would count, too.
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
        let (length, most) = measure_peak(work);
        assert_eq!(length.unwrap(), 5 << 20);
        // The test harness allocates a little, too
        let right = if cfg!(debug_assertions) { 4 << 20..6 << 20 } else { 0..1 };
        assert!(right.contains(&most), "{most}");
    }
}
