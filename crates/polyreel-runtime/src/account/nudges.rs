//! Who waits for a callback.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

use super::lock;

/// Jobs that are followed in this process, by their ids. Several may follow the same one.
#[derive(Default)]
pub(crate) struct Nudges(Mutex<HashMap<String, Vec<Arc<Notify>>>>);

/// Hears of callbacks about one job until it is dropped.
pub(crate) struct Nudge {
    nudges: Arc<Nudges>,
    job: String,
    told: Arc<Notify>,
}

impl Nudges {
    /// Begins to listen for callbacks about this job.
    pub(crate) fn of(self: &Arc<Self>, job: &str) -> Nudge {
        let told = Arc::new(Notify::new());
        lock(&self.0).entry(job.to_owned()).or_default().push(told.clone());
        Nudge { nudges: self.clone(), job: job.to_owned(), told }
    }

    /// Tells all who follow this job; how many there are.
    pub(crate) fn nudge(&self, job: &str) -> usize {
        let jobs = lock(&self.0);
        let followers = jobs.get(job).into_iter().flatten();
        // Whoever is not waiting just now asks at once when he would begin to.
        followers.inspect(|follower| follower.notify_one()).count()
    }
}

impl Nudge {
    /// Waits for a callback.
    pub(crate) async fn told(&self) {
        self.told.notified().await;
    }
}

impl Drop for Nudge {
    fn drop(&mut self) {
        let mut jobs = lock(&self.nudges.0);
        if let Some(followers) = jobs.get_mut(&self.job) {
            followers.retain(|follower| !Arc::ptr_eq(follower, &self.told));
            if followers.is_empty() {
                jobs.remove(&self.job);
            }
        }
    }
}

impl fmt::Debug for Nudge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nudge")
    }
}
