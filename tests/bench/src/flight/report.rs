//! What is printed.

use std::fmt;

use serde_json::Value;

/// The figures as the client gave them.
pub(super) struct Report(pub(super) Value);

impl Report {
    fn figure(&self, place: &str) -> f64 {
        self.0.pointer(place).and_then(Value::as_f64).unwrap_or(f64::NAN)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let jobs = self.figure("/jobs");
        writeln!(f, "{jobs} jobs at the same time in one process, each followed by a task of its own")?;
        let [without, with] = ["/without_jobs_kb", "/with_jobs_kb"].map(|place| self.figure(place));
        let each = self.figure("/bytes_per_job");
        writeln!(f, "resident memory: {without} kB without jobs, {with} kB with all of them: {each:.0} bytes a job")?;
        let [polls, cpu] = ["/polls_per_job", "/cpu_us_per_poll"].map(|place| self.figure(place));
        writeln!(f, "polls: {polls:.1} a job, each {cpu:.1} µs of the client's processor time")?;
        let [median, p99, longest] = ["/lag_s/median", "/lag_s/p99", "/lag_s/longest"].map(|place| self.figure(place));
        writeln!(f, "an end is noticed after {median:.2} s (median), {p99:.2} s (p99), {longest:.2} s (longest)")?;
        let [real, simulated] = ["/real_s", "/simulated_s"].map(|place| self.figure(place));
        writeln!(f, "{simulated:.0} s in {real:.1} s")
    }
}
