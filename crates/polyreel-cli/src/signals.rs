//! Ctrl-C and SIGTERM.

use tokio::sync::mpsc;

/// The signals that ask the program to end, in the order in which they come.
pub(crate) struct Signals(mpsc::UnboundedReceiver<()>);

impl Signals {
    /// Begins to listen; from now on a signal no longer ends the program by itself.
    pub(crate) fn listen() -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        let interrupts = sender.clone();
        tokio::spawn(async move { while tokio::signal::ctrl_c().await.is_ok() && interrupts.send(()).is_ok() {} });
        #[cfg(unix)]
        tokio::spawn(async move {
            let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
                return;
            };
            while terminate.recv().await.is_some() && sender.send(()).is_ok() {}
        });
        Self(receiver)
    }

    /// Waits for the next signal.
    pub(crate) async fn next(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}
