//! Starts the kiosk's threads.

/// Starts a thread. If it panics, the whole program ends and systemd restarts it: without its keeper, say,
/// the screen would go on showing old pages as if all were well.
pub fn spawn(name: &str, body: impl FnOnce() + Send + 'static) {
    let body = || {
        let end = AbortOnUnwind;
        body();
        std::mem::forget(end);
    };
    if let Err(error) = std::thread::Builder::new().name(name.to_owned()).spawn(body) {
        tracing::error!(%error, name, "a thread can't be started");
        std::process::abort();
    }
}

/// Lowers the priority of the calling thread, and of those it starts, below the pages' threads.
pub fn yield_to_pages(nice: i32) {
    // On Linux, `setpriority` with a thread id affects that thread only
    let own = rustix::thread::gettid();
    if let Err(error) = rustix::process::setpriority_process(Some(own), nice) {
        tracing::warn!(%error, "the background thread's priority can't be lowered");
    }
}

struct AbortOnUnwind;

impl Drop for AbortOnUnwind {
    fn drop(&mut self) {
        tracing::error!("a thread has panicked; the program ends");
        std::process::abort();
    }
}
