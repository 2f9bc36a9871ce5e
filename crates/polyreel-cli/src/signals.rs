//! Ctrl-C, SIGTERM and a closed terminal.

use tokio::sync::mpsc;

/// The signals that ask the program to end, in the order in which they come.
pub(crate) struct Signals(mpsc::UnboundedReceiver<()>);

impl Signals {
    /// Begins to listen; from now on a signal no longer ends the program by itself.
    pub(crate) fn listen() -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
                // Registered here and now, so that no signal slips in before the task begins to run.
                let Ok(mut signals) = signal(kind) else { continue };
                let sender = sender.clone();
                tokio::spawn(async move { while signals.recv().await.is_some() && sender.send(()).is_ok() {} });
            }
        }
        #[cfg(not(unix))]
        tokio::spawn(async move { while tokio::signal::ctrl_c().await.is_ok() && sender.send(()).is_ok() {} });
        Self(receiver)
    }

    /// Waits for the next signal.
    pub(crate) async fn next(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}
