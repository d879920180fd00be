//! A server for as long as a test runs.

use std::{future::Future, io, sync::mpsc::channel, thread, time::Duration};
use tokio::{runtime::Builder, sync::oneshot, time::timeout};

/// Runs a test while a server serves on a thread of its own. The server is ready once it has to wait for
/// somebody.
pub fn while_serving(server: impl Future<Output = io::Result<()>> + Send + 'static, test: impl FnOnce()) {
    let (ready, wait) = channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let thread = thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            tokio::pin!(server);
            // The first poll binds the socket
            let _ = timeout(Duration::ZERO, &mut server).await;
            ready.send(()).unwrap();
            tokio::select! {
                ended = server => ended.unwrap(),
                _ = stopped => {}
            }
        });
    });
    wait.recv().unwrap();
    test();
    drop(stop);
    thread.join().unwrap();
}
