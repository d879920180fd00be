//! Runs a server for the duration of a test.

use std::{future::Future, io, sync::mpsc::channel, thread, time::Duration};
use tokio::{runtime::Builder, sync::oneshot, time::timeout};

/// Runs a test while a server runs on a thread of its own. The test starts after the server's first poll.
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
