//! How soon the end of a job is noticed, and for how many polls: our schedule beside others, on jobs whose ends are drawn.
//!
//! Nothing waits here and nothing is sent: the schedule is pure.

use std::time::Duration;

use polyreel::pace::{History, Pace, Window};
use serde_json::{Value, json};

use crate::{Part, Result, unexpected};

pub(crate) const PART: Part = Part {
    name: "polls",
    usage: "\
[--json] [--jobs N] [--seed N]
              how soon the end of a job is noticed, and for how many polls, beside fixed and growing pauses
    --json      JSON instead of tables
    --jobs N    how many jobs are drawn for each row; 20000 if nothing is said
    --seed N    what they are drawn with; 1 if nothing is said
",
    run,
};

/// What the provider states in most rows, in seconds: a width of a minute.
const STATED: (f64, f64) = (180.0, 240.0);
/// What it advises, in seconds.
const ADVISED: f64 = 5.0;
/// Windows of other kinds: wide, narrow, late, early.
const WINDOWS: [(f64, f64); 6] = [STATED, (300.0, 360.0), (60.0, 120.0), (60.0, 180.0), (600.0, 900.0), (300.0, 318.0)];

/// How jobs end.
#[derive(Clone, Copy)]
enum Ends {
    /// Evenly between two times.
    Evenly(f64, f64),
    /// So that four of five end between two times, and the logarithm is normally distributed.
    Normally(f64, f64),
}

/// When jobs are asked for.
#[derive(Clone, Copy)]
enum Schedule {
    /// Ours, each job in a process of its own.
    First,
    /// Ours, one job after another in one process.
    Learning,
    /// Every so many seconds.
    Fixed(f64),
    /// After one second, and each time half as long again, up to a minute.
    Growing,
}

/// How one schedule did.
struct Row {
    jobs: &'static str,
    schedule: String,
    polls: f64,
    median: f64,
    p95: f64,
    /// The lag as a part of the time that the job took.
    p95_part: f64,
    mean: f64,
}

fn run(args: &[&str]) -> Result {
    let (mut is_json, mut jobs, mut seed) = (false, 20_000_u32, 1_u64);
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        let number = |text: Option<&&str>| text.and_then(|text| text.parse::<u64>().ok()).filter(|number| *number > 0);
        match *arg {
            "--json" => is_json = true,
            "--jobs" => {
                let asked = number(rest.next()).and_then(|asked| u32::try_from(asked).ok());
                jobs = asked.ok_or("--jobs needs a number above 0")?;
            }
            "--seed" => seed = number(rest.next()).ok_or("--seed needs a number above 0")?,
            other => return Err(unexpected(other)),
        }
    }
    let rows = curve(jobs, seed);
    let optimum = against_optimum(jobs, seed);
    if is_json {
        let row = |row: &Row| {
            json!({
                "jobs": row.jobs, "schedule": row.schedule, "polls": row.polls, "median_lag_s": row.median,
                "p95_lag_s": row.p95, "mean_lag_s": row.mean, "p95_lag_part": row.p95_part,
            })
        };
        let beside = |(window, row, ratio): &((f64, f64), Row, f64)| json!({ "window_s": [window.0, window.1], "polls": row.polls, "mean_lag_s": row.mean, "of_optimum": ratio });
        let rows: Vec<Value> = rows.iter().map(row).collect();
        let optimum: Vec<Value> = optimum.iter().map(beside).collect();
        println!("{:#}", json!({ "jobs": jobs, "seed": seed, "rows": rows, "against_even_steps": optimum }));
    } else {
        print(&rows, &optimum, jobs);
    }
    Ok(())
}

fn curve(jobs: u32, seed: u64) -> Vec<Row> {
    let (begins, ends) = STATED;
    let stated = Some(STATED);
    let kinds = [
        ("as stated, 180 to 240 s", Ends::Evenly(begins, ends), stated),
        ("four of five as stated", Ends::Normally(begins, ends), stated),
        ("twice as slow", Ends::Evenly(2.0 * begins, 2.0 * ends), stated),
        ("twice as fast", Ends::Evenly(begins / 2.0, ends / 2.0), stated),
        ("nothing stated", Ends::Normally(begins, ends), None),
    ];
    let schedules = [
        Schedule::First,
        Schedule::Learning,
        Schedule::Fixed(1.0),
        Schedule::Fixed(5.0),
        Schedule::Fixed(10.0),
        Schedule::Growing,
    ];
    let all = kinds.into_iter().flat_map(|kind| schedules.map(|schedule| (kind, schedule)));
    all.map(|((name, ends, stated), schedule)| measure(name, ends, stated, schedule, jobs, seed)).collect()
}

/// Our schedule on each window, and how its mean lag compares with even steps in the window alone that take as many polls on
/// average: nobody can do better who must notice the last end as soon as the first.
fn against_optimum(jobs: u32, seed: u64) -> Vec<((f64, f64), Row, f64)> {
    let one = |window: (f64, f64)| {
        let ends = Ends::Evenly(window.0, window.1);
        let row = measure("evenly", ends, Some(window), Schedule::First, jobs, seed);
        // So many even steps take half of them and a half on average, and are late by half a step.
        let steps = 2.0 * row.polls - 1.0;
        let optimum = ((window.1 - window.0) / steps / 2.0).max(0.5);
        let ratio = row.mean / optimum;
        (window, row, ratio)
    };
    WINDOWS.map(one).into()
}

fn measure(
    jobs_are: &'static str,
    ends: Ends,
    stated: Option<(f64, f64)>,
    schedule: Schedule,
    jobs: u32,
    seed: u64,
) -> Row {
    let mut chance = Chance(seed);
    let mut history = History::default();
    let mut lags = Vec::new();
    let mut parts = Vec::new();
    let mut polls = 0_u64;
    for _ in 0..jobs {
        let end = ends.draw(&mut chance);
        let (mut age, mut before, mut looks) = (0.0, 0.0, 0_u32);
        while age < end {
            before = age;
            age = schedule.next(age, looks, stated, &history, chance.part());
            looks += 1;
        }
        polls += u64::from(looks);
        lags.push(age - end);
        parts.push((age - end) / end);
        history.learn(Some(seconds(before)).filter(|before| !before.is_zero()), seconds(age));
    }
    let count = f64::from(jobs);
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    let polls = polls as f64 / count;
    let mean = lags.iter().sum::<f64>() / count;
    let schedule = schedule.to_string();
    let (median, p95, p95_part) = (part_of(&mut lags, 0.5), part_of(&mut lags, 0.95), part_of(&mut parts, 0.95));
    Row { jobs: jobs_are, schedule, polls, median, p95, p95_part, mean }
}

impl Schedule {
    fn next(self, age: f64, looks: u32, stated: Option<(f64, f64)>, history: &History, chance: f64) -> f64 {
        let stated = stated.map(|(begins, ends)| Window::stated(seconds(begins), seconds(ends)));
        let ours = |expected| {
            let pace = Pace { expected, at_least: None, advised: Some(seconds(ADVISED)) };
            pace.next(seconds(age), chance).as_secs_f64()
        };
        match self {
            Self::First => ours(stated),
            Self::Learning => ours(history.expected(stated)),
            Self::Fixed(pause) => age + pause,
            Self::Growing => age + 1.5_f64.powf(f64::from(looks)).min(60.0),
        }
    }
}

impl std::fmt::Display for Schedule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::First => f.write_str("ours, first job"),
            Self::Learning => f.write_str("ours, learning"),
            Self::Fixed(pause) => write!(f, "every {pause} s"),
            Self::Growing => f.write_str("growing"),
        }
    }
}

impl Ends {
    fn draw(self, chance: &mut Chance) -> f64 {
        match self {
            Self::Evenly(begins, ends) => begins + (ends - begins) * chance.part(),
            Self::Normally(begins, ends) => {
                // Between minus and plus so many deviations there are four of five.
                let deviation = (ends / begins).ln() / 2.0 / 1.281_552;
                let middle = (begins * ends).sqrt();
                // Box and Muller.
                let (one, other) = (1.0 - chance.part(), chance.part());
                let normal = (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * other).cos();
                middle * (deviation * normal).exp()
            }
        }
    }
}

/// `SplitMix64`: the same numbers from the same seed.
struct Chance(u64);

impl Chance {
    /// From 0 to 1.
    fn part(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        #[expect(clippy::cast_precision_loss, reason = "53 bits are kept")]
        let part = (mixed >> 11) as f64 / (1_u64 << 53) as f64;
        part
    }
}

fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

/// The value below which this part of them lies.
fn part_of(values: &mut [f64], part: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    let place = (values.len() as f64 * part).ceil();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the list")]
    let place = (place as usize).clamp(1, values.len());
    values[place - 1]
}

fn print(rows: &[Row], optimum: &[((f64, f64), Row, f64)], jobs: u32) {
    println!("{jobs} jobs a row; lags in seconds, from a job's end to the poll that finds it\n");
    println!("{:<26} {:<17} {:>7} {:>8} {:>8} {:>11}", "jobs end", "asked for", "polls", "median", "p95", "p95 / time");
    let mut last = "";
    for row in rows {
        let jobs = if row.jobs == last { "" } else { row.jobs };
        last = row.jobs;
        let (polls, part) = (row.polls, 100.0 * row.p95_part);
        println!("{jobs:<26} {:<17} {polls:>7.1} {:>8.2} {:>8.2} {part:>10.1} %", row.schedule, row.median, row.p95);
    }
    println!("\nour first job beside even steps in the window that take as many polls, or one a second");
    println!("{:<26} {:>7} {:>9} {:>14}", "stated", "polls", "mean lag", "/ even steps");
    for (window, row, ratio) in optimum {
        let stated = format!("{} to {} s", window.0, window.1);
        println!("{stated:<26} {:>7.1} {:>9.2} {ratio:>14.2}", row.polls, row.mean);
    }
    let goal = |jobs: &str, schedule: Schedule, is_met: &dyn Fn(&Row) -> bool| {
        let found = rows.iter().find(|row| row.jobs.starts_with(jobs) && row.schedule == schedule.to_string());
        if found.is_some_and(is_met) { "met" } else { "MISSED" }
    };
    println!("\ngoals");
    for schedule in [Schedule::First, Schedule::Learning] {
        let narrow = |row: &Row| row.polls <= 17.0 && row.median <= 1.0 && row.p95 <= 2.5;
        let as_stated = goal("as stated", schedule, &narrow);
        println!("{schedule}, as stated: at most 17 polls, median 1 s, p95 2.5 s: {as_stated}");
        for jobs in ["four of five", "twice as slow", "twice as fast", "nothing"] {
            println!(
                "{schedule}, {jobs}: p95 at most 5 % of the time: {}",
                goal(jobs, schedule, &|row| row.p95_part <= 0.05)
            );
        }
    }
    let is_met = optimum.iter().all(|(_, _, ratio)| *ratio <= 1.1);
    println!("within 10 % of even steps: {}", if is_met { "met" } else { "MISSED" });
}
