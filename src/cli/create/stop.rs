//! The user, or the system, wants the run to end.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Set once a signal to end has come.
pub(super) fn flag() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let heard = Arc::clone(&stop);
    tokio::spawn(async move {
        signal().await;
        heard.store(true, Ordering::Relaxed);
    });
    stop
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let [Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)] =
        [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()].map(signal)
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
