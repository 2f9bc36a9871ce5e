//! What the system says about this very process.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::{Result, child};

/// Processor time that it has used until now, in its own code and in the kernel.
pub(crate) fn cpu() -> Duration {
    // It counts from zero and never goes back.
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}

/// Kilobytes that it holds in memory.
pub(crate) fn memory() -> Result<u64> {
    child::memory_of("self")
}
