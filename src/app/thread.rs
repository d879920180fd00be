//! Threads of the kiosk.

/// Starts one. If it panics the whole program ends, and systemd starts it anew: a screen whose
/// keeper is gone would go on showing old pages as if all were well.
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

/// Has this thread, and those that it starts, run when no page needs the processor.
pub fn yield_to_pages(nice: i32) {
    // On Linux a thread is niced by its own id
    let own = rustix::thread::gettid();
    if let Err(error) = rustix::process::setpriority_process(Some(own), nice) {
        tracing::warn!(%error, "a background thread runs like the pages' own");
    }
}

struct AbortOnUnwind;

impl Drop for AbortOnUnwind {
    fn drop(&mut self) {
        tracing::error!("a thread has panicked; the program ends");
        std::process::abort();
    }
}
